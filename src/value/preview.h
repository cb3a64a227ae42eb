// One line that shows what a value is, for tables and pictures.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "value/type.h"

namespace hamcell {

/// A value in at most `columns` terminal columns: a number as it is, a string in quotes, the shape and first
/// row of a table, the ends and the length of a vector, the first pairs of a map. Control characters are made
/// visible. Of a large value only some is read. Bytes that are not a value of this type give "(damaged)".
std::string preview(const TypeTable& types, std::uint32_t type, std::string_view cbor, std::size_t columns);

}  // namespace hamcell
