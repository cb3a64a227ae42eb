// A JSON text taken apart, with what a value's reader must know and most libraries forget: numbers as they
// are written, repeated names, and the place of every part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "value/error.h"

namespace hamcell {

struct JsonValue {
  enum class Kind { null, boolean, integer, real, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  bool is_negative = false;        ///< integer
  std::uint64_t magnitude = 0;     ///< integer: its absolute value
  double real = 0;                 ///< real: the nearest double, infinite where there is none
  std::string text;                ///< string: its bytes; real: as it is written
  std::vector<std::string> names;  ///< object: of `items`
  std::vector<JsonValue> items;    ///< array, object

  bool is_number() const { return kind == Kind::integer || kind == Kind::real; }
};

/// Takes a JSON text (RFC 8259) apart. Throws ValueError with line and column.
JsonValue parse_json(std::string_view text);

/// The path from `root` to `part`, which is inside it: "[3].rain_mm". Empty for the root and for what is not
/// there.
std::string path_to(const JsonValue& root, const JsonValue& part);

/// What a person calls it, with its content where that is short: "a number", "the string \"abc\"".
std::string description_of(const JsonValue& value);

}  // namespace hamcell
