// A run as the cache's history has it.
#pragma once

#include <optional>
#include <string>

#include "cache/cache.h"
#include "report/run_difference.h"

namespace hamcell {

/// The run whose id starts with `id`, or the latest. Throws Failure: usage where there is none or more than
/// one, storage where it cannot be read.
ShapedRun kept_run(Cache& cache, const std::optional<std::string>& id);

}  // namespace hamcell
