// When entries of the cache were last used.
#include "run/usage.h"

#include <algorithm>

#include "graph/shape.h"
#include "run/code_parts.h"
#include "run/record.h"

namespace hamcell {
namespace {

void note_use(const Digest& key, std::int64_t at, CareRequest& request) {
  if (key.is_zero()) return;
  std::int64_t& last = request.last_use[key];
  last = std::max(last, at);
}

void note_run(const RunRecord& run, CareRequest& request) {
  for (const NodeRun& node : run.nodes) {
    request.needed_code.insert(node.code_version);
    if (node.status == NodeStatus::cached || node.status == NodeStatus::executed)
      note_use(node.cache_key, run.started_ns, request);
  }
  for (const DefaultRun& given : run.defaults) {
    request.needed_code.insert(given.code_version);
    note_use(given.cache_key, run.started_ns, request);
  }
}

}  // namespace

void add_usage(Cache& cache, CareRequest& request) {
  cache.visit_runs([&](const StoredRun& stored) {
    if (const std::optional<RunRecord> run = run_from_stored(stored)) note_run(*run, request);
  });
  std::set<Digest> shared;
  for (const Digest& version : request.needed_code)
    if (const std::optional<std::string> record = cache.find_code(version))
      shared.merge(lists_of_code(version, *record));
  request.needed_code.merge(shared);
}

RecordChecks record_checks() {
  RecordChecks checks;
  checks.run = [](const StoredRun& stored) {
    const std::optional<RunRecord> run = run_from_stored(stored);
    return run && run->id == stored.id && run->cell == stored.cell && run->started_ns == stored.started_ns &&
           run->shape == stored.shape;
  };
  checks.shape = [](std::string_view record) {
    return from_record<GraphShape>(record, shape_record).has_value();
  };
  checks.code = is_code_record;
  return checks;
}

}  // namespace hamcell
