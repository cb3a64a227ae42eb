// What commands that run a cell have in common.
#pragma once

#include <vector>

#include "cli/options.h"
#include "run/execute.h"

namespace hamcell {

CellRequest cell_request(const RunOptions& options);
GraphRequest graph_request(const RunOptions& options);

/// The problem that each failed node is, with its place in the cell.
std::vector<Problem> failures(const Cell& cell, const Graph& graph, const GraphShape& shape,
                              const RunRecord& record);

ExitStatus status_of(const RunResult& result);

}  // namespace hamcell
