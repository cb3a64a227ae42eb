// Early cutoff: nodes that ran and came out as before, so that what needs them did not run.
#pragma once

#include "graph/shape.h"
#include "run/decider.h"
#include "run/history.h"
#include "run/record.h"

namespace hamcell {

/// Sets NodeRun::is_same_value of all nodes of a run that has ended. `record.nodes` stands beside
/// `shape.nodes`. The history is read only where a node ran that has a user from the cache.
void mark_same_values(const Decider& decider, const GraphShape& shape, History& history, RunRecord& record);

}  // namespace hamcell
