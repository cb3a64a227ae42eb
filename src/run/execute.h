// The run stage: decides node by node what has to run, and hands that to runners.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "build/build.h"
#include "cache/cache.h"
#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

/// Who is told what happens during a run: the progress line, the log, or a test.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void building() {}
  virtual void built(const BuiltCell&) {}
  virtual void hit(const std::string& /*node*/, const NodeRun&) {}
  virtual void started(const std::string& /*node*/) {}
  virtual void finished(const std::string& /*node*/, const NodeRun&) {}
  /// Whole lines that a node printed.
  virtual void printed(const std::string& /*node*/, std::string_view /*lines*/) {}
  virtual void warn(const Problem&) {}
  /// Called a few times a second while something runs.
  virtual void tick() {}
};

struct RunSettings {
  unsigned jobs = 1;         ///< runners at most
  bool keep_going = false;   ///< after a failure, go on with what does not depend on it
  bool color = false;        ///< of the compiler's messages
  bool keep_values = false;  ///< give the targets' values back, for printing
  std::string module;        ///< title for the history
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
