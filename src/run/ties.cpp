// Which nodes must share a runner.
#include "run/ties.h"

#include <algorithm>

namespace hamcell {

Ties::Ties(const Cell& cell, const Graph& graph) : graph_(graph), groups_(graph.nodes.size()) {
  for (const GraphNode& node : graph.nodes) is_storable_.push_back(cell.model.types[node.type].storable());
  for (std::uint32_t i = 0; i < groups_.size(); ++i) groups_[i] = i;
  for (std::uint32_t i = 0; i < groups_.size(); ++i)
    if (!is_storable_[i]) tie(i);
}

void Ties::tie(std::uint32_t i) {
  is_storable_[i] = false;
  for (const std::uint32_t user : graph_.nodes[i].users) groups_[group_of(user)] = group_of(i);
}

bool Ties::has_tie(std::uint32_t i) const {
  if (!is_storable_[i]) return true;
  return std::ranges::any_of(graph_.nodes[i].arguments, [&](const Argument& argument) {
    return argument.source == Argument::Source::node && !is_storable_[argument.index];
  });
}

std::uint32_t Ties::group_of(std::uint32_t i) {
  while (groups_[i] != i) i = groups_[i] = groups_[groups_[i]];
  return i;
}

}  // namespace hamcell
