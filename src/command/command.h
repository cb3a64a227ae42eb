// The things that hamcell does: run a cell, look into a cache, and report a run. Each reads like the pipeline
// it drives.
#pragma once

#include "base/error.h"
#include "cache/cache.h"
#include "cell/discover.h"
#include "cli/options.h"

namespace hamcell {

/// `hamcell CELL …`. Throws Failure for what stops it early; a run that fails is reported here and given back
/// as its exit status.
ExitStatus run_command(const Options& options);

/// `hamcell CELL --debug NODE`. Throws Failure where there is no gdb, or nothing to debug with.
ExitStatus debug_command(const Options& options, const Cell& cell);

/// `hamcell cache …`.
ExitStatus cache_command(const Options& options);

/// `hamcell report …`. Throws Failure where there is no such run, or no file can be written.
ExitStatus report_command(const Options& options);
/// The same with a cache that is open.
void report_run(const ReportOptions& options, Cache& cache);

/// `hamcell cache show NODE`.
void show_command(const CacheOptions& options, Cache& cache);

/// `hamcell cache stats`.
void stats_command(const CacheOptions& options, Cache& cache);

/// `hamcell cache gc`.
ExitStatus gc_command(const Options& options);

/// `hamcell cache verify`. ExitStatus::storage when something was damaged, also if it could be mended.
ExitStatus check_command(const Options& options);

/// After a run: removes what the cache can spare when it has become larger than this. Takes no time while it
/// has not. Throws Failure (storage).
void keep_size(Cache& cache, std::uint64_t most_bytes);

/// `hamcell cache verify --rerun`. ExitStatus::node_failed when a result is not reproducible.
ExitStatus verify_command(const Options& options);

}  // namespace hamcell
