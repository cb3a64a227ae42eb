// A part of a diagram, where all of it would be too much.
#pragma once

#include <optional>
#include <string>

#include "draw/diagram.h"

namespace hamcell {

/// Which boxes of a diagram are drawn.
struct DiagramPart {
  bool only_needed = false;          ///< none that the targets do not need
  std::optional<std::string> focus;  ///< the id of a box: it, and what is near it
  unsigned depth = default_depth;    ///< so many steps from it at most, along the arrows or against them

  static constexpr unsigned default_depth = 2;
};

/// The part, with what it is said below the title. Throws Failure (cell) where there is no such box.
Diagram part_of(Diagram diagram, const DiagramPart& part);

}  // namespace hamcell
