// Files that a run leaves besides its pictures: values, and what they depend on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/options.h"
#include "run/execute.h"

namespace hamcell {

/// A value to be written after the run.
struct Save {
  SaveRequest request;
  std::uint32_t node = 0;  ///< index into Graph::nodes
};

/// The saves that were asked for. Throws Failure (cell) for a node that is not there, or whose value the
/// file's format cannot hold, so that this is said before anything runs.
std::vector<Save> checked_saves(const RunOptions& run, const Cell& cell, const Graph& graph);

/// Writes the values of a run that went well; with `if_changed` a file of the same content is left alone.
/// Throws Failure.
void save_results(const std::vector<Save>& saves, bool if_changed, const Cell& cell, const Graph& graph,
                  const GraphShape& shape, const RunResult& result);

/// Writes --depfile: saved files and pictures depend on the cell, what it is built from, files that were
/// given, and what nodes read. Gives a warning for each file that it cannot name. Throws Failure (storage).
std::vector<Problem> write_depfile(const RunOptions& run, const Cell& cell, const RunResult& result,
                                   const std::vector<std::string>& pictures);

}  // namespace hamcell
