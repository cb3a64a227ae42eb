// A run as the cache's history has it.
#pragma once

#include <optional>
#include <string>

#include "cache/cache.h"
#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

/// A run of the past with what it takes to draw it.
struct KeptRun {
  RunRecord record;
  GraphShape shape;
};

/// The run whose id starts with `id`, or the latest. Throws Failure: usage where there is none or more than
/// one, storage where it cannot be read.
KeptRun kept_run(Cache& cache, const std::optional<std::string>& id);

}  // namespace hamcell
