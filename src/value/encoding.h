// How values of a described type are encoded: what include/hamcell/codec.h decides from a C++ type, decided
// from its description. The two must agree; tests/unit/value_json_test.cpp compares their bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "value/type.h"

namespace hamcell {

/// A number as it lies in a typed array, little-endian.
struct Number {
  bool is_floating = false;
  bool is_signed = false;  ///< integers
  unsigned bytes = 0;      ///< 1, 2, 4 or 8

  bool operator==(const Number&) const = default;
  /// The tag of a typed array of such numbers (RFC 8746, section 2.1).
  unsigned array_tag() const;
};

/// The number that is all that a value of this type holds: of integers, floating-point numbers, enums,
/// durations and time points. Sequences of such types are typed arrays.
std::optional<Number> number_in(const TypeTable& types, std::uint32_t type);

/// The type that a view is kept as; any other type itself.
std::uint32_t owner_of(const TypeTable& types, std::uint32_t type);

/// Whether a value may itself be encoded as null, so that an optional of it is [] or [value].
bool may_be_null(const TypeTable& types, std::uint32_t type);

/// Whether a map is a CBOR map, and a JSON object; otherwise both are arrays of [key, value].
bool is_object_map(const TypeTable& types, const Type& map);

/// Whether sequences of this type are stored by column.
bool is_table_row(const Type& type);

/// A sequence or array whose elements are stored by column.
bool is_table(const TypeTable& types, const Type& type);

}  // namespace hamcell
