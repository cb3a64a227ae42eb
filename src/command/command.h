// The two things that hamcell does: run a cell, and look into a cache. Each reads like the pipeline it
// drives.
#pragma once

#include <atomic>

#include "base/error.h"
#include "cache/cache.h"
#include "cell/discover.h"
#include "cli/options.h"

namespace hamcell {

/// `hamcell CELL …`. Throws Failure for what stops it early; a run that fails is reported here and given back
/// as its exit status.
ExitStatus run_command(const Options& options, const std::atomic<bool>& interrupted);

/// `hamcell CELL --debug NODE`. Throws Failure where there is no gdb, or nothing to debug with.
ExitStatus debug_command(const Options& options, const Cell& cell, const std::atomic<bool>& interrupted);

/// `hamcell cache …`.
ExitStatus cache_command(const Options& options, const std::atomic<bool>& interrupted);

/// `hamcell cache show NODE`.
void show_command(const CacheOptions& options, Cache& cache);

/// `hamcell cache verify --rerun`. ExitStatus::node_failed when a result is not reproducible.
ExitStatus verify_command(const Options& options, const std::atomic<bool>& interrupted);

}  // namespace hamcell
