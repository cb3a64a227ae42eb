// What the driver and a runner say to each other, as messages over a socket. Commands are done in the order
// in which they come, and each gets one answer. Calls may be sent ahead, before the calls that make their
// arguments are answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/message.h"
#include "base/positional.h"
#include "cache/entry.h"

namespace hamcell {

/// For the bytes that a call printed, where they could not be counted: all that has been printed and not been
/// counted.
inline constexpr std::uint64_t uncounted = UINT64_MAX;

/// The file descriptor on which a runner finds its end of the socket.
inline constexpr int runner_socket = 3;

/// Where a runner gets a value from. Values are known by a number that the driver gives them.
struct ValueSource {
  std::uint64_t value = 0;
  bool is_held = false;              ///< the runner has it already; otherwise it decodes it and holds it
  std::optional<std::string> bytes;  ///< the encoded value, or:
  std::string file;                  ///< a file that holds it
  Digest content;                    ///< of the encoded value in `file`; checked before it is decoded
  bool is_last_use = false;          ///< the runner drops it once the call has gone well and is answered
};

struct Command {
  enum class Kind : std::uint8_t {
    load,    ///< load the cell `library`
    call,    ///< call `function`, hold its result as `value`
    encode,  ///< write the held `value` into the store
  } kind = Kind::load;
  std::string library;
  bool keeps_reads = false;  ///< load: statics have no guards, so what a node reads counts for all later ones
  std::uint32_t function = 0;  ///< index into the built table
  std::uint64_t value = 0;
  std::vector<ValueSource> arguments;
  bool encodes = false;    ///< call: encode the result, for its digest
  bool canonical = false;  ///< call: hold the value as it comes out of the encoding
  std::string store;       ///< cache folder below which a large result is written
  /// call: it was sent ahead, and is not begun once anything went otherwise than well in a call of the same
  /// period, or the driver has taken it back.
  bool is_ahead = false;
  std::uint64_t period = 0;            ///< call: begins anew whenever something sent ahead was not begun
  std::uint64_t most_memory = 0;       ///< call: bytes by which the process may grow; 0: any number
  std::vector<std::uint64_t> release;  ///< values that nothing needs any more, dropped first
};

struct Answer {
  bool ok = false;
  bool is_retracted = false;  ///< call: it had been sent ahead, and was not begun
  std::string error_type;     ///< call: the type of what was thrown; empty when not known
  std::string error;          ///< what() of it, or why loading or writing failed
  std::int32_t damaged_argument =
      -1;                       ///< call: this argument's value could not be decoded, and nothing was called
  bool storage_failed = false;  ///< the value was made and is held, but could not be written
  bool is_refused = false;      ///< that is because its codec would not
  bool is_encoded = false;
  Digest content;
  std::uint64_t size = 0;            ///< of the encoded value, bytes
  std::optional<std::string> bytes;  ///< the encoded value if it is small; otherwise it is in the store
  double seconds = 0;                ///< that the function ran
  std::int64_t began_ns = 0;         ///< call: monotonic time at which it was called; 0: it was not
  Trace trace;
  std::string changed_state;  ///< call: what it changed of its process, in words: "it forked"; empty: nothing
  bool is_put_back = true;    ///< call: what it changed is as it was
  std::uint64_t printed = 0;  ///< call: bytes on both outputs since the answer before this one
};

}  // namespace hamcell

template <>
struct ham::members<hamcell::ValueSource> {
  template <class F>
  static constexpr void each(F&& f) {
    f("value", &hamcell::ValueSource::value);
    f("is_held", &hamcell::ValueSource::is_held);
    f("bytes", &hamcell::ValueSource::bytes);
    f("file", &hamcell::ValueSource::file);
    f("content", &hamcell::ValueSource::content);
    f("is_last_use", &hamcell::ValueSource::is_last_use);
  }
};
template <>
struct ham::members<hamcell::Command> {
  template <class F>
  static constexpr void each(F&& f) {
    f("kind", &hamcell::Command::kind);
    f("library", &hamcell::Command::library);
    f("keeps_reads", &hamcell::Command::keeps_reads);
    f("function", &hamcell::Command::function);
    f("value", &hamcell::Command::value);
    f("arguments", &hamcell::Command::arguments);
    f("encodes", &hamcell::Command::encodes);
    f("canonical", &hamcell::Command::canonical);
    f("store", &hamcell::Command::store);
    f("is_ahead", &hamcell::Command::is_ahead);
    f("period", &hamcell::Command::period);
    f("most_memory", &hamcell::Command::most_memory);
    f("release", &hamcell::Command::release);
  }
};
template <>
struct ham::members<hamcell::Answer> {
  template <class F>
  static constexpr void each(F&& f) {
    f("ok", &hamcell::Answer::ok);
    f("is_retracted", &hamcell::Answer::is_retracted);
    f("error_type", &hamcell::Answer::error_type);
    f("error", &hamcell::Answer::error);
    f("damaged_argument", &hamcell::Answer::damaged_argument);
    f("storage_failed", &hamcell::Answer::storage_failed);
    f("is_refused", &hamcell::Answer::is_refused);
    f("is_encoded", &hamcell::Answer::is_encoded);
    f("content", &hamcell::Answer::content);
    f("size", &hamcell::Answer::size);
    f("bytes", &hamcell::Answer::bytes);
    f("seconds", &hamcell::Answer::seconds);
    f("began_ns", &hamcell::Answer::began_ns);
    f("trace", &hamcell::Answer::trace);
    f("changed_state", &hamcell::Answer::changed_state);
    f("is_put_back", &hamcell::Answer::is_put_back);
    f("printed", &hamcell::Answer::printed);
  }
};
template <>
struct ham::codec<hamcell::Command> : hamcell::positional::Codec<hamcell::Command> {};
template <>
struct ham::codec<hamcell::Answer> : hamcell::positional::Codec<hamcell::Answer> {};
