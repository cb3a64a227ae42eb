// The summary of a run on standard output: a table of the nodes, the targets' values, and one line.
#pragma once

#include <string>

#include "run/execute.h"

namespace hamcell {

struct TableOptions {
  std::size_t columns = 100;  ///< of the terminal
  bool color = false;
  bool show_previews = true;
};

/// A line for each node that took part: name, status, time, size, and a preview of its value.
std::string summary_table(const GraphShape& shape, const RunRecord& record, const TableOptions& options);

/// For every node that ran, would run or may run, or was skipped: all the reasons, one a line.
std::string explanation(const GraphShape& shape, const RunRecord& record);

/// `NAME = VALUE` in full, as JSON, for each target.
std::string result_values(const Cell& cell, const Graph& graph, const GraphShape& shape,
                          const RunResult& result);

/// "11 nodes: 8 from cache (73 %), 3 executed · 1.2 s · 4.1 s saved".
std::string summary_line(const RunRecord& record);
/// The same of a run that is over, by its parts: what counts_text says, seconds, seconds saved.
std::string summary_line(const std::string& counts, double seconds, double saved_seconds);

}  // namespace hamcell
