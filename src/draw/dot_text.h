// The bare graph for the layout. The form for people and other tools is `to_dot` in draw.h.
#pragma once

#include <string>

#include "draw/diagram.h"

namespace hamcell {

/// Above this many arrows Graphviz's routing of splines takes longer than all the rest: they are drawn as
/// lines, and its network simplex has a limit.
inline constexpr std::size_t many_arrows = 600;

/// Above this many arrows Graphviz's network simplex takes longer than all the rest: 3,000 boxes take 20 s
/// without limits, and 2 to 12 s with the tightest.
inline constexpr std::size_t very_many_arrows = 2500;

/// Boxes of their size and arrows, without anything that a run could change. Nodes are named by `safe_ids`,
/// and each edge has its number in Diagram::arrows as the attribute `arrow`.
std::string skeleton_dot(const Diagram& diagram);

}  // namespace hamcell
