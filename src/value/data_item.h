// A value that the user gave, taken apart without its type: JSON (RFC 8259), or CBOR (RFC 8949) from whatever
// program wrote it. It keeps what a value's reader must know and most libraries forget: numbers as they are
// written, repeated names, and the place of every part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "value/encoding.h"
#include "value/error.h"

namespace hamcell {

/// Arrays and objects inside each other, at most.
inline constexpr std::size_t deepest_item = 512;

struct DataItem {
  enum class Kind : std::uint8_t {
    null,
    boolean,
    integer,
    real,
    string,  ///< UTF-8
    array,   ///< a CBOR map whose keys are not all text is an array of [key, value]
    object,
    bytes,   ///< CBOR only: a byte string
    numbers  ///< CBOR only: a typed array (RFC 8746), made little-endian
  };

  Kind kind = Kind::null;
  bool boolean = false;
  bool is_negative = false;  ///< integer
  bool is_cbor = false;      ///< it was CBOR, which tells more apart than JSON does
  Number number;             ///< numbers: how each is encoded
  /// numbers: the extents of an array of several dimensions, which lies row by row; empty: it has one
  std::vector<std::uint64_t> shape;
  std::optional<std::uint64_t> tag;     ///< CBOR: one whose meaning is not known here
  std::uint64_t magnitude = 0;          ///< integer: its absolute value
  double real = 0;                      ///< real: the nearest double, infinite where there is none
  std::optional<long double> bigfloat;  ///< real of CBOR: its value, of which `real` may have only a part
  std::string text;                     ///< string, bytes, numbers: its bytes; real: as it is written
  std::string_view raw;                 ///< CBOR: the whole item as it was given
  std::vector<std::string> names;       ///< object: of `items`
  mutable std::vector<DataItem> items;  ///< array, object; of numbers: see elements()

  /// The items of an array; of numbers they are made when they are first asked for.
  const std::vector<DataItem>& elements() const;
};

/// A floating-point number.
DataItem real_item(double value);

/// Takes a JSON text apart. Throws ValueError with line and column.
DataItem parse_json(std::string_view text);

/// An item of JSON as JSON again, on one line; its numbers as they were written.
std::string json_text(const DataItem& item);

/// A string as it stands in JSON; bytes that are not UTF-8 are replaced.
std::string quoted_json(std::string_view text);

/// Whether it is one JSON text. Numbers may be as large as a long double.
bool is_json(std::string_view text);

/// Takes one CBOR item apart, of definite or indefinite lengths. `cbor` must outlive it. Throws ValueError
/// with the byte's number.
DataItem parse_cbor(std::string_view cbor);

/// A name as it stands in a path: `.rain_mm`, or `["two words"]`.
std::string path_part(const std::string& name);

/// The path from `root` to `part`, which is inside it: "[3].rain_mm". Empty for the root and for what is not
/// there.
std::string path_to(const DataItem& root, const DataItem& part);

/// What a person calls it, with its content where that is short: "a number", "the string \"abc\"".
std::string description_of(const DataItem& value);

}  // namespace hamcell
