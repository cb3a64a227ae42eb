// Says what a run would do, and does none of it: no compiler, no runner, nothing written.
#pragma once

#include "run/execute.h"

namespace hamcell {

/// What `execute` would do with the same arguments by now. Each node that takes part is `cached`, `would_run`
/// (it runs, unless something it needs fails), or `may_run`: that depends on how something else comes out.
RunResult dry_run(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
                  Cache* cache, RunObserver& observer);

}  // namespace hamcell
