// The run stage: decides node by node what has to run, and hands that to runners.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cache/cache.h"
#include "cache/store.h"
#include "graph/shape.h"
#include "run/observer.h"
#include "run/record.h"

namespace hamcell {

class EarlyBuild;

struct RunSettings {
  /// Of the whole command: the cell may be compiled while it is read.
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  unsigned jobs = 1;               ///< runners at most
  bool keep_going = false;         ///< after a failure, go on with what does not depend on it
  double timeout = 0;              ///< seconds that a node may run; 0: any number
  std::uint64_t memory = 0;        ///< bytes by which a node's process may grow; 0: any number
  bool color = false;              ///< of the compiler's messages
  bool opt_in = false;             ///< store only the results of nodes marked [[ham::cache]]
  std::set<std::uint32_t> wanted;  ///< nodes of the graph whose values are given back, to be shown or saved
  bool keep_traces = false;        ///< give back which files the nodes used
  std::string module;              ///< title for the history
  RunRequest request;              ///< for the history
  EarlyBuild* early = nullptr;     ///< what was begun of the build; null: nothing
  bool only_code_of_now = false;   ///< what was compiled of an earlier state of the cell is not trusted
};

struct RunResult {
  RunRecord record;
  /// CBOR of each wanted value, by index into GraphShape::nodes; nothing where there is none or it cannot be
  /// encoded. Empty if none is wanted.
  std::vector<std::optional<ValueBytes>> values;
  /// Files that some node read, and folders that it listed: absolute, each once; only with keep_traces.
  std::vector<std::string> used_files;
  /// What the nodes, all of which came from the cache, depended on beside their arguments; nothing where
  /// anything was started. Traces of nothing are left out.
  std::optional<std::vector<Trace>> all_from_cache;
  std::optional<Failure>
      failure;  ///< the cell did not compile, or the cache failed: what was done is in `record`
};

/// Runs what the targets need. `cache` is null for --no-cache. An interrupt ends it early.
RunResult execute(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
                  Cache* cache, RunObserver& observer);

}  // namespace hamcell
