// In which order nodes that are ready go to runners.
#pragma once

#include <cstdint>
#include <vector>

#include "run/decider.h"

namespace hamcell {

/// For each node of the graph its rank, the lowest to go first: the one with the longest path of work ahead,
/// itself included (critical-path list scheduling: R. L. Graham, "Bounds on Multiprocessing Timing
/// Anomalies", SIAM J. Appl. Math. 17(2), 1969). How long a node takes is what it took in an earlier run; one
/// that never ran counts as an average one.
std::vector<std::uint32_t> ranks_by_longest_path(const Decider& decider, History& history);

}  // namespace hamcell
