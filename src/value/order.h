// The order in which C++ keeps the elements of a set and the keys of a map, for values known by their
// encoding.
#pragma once

#include <cstdint>
#include <string_view>

#include "value/type.h"

namespace hamcell {

/// Below, at or above 0 as the first encoded value of `type` is less than, equal to or greater than the
/// second by operator<, with NaN behind all numbers. Structures compare member by member. Both must be as
/// ham::codec writes them; any other bytes have some order.
int compare_values(const TypeTable& types, std::uint32_t type, std::string_view left, std::string_view right);

}  // namespace hamcell
