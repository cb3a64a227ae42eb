// A part of a diagram, where all of it would be too much.
#pragma once

#include <optional>
#include <string>

#include "draw/cluster.h"
#include "draw/diagram.h"

namespace hamcell {

/// Which boxes of a diagram are drawn, and which of them together.
struct DiagramPart {
  bool only_needed = false;          ///< none that the targets do not need
  std::optional<std::string> focus;  ///< the id of a box: it, or what it is folded into, and what is near it
  unsigned depth = default_depth;    ///< so many steps from it at most, along the arrows or against them
  Clusters clusters = {};

  /// Whether it names something that a diagram may not have.
  bool is_named() const { return focus || clusters.group_by || !clusters.folds.empty(); }

  static constexpr unsigned default_depth = 2;
};

/// The part, with what it is said below the title. Steps are counted in the picture as it is drawn, with what
/// is folded. Throws Failure (cell) where there is no such box, tag or value.
Diagram part_of(Diagram diagram, const DiagramPart& part);

/// The same for a page: what is to be folded stands within frames, which the reader unfolds and folds again.
Diagram page_part_of(Diagram diagram, const DiagramPart& part);

}  // namespace hamcell
