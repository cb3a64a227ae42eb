// The longest path in a graph without cycles, whose nodes are in topological order: one pass.
#include "page/critical_path.h"

#include <algorithm>

namespace hamcell {
namespace {

constexpr std::uint32_t nowhere = UINT32_MAX;

/// The best way that ends in a node.
struct Way {
  double seconds = 0;
  std::uint32_t before = nowhere;  ///< the node in front of this one
};

bool has_run(const NodeRun& run) { return run.began >= 0; }

double seconds_of(const NodeRun& run) { return has_run(run) ? std::max(run.seconds, 0.0) : 0.0; }

}  // namespace

CriticalPath critical_path(const GraphShape& shape, const RunRecord& record) {
  const std::size_t count = std::min(shape.nodes.size(), record.nodes.size());
  std::vector<Way> ways(count);
  std::uint32_t last = nowhere;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (record.nodes[i].status == NodeStatus::overridden) continue;
    for (const std::uint32_t needed : shape.nodes[i].nodes)
      if (ways[i].before == nowhere || ways[needed].seconds > ways[ways[i].before].seconds)
        ways[i].before = needed;
    if (ways[i].before != nowhere) ways[i].seconds = ways[ways[i].before].seconds;
    ways[i].seconds += seconds_of(record.nodes[i]);
    if (has_run(record.nodes[i]) && (last == nowhere || ways[i].seconds > ways[last].seconds)) last = i;
  }
  CriticalPath path;
  if (last != nowhere) path.seconds = ways[last].seconds;
  for (std::uint32_t i = last; i != nowhere; i = ways[i].before)
    if (has_run(record.nodes[i])) path.nodes.push_back(i);
  std::ranges::reverse(path.nodes);
  return path;
}

}  // namespace hamcell
