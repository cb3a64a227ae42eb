// The run as one JSON document: what `--json` prints. Every field of it is described in the man page.
#pragma once

#include <string>

#include "run/execute.h"

namespace hamcell {

struct RunJsonRequest {
  const Cell& cell;
  const Graph& graph;
  const GraphShape& shape;
  const RunResult& result;
  std::string display;        ///< file of the picture before; empty: none
  std::string display_cache;  ///< file of the picture after; empty: none
  bool with_values = false;   ///< --show-results
  bool with_reasons = false;  ///< --explain
};

std::string run_json(const RunJsonRequest& request);

}  // namespace hamcell
