// Values that could not be stored: what the user is told once.
#pragma once

#include <vector>

#include "run/execute.h"

namespace hamcell {

/// One note for each type of which a node that ran gave a value that cannot be stored: which part of it is at
/// fault, which nodes gave it, and what would help. Nothing for nodes that were hits.
std::vector<Problem> storage_notes(const Cell& cell, const Graph& graph, const GraphShape& shape,
                                   const RunRecord& record);

}  // namespace hamcell
