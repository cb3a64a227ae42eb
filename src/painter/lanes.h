// Which boxes of a coarse layout stand in a strip of their own: one for each cluster, so that frames around
// them hold nothing else and never meet.
#pragma once

#include <cstdint>
#include <vector>

#include "draw/diagram.h"

namespace hamcell {

/// Strips from top to bottom.
struct Lanes {
  std::vector<std::size_t> lane_of;       ///< of each box
  std::vector<std::uint32_t> cluster_of;  ///< of each lane; `no_cluster` where it has no frame
};

/// A lane for each cluster that has boxes, in the order of `heights`, and above each a lane for the boxes in
/// no cluster that have more to do with it than with others. `heights`: where each box would stand without
/// lanes, from top to bottom. Takes time in proportion to boxes and arrows.
Lanes lanes_of(const Diagram& diagram, const std::vector<double>& heights);

}  // namespace hamcell
