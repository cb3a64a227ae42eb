// Writes single numbers and names.
#include "value/scalar_text.h"

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "codec/date.h"

namespace hamcell {

namespace {

template <class Floating>
std::string text_of(Floating value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  // As an integer, -0 would lose its sign in JSON's readers.
  if (value == 0 && std::signbit(value)) return "-0.0";
  char buffer[64];
  const auto [end, error] = std::to_chars(std::begin(buffer), std::end(buffer), value);
  return {buffer, end};
}

}  // namespace

std::string floating_text(double value) { return text_of(value); }
std::string floating_text(float value) { return text_of(value); }
std::string floating_text(long double value) { return text_of(value); }

std::int64_t signed_limit(const Type& type, std::uint32_t width) {
  return static_cast<std::int64_t>(unsigned_limit(type, width) >> 1);
}

std::uint64_t unsigned_limit(const Type& type, std::uint32_t width) {
  const unsigned wanted = width != 0 ? width : type.bits;
  const unsigned bits = wanted == 0 || wanted > 64 ? 64 : wanted;
  return ~std::uint64_t{0} >> (64 - bits);
}

const Enumerator* enumerator_of(const Type& type, std::int64_t value) {
  for (const Enumerator& enumerator : type.enumerators) {
    if (enumerator.value == value) return &enumerator;
  }
  return nullptr;
}

std::size_t find_member(const Type& type, std::string_view name, std::size_t guess) {
  if (guess < type.members.size() && type.members[guess].name == name) return guess;
  for (std::size_t index = 0; index < type.members.size(); ++index) {
    if (type.members[index].name == name) return index;
  }
  return type.members.size();
}

std::string take_date(ham::source& in) {
  const ham::piece text = in.name();
  const std::string_view date(text.data == nullptr ? "" : text.data, text.size);
  if (!date_from(date)) in.fail("not a date");
  return in.ok() ? std::string(date) : std::string();
}

std::string key_text(const Type& type, ham::source& in) {
  if (type.kind == TypeKind::date) return take_date(in);
  if (type.kind == TypeKind::text || type.kind == TypeKind::path) {
    const ham::piece text = in.text();
    return {text.data == nullptr ? "" : text.data, text.size};
  }
  if (type.is_signed) {
    const std::int64_t value = in.signed_integer(signed_limit(type));
    const Enumerator* found = enumerator_of(type, value);
    return found != nullptr ? found->name : std::to_string(value);
  }
  const std::uint64_t value = in.unsigned_integer(unsigned_limit(type));
  const Enumerator* found = enumerator_of(type, static_cast<std::int64_t>(value));
  return found != nullptr ? found->name : std::to_string(value);
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::size_t begin = out.size();
  out += '"';
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    switch (letter) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20 || byte == 0x7f) {
          out += "\\u00";
          out += digits[byte >> 4];
          out += digits[byte & 15];
        } else {
          out += letter;
        }
    }
  }
  out += '"';
  // The controls that are longer than a byte begin with one of these; few texts have either.
  if (text.find_first_of("\xC2\xE2") != std::string_view::npos)
    out.replace(begin, out.size() - begin, tamed_json(out.substr(begin)));
}

}  // namespace hamcell
