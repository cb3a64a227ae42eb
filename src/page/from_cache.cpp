// Reads runs and traces for a page.
#include "page/from_cache.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "run/kept_shapes.h"

namespace hamcell {
PastRun past_run_of(const RunRecord& record, const GraphShape& own, const GraphShape& shown) {
  PastRun run{record.id,
              record.started_ns,
              record.seconds,
              record.build_seconds,
              record.saved_seconds,
              record.status,
              count_nodes(record),
              {},
              {}};
  std::map<std::string_view, const NodeRun*> nodes;
  for (std::size_t i = 0; i < own.nodes.size() && i < record.nodes.size(); ++i)
    nodes.emplace(own.nodes[i].name, &record.nodes[i]);
  for (std::uint32_t i = 0; i < shown.nodes.size(); ++i) {
    const auto found = nodes.find(shown.nodes[i].name);
    run.nodes.push_back(found == nodes.end() ? NodeStatus::none : found->second->status);
    const bool has_run = run.nodes.back() == NodeStatus::executed || run.nodes.back() == NodeStatus::failed;
    if (has_run && found->second->seconds >= 0) run.times.emplace_back(i, found->second->seconds);
  }
  return run;
}

std::vector<PastRun> past_runs(Cache* cache, const GraphShape& shape, const RunRecord& record) {
  std::vector<PastRun> runs;
  const bool is_run = !record.id.empty();
  if (is_run) runs.push_back(past_run_of(record, shape, shape));
  if (cache == nullptr) return runs;
  KeptShapes shapes(*cache);
  std::vector<RunPlace> places = cache->runs_of(record.cell);
  // The newest come first; those that came later than this run are not its past.
  const auto own = std::ranges::find(places, record.id, &RunPlace::id);
  if (is_run && own != places.end()) places.erase(places.begin(), own + 1);
  for (const RunPlace& place : places) {
    if (runs.size() == most_past_runs) break;
    const GraphShape* const past_shape = shapes.find(place.shape);
    const std::optional<StoredRun> stored = past_shape == nullptr ? std::nullopt : cache->run(place.id);
    const std::optional<RunRecord> past = stored ? run_from_stored(*stored) : std::nullopt;
    if (past) runs.push_back(past_run_of(*past, *past_shape, shape));
  }
  std::ranges::reverse(runs);
  return runs;
}

std::vector<std::optional<Trace>> traces_of_run(Cache& cache, const RunRecord& record) {
  std::vector<std::optional<Trace>> traces;
  for (const NodeRun& run : record.nodes) {
    traces.emplace_back();
    if (run.cache_key.is_zero()) continue;
    for (Entry& entry : cache.find(run.cache_key)) {
      if (entry.data_version != run.data_version) continue;
      traces.back() = std::move(entry.trace);
      break;
    }
  }
  return traces;
}

}  // namespace hamcell
