// What the cache knows beside a run: earlier runs of the cell, and what its nodes were seen to use.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/cache.h"
#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

/// So many runs are drawn: more would be no wider than a line each.
inline constexpr std::size_t most_past_runs = 60;

/// A run, as far as charts show it.
struct PastRun {
  std::string id;
  std::int64_t started_ns = 0;  ///< since 1970
  double seconds = 0;           ///< of the whole run, building included
  double build_seconds = 0;
  double saved_seconds = 0;
  RunStatus status = RunStatus::ok;
  RunCounts counts;
  /// What became of each node of the shape that is shown; `none` for a node that the run did not have.
  std::vector<NodeStatus> nodes;
  /// Of the nodes that ran: index into `nodes`, and seconds.
  std::vector<std::pair<std::uint32_t, double>> times;
};

/// `record` as one of the runs; `own` is its shape, and `shown` the one whose nodes are asked for.
PastRun past_run_of(const RunRecord& record, const GraphShape& own, const GraphShape& shown);

/// Runs of the same cell up to and with `record`, the oldest first. `cache` may be null; then it is alone. A
/// dry run is none of them.
std::vector<PastRun> past_runs(Cache* cache, const GraphShape& shape, const RunRecord& record);

/// What each node of the run was seen to read and write when its value was made; nothing where that is not
/// known (any more). In the order of RunRecord::nodes.
std::vector<std::optional<Trace>> traces_of_run(Cache& cache, const RunRecord& record);

}  // namespace hamcell
