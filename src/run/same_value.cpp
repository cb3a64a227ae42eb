// A user of a node can come from the cache only by a key that holds the data version of the node's value. So
// the node had that value at some time; whether it had it just before, the history says.
#include "run/same_value.h"

#include <algorithm>

namespace hamcell {
namespace {

/// Whether something that needs the node, and has it in its key, came from the cache.
bool has_cached_user(const Decider& decider, std::uint32_t i) {
  return !decider.is_ignored(i) && std::ranges::any_of(decider.node(i).users, [&](std::uint32_t user) {
    return decider.state(user).result.status == NodeStatus::cached;
  });
}

}  // namespace

void mark_same_values(const Decider& decider, const GraphShape& shape, History& history, RunRecord& record) {
  for (std::size_t k = 0; k < record.nodes.size(); ++k) {
    NodeRun& run = record.nodes[k];
    const std::uint32_t i = shape.graph_nodes[k];
    if (run.status != NodeStatus::executed || decider.state(i).is_made_again) continue;
    if (has_cached_user(decider, i))
      run.is_same_value = history.last_version_of(shape.nodes[k].name) == run.data_version;
  }
}

}  // namespace hamcell
