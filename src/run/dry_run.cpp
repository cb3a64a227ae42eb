// Says what a run would do: the same decisions as a run's, as far as they go, and a forecast of the rest.
#include "run/dry_run.h"

#include <chrono>

#include "run/decider.h"
#include "run/forecast.h"

namespace hamcell {
namespace {

/// What the run would record of a node, as far as it is known.
NodeRun forecast_run(const Decider& decider, std::uint32_t i, const Forecast& forecast) {
  NodeRun run = decider.state(i).result;
  const bool is_settled = run.status == NodeStatus::overridden || run.status == NodeStatus::cached;
  if (forecast.fate == Forecast::Fate::stays) {
    if (!is_settled) run.status = NodeStatus::unneeded;
    return run;
  }
  run.status = forecast.fate == Forecast::Fate::would_run ? NodeStatus::would_run : NodeStatus::may_run;
  run.reason = forecast.reasons.front();
  run.details.assign(forecast.reasons.begin() + 1, forecast.reasons.end());
  // What it will come out as is not known, and its key only where all of its arguments are.
  run.data_version = {};
  run.seconds = -1;
  run.bytes = -1;
  run.preview.clear();
  if (decider.state(i).phase == Phase::waiting) run.cache_key = {};
  return run;
}

}  // namespace

RunResult dry_run(const Cell& cell, const Graph& graph, const GraphShape& shape, const RunSettings& settings,
                  Cache* cache, RunObserver& observer) {
  RunResult result;
  RunRecord& record = result.record;
  record.cell = absolute_path_of(cell);
  record.module = settings.module;
  record.started_ns = now_ns();
  record.status = RunStatus::dry_run;
  History history(cache, record.cell);
  CodeParts code(cell, cache);
  Decider decider(cell, graph, {settings.opt_in, settings.wanted}, cache, history, code, observer);
  decider.start();
  decider.decide_all();
  const std::vector<Forecast> fates = forecast(graph, decider, cache);
  for (const std::uint32_t i : shape.graph_nodes) {
    const NodeRun& run = record.nodes.emplace_back(forecast_run(decider, i, fates[i]));
    if (run.status == NodeStatus::cached) record.saved_seconds += run.seconds;
  }
  record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - settings.began).count();
  return result;
}

}  // namespace hamcell
