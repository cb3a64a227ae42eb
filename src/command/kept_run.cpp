// A run as the cache's history has it.
#include "command/kept_run.h"

#include <utility>

#include "base/error.h"
#include "run/kept_shapes.h"

namespace hamcell {
namespace {

[[noreturn]] void fail_not_found(const Cache& cache, const std::optional<std::string>& id) {
  if (!id)
    throw Failure(ExitStatus::usage, "the history in '" + cache.folder() + "' has no run yet",
                  "run a cell first, with 'hamcell CELL -x', or name another cache with --cache-dir");
  throw Failure(ExitStatus::usage,
                "the history has no run, or more than one, whose id starts with '" + *id + "'",
                "'hamcell cache runs' lists them");
}

}  // namespace

ShapedRun kept_run(Cache& cache, const std::optional<std::string>& id) {
  const std::optional<StoredRun> stored = id ? cache.find_run(*id) : cache.last_run("");
  if (!stored) fail_not_found(cache, id);
  std::optional<RunRecord> record = run_from_stored(*stored);
  KeptShapes shapes(cache);
  const GraphShape* const shape = record ? shapes.find(record->shape) : nullptr;
  const bool is_whole = shape != nullptr && shape->nodes.size() == record->nodes.size() &&
                        shape->inputs.size() == record->inputs.size();
  if (!is_whole)
    throw Failure(
        ExitStatus::storage,
        "what the cache knows of run " + stored->id + " is damaged, or was written by another version",
        "choose another run: 'hamcell cache runs' lists them");
  return {*std::move(record), *shape};
}

}  // namespace hamcell
