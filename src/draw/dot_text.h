// The bare graph for the layout. The form for people and other tools is `to_dot` in draw.h.
#pragma once

#include <string>

#include "draw/diagram.h"

namespace hamcell {

/// Boxes of their size and arrows, without anything that a run could change. Nodes are named by `safe_ids`,
/// and each edge has its number in Diagram::arrows as the attribute `arrow`.
std::string skeleton_dot(const Diagram& diagram);

}  // namespace hamcell
