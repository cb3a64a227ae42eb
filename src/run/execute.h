// The run stage: decides node by node what has to run, and hands that to runners.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "graph/shape.h"
#include "run/observer.h"
#include "run/record.h"

namespace hamcell {

struct RunSettings {
  unsigned jobs = 1;         ///< runners at most
  bool keep_going = false;   ///< after a failure, go on with what does not depend on it
  bool color = false;        ///< of the compiler's messages
  bool opt_in = false;       ///< store only the results of nodes marked [[ham::cache]]
  bool keep_values = false;  ///< give the targets' values back, for printing
  std::string module;        ///< title for the history
  RunRequest request;        ///< for the history
};

struct RunResult {
  RunRecord record;
  /// CBOR of each target's value, by index into GraphShape::nodes; only with keep_values, and only of values
  /// that can be encoded.
  std::vector<std::optional<std::string>> values;
  std::optional<Failure>
      failure;  ///< the cell did not compile, or the cache failed: what was done is in `record`
};

/// Runs what the targets need. `cache` is null for --no-cache. `interrupted` is set by a signal handler.
RunResult execute(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
                  Cache* cache, RunObserver& observer, const std::atomic<bool>& interrupted);

}  // namespace hamcell
