// Which nodes must share a runner: a value that cannot be stored ties its node and all of its users to one.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace hamcell {

class Ties {
 public:
  Ties(const Cell& cell, const Graph& graph);

  /// Whether the node makes or takes a value that cannot be stored.
  bool has_tie(std::uint32_t i) const;
  /// Whether its value can get from one runner to another.
  bool can_be_passed(std::uint32_t i) const { return is_storable_[i]; }
  /// From here on the value of the node counts as one that cannot be stored.
  void tie(std::uint32_t i);
  /// A number that the nodes tied to each other have in common.
  std::uint32_t group_of(std::uint32_t i);

 private:
  const Graph& graph_;
  std::vector<bool> is_storable_;      ///< of each node's type
  std::vector<std::uint32_t> groups_;  ///< union-find
};

}  // namespace hamcell
