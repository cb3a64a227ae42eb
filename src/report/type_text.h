// A type for people who have its values but not its cell.
#pragma once

#include <cstdint>
#include <string>

#include "value/type.h"

namespace hamcell {

/// The type's name, then the members of every structure and the names of every enum that it is made of.
std::string type_text(const TypeTable& types, std::uint32_t type);

}  // namespace hamcell
