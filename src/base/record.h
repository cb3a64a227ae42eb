// The project's own records (remembered cell models, database records, messages) as bytes, by the same codec
// as values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "codec/engine.h"

/// A digest is a byte string of 16 bytes.
template <>
struct ham::codec<hamcell::Digest> {
  static void encode(ham::sink& out, const hamcell::Digest& digest) {
    out.bytes(digest.bytes.data(), digest.bytes.size());
  }
  static void decode(ham::source& in, hamcell::Digest& digest) {
    const ham::piece bytes = in.bytes();
    if (bytes.size == digest.bytes.size()) {
      std::memcpy(digest.bytes.data(), bytes.data, bytes.size);
    } else {
      in.fail("not a digest");
    }
  }
};

template <>
struct ham::members<hamcell::Place> {
  template <class F>
  static constexpr void each(F&& f) {
    f("file", &hamcell::Place::file);
    f("line", &hamcell::Place::line);
    f("column", &hamcell::Place::column);
  }
};

template <>
struct ham::members<hamcell::Note> {
  template <class F>
  static constexpr void each(F&& f) {
    f("place", &hamcell::Note::place);
    f("text", &hamcell::Note::text);
  }
};

template <>
struct ham::members<hamcell::Problem> {
  template <class F>
  static constexpr void each(F&& f) {
    f("place", &hamcell::Problem::place);
    f("what", &hamcell::Problem::what);
    f("next", &hamcell::Problem::next);
    f("notes", &hamcell::Problem::notes);
    f("verbatim", &hamcell::Problem::verbatim);
  }
};

namespace hamcell {

/// The encoding of a value whose members are known. Throws Failure (storage) where it cannot be encoded,
/// which only nesting beyond ham::max_depth or a lack of memory can cause.
template <class T>
std::string to_bytes(const T& value) {
  ham::sink out;
  ham::encode(out, value);
  if (out.error() != nullptr) throw Failure(ExitStatus::storage, out.error());
  return {out.data(), static_cast<std::size_t>(out.size())};
}

/// Reads what to_bytes wrote. False, with a meaningless `value`, unless the bytes are one whole value.
template <class T>
bool from_bytes(std::string_view bytes, T& value) {
  ham::source in(bytes.data(), bytes.size());
  ham::decode(in, value);
  return in.ok() && in.at_end();
}

namespace detail {
inline Digest record_digest(std::string_view kind_and_version, std::string_view payload) {
  Digester digester;
  digester.add(kind_and_version);
  digester.add_raw(payload.data(), payload.size());
  return digester.finish();
}
}  // namespace detail

/// A value under a checksum: 16 bytes of digest of `kind_and_version` and the payload, then the payload.
/// `kind_and_version` ("cell model 1") is not written; it must change with the members of T.
template <class T>
std::string to_record(const T& value, std::string_view kind_and_version) {
  const std::string payload = to_bytes(value);
  return std::string(detail::record_digest(kind_and_version, payload).view()) + payload;
}

/// Reads what to_record wrote; nothing for any damage, or when it is of another kind or version.
template <class T>
std::optional<T> from_record(std::string_view bytes, std::string_view kind_and_version) {
  constexpr std::size_t digest_size = 16;
  if (bytes.size() < digest_size) return std::nullopt;
  const std::string_view payload = bytes.substr(digest_size);
  if (detail::record_digest(kind_and_version, payload).view() != bytes.substr(0, digest_size))
    return std::nullopt;
  std::optional<T> value(std::in_place);
  if (!from_bytes(payload, *value)) return std::nullopt;
  return value;
}

}  // namespace hamcell
