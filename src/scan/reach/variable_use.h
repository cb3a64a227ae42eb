// Whether a reference to a variable can change it, judged from the expression around it.
#pragma once

#include <cstdint>
#include <vector>

#include "scan/clang.h"

namespace hamcell {

enum class VariableUse : std::uint8_t {
  none,     ///< not evaluated: sizeof
  read,     ///< its value is taken and nothing else
  exposed,  ///< the function that it stands in returns it, so that callers can change it
  changed,  ///< it is assigned, or a member function that may change it is called
  escaped   ///< a reference or pointer to it is handed out, so that anything may change it at any later time
};

/// `path` leads from a unit's outermost cursor to the reference, which is its last element.
/// `through_pointer`: what can be changed is not the variable itself, but what it points to.
VariableUse use_of(const std::vector<CXCursor>& path, bool through_pointer);

}  // namespace hamcell
