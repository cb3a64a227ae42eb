// Circles in a diagram: folded boxes can need each other.
#pragma once

#include <vector>

#include "draw/diagram.h"

namespace hamcell {

/// For each arrow whether it leads back to a box that is on the way to it: without these there is no circle.
/// Found by a search in depth, in the order of boxes and arrows, in time in proportion to them.
std::vector<bool> backward_arrows(const Diagram& diagram);

}  // namespace hamcell
