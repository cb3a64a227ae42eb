// Files that a run leaves besides its pictures: values, and what they depend on.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "cli/options.h"
#include "run/execute.h"

namespace hamcell {

/// Throws Failure (cell) for a node that is not there, or whose value the file's format cannot hold, so that
/// this is said before anything runs.
void check_saves(const RunOptions& run, const Cell& cell, const Graph& graph);

/// Nodes of the graph whose values are printed or saved after the run.
std::set<std::uint32_t> wanted_values(const RunOptions& run, const Graph& graph);

/// Writes the values that are to be saved of a run that went well. Throws Failure.
void save_results(const RunOptions& run, const Cell& cell, const Graph& graph, const GraphShape& shape,
                  const RunResult& result);

/// Writes --depfile: saved files and pictures depend on the cell, what it is built from, files that were
/// given, and what nodes read. Throws Failure (storage).
void write_depfile(const RunOptions& run, const Cell& cell, const RunResult& result,
                   const std::vector<std::string>& pictures);

}  // namespace hamcell
