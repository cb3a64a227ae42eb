// `hamcell cache verify --rerun`: runs stored nodes of the last run again, and names those that come out
// otherwise.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "base/interrupt.h"
#include "base/text.h"
#include "cache/cache.h"
#include "command/command.h"
#include "command/terminal.h"
#include "report/document.h"
#include "report/progress.h"
#include "report/value_difference.h"
#include "run/rerun.h"

namespace hamcell {
namespace {

using nlohmann::ordered_json;

RunRecord last_run(Cache& cache) {
  const std::optional<StoredRun> stored = cache.last_run("");
  if (!stored)
    throw Failure(ExitStatus::usage, "the history has no run yet", "run a cell first: hamcell CELL -x");
  std::optional<RunRecord> record = run_from_stored(*stored);
  if (!record)
    throw Failure(
        ExitStatus::storage,
        "what the cache knows of run " + stored->id + " is damaged, or was written by another version",
        "run its cell again");
  if (record->request.cell.path == "-")
    throw Failure(ExitStatus::usage, "the cell of the last run came from standard input, and is gone",
                  "run it from a file: -w keeps a copy of it");
  if (const std::string name = missing_secret(record->request.graph); !name.empty())
    throw Failure(ExitStatus::usage,
                  "the value of '" + name + "' in the last run was secret, and is kept nowhere",
                  "give it from a file, which is read again: -i " + name + "=@FILE");
  return *std::move(record);
}

/// Relative paths mean what they meant in that run, for the cell, for inputs and for nodes.
void enter_folder(const std::string& folder) {
  if (::chdir(folder.c_str()) != 0)
    throw Failure(ExitStatus::storage,
                  "cannot enter '" + folder + "', where the last run was started: " + std::strerror(errno),
                  "run the cell again from another folder");
}

std::vector<std::uint32_t> chosen_nodes(const Graph& graph, const std::vector<std::string>& names) {
  std::set<std::uint32_t> chosen;
  for (const std::string& name : names) {
    const std::optional<std::uint32_t> found = find_node(graph, name);
    if (!found)
      throw Failure(ExitStatus::usage, "the cell of the last run has no node '" + name + "'",
                    suggested_nodes(graph, name));
    chosen.insert(*found);
  }
  for (std::uint32_t i = 0; names.empty() && i < graph.nodes.size(); ++i)
    if (graph.nodes[i].needed && !graph.nodes[i].is_default_value()) chosen.insert(i);
  return {chosen.begin(), chosen.end()};
}

const char* outcome_name(RerunNode::Outcome outcome) {
  switch (outcome) {
    case RerunNode::Outcome::same:
      return "same";
    case RerunNode::Outcome::differs:
      return "differs";
    case RerunNode::Outcome::not_run:
      return "not run";
  }
  return "";
}

/// Where the results differ, or why there is nothing to compare.
std::string detail_of(const Cell& cell, const Graph& graph, const RerunNode& found) {
  if (found.outcome != RerunNode::Outcome::differs) return found.why;
  const GraphNode& node = graph.nodes[found.node];
  return value_difference(cell.model.types, node.type, found.stored, found.remade, node.name) +
         (found.in_filled ? " (it uses uninitialised memory)" : "");
}

void print_outcomes(const Cell& cell, const Graph& graph, const std::vector<RerunNode>& nodes, bool json) {
  if (json) {
    ordered_json all = ordered_json::array();
    for (const RerunNode& found : nodes)
      all.push_back({{"node", graph.nodes[found.node].name},
                     {"outcome", outcome_name(found.outcome)},
                     {"detail", detail_of(cell, graph, found)}});
    return print(document_text(all));
  }
  std::size_t width = 0;
  for (const RerunNode& found : nodes)
    width = std::max(width, display_width(visible(graph.nodes[found.node].name)));
  for (const RerunNode& found : nodes) {
    std::string line = visible(graph.nodes[found.node].name);
    line.append(width - display_width(line), ' ');
    line += std::string("  ") + outcome_name(found.outcome);
    if (found.outcome != RerunNode::Outcome::same) line += ": " + visible(detail_of(cell, graph, found));
    print(line + '\n');
  }
}

}  // namespace

ExitStatus verify_command(const Options& options) {
  Cache cache(options.cache.cache_dir, Cache::Access::read);
  const RunRecord run = last_run(cache);
  enter_folder(run.request.folder);
  const Cell cell = discover(run.request.cell);
  const Graph graph = build_graph(cell, run.request.graph);
  RerunSettings settings;
  settings.nodes = chosen_nodes(graph, options.cache.nodes);
  settings.opt_in = run.request.opt_in;
  settings.color = wants_color(options.color, STDERR_FILENO);
  Progress progress(progress_options(options));
  const std::vector<RerunNode> nodes = rerun(cell, graph, settings, cache, progress);
  progress.clear();
  print_outcomes(cell, graph, nodes, options.cache.json);
  if (is_interrupted()) return ExitStatus::interrupted;
  const bool differs = std::ranges::any_of(
      nodes, [](const RerunNode& found) { return found.outcome == RerunNode::Outcome::differs; });
  return differs ? ExitStatus::node_failed : ExitStatus::done;
}

}  // namespace hamcell
