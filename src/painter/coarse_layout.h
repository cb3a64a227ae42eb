// A layout for graphs that are too large for Graphviz's: quick, and good enough to find one's way.
#pragma once

#include <cstddef>

#include "draw/diagram.h"
#include "painter/layout.h"

namespace hamcell {

/// Ranks by longest paths, a few sweeps against crossings, then each box as near to the middle of its
/// neighbours as the others let it. Takes time in proportion to boxes and arrows (and the logarithm of the
/// boxes). Arrows are single curves. Deterministic.
Layout coarse_layout(const Diagram& diagram);

/// How many ranks the arrows of a diagram reach over, all together. Takes time in proportion to them.
std::size_t rank_spans(const Diagram& diagram);

}  // namespace hamcell
