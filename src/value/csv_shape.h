// Which columns the rows of a type have.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "value/type.h"

namespace hamcell {

/// What one row of a value is.
enum class CsvRowKind : std::uint8_t {
  none,       ///< the value has no rows
  whole,      ///< the value itself: a structure
  element,    ///< an element of the sequence, array or set
  positions,  ///< the same, itself a sequence or array of plain values, a column each
  entry       ///< an entry of a map
};

struct CsvShape {
  CsvRowKind kind = CsvRowKind::none;
  std::uint32_t row = 0;  ///< type of a row; of an entry, of its value
  std::uint32_t key = 0;  ///< of an entry
};

CsvShape csv_shape(const TypeTable& types, std::uint32_t type);

/// A column that holds one field.
struct CsvColumn {
  std::string name;
  std::uint32_t type = 0;
};

/// The columns of a row of this type; `prefix` is "" or ends in a dot.
std::vector<CsvColumn> csv_columns(const TypeTable& types, std::uint32_t row, const std::string& prefix);
/// All columns of a value's rows, but of `positions`, whose number only the value knows.
std::vector<CsvColumn> csv_columns(const TypeTable& types, const CsvShape& shape);

/// Whether a value of this type takes columns of its own inside a row.
bool has_columns(const TypeTable& types, std::uint32_t type);

/// The type inside optional<…>, and views as what they are kept as.
std::uint32_t field_type(const TypeTable& types, std::uint32_t type);

}  // namespace hamcell
