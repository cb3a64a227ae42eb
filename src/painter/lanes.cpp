// Lanes for clusters, and for what stands beside them.
#include "painter/lanes.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace hamcell {
namespace {

/// The clusters by the mean height of their boxes.
std::vector<std::uint32_t> ordered_clusters(const Diagram& diagram, const std::vector<double>& heights) {
  std::vector<double> sums(diagram.clusters.size(), 0);
  std::vector<double> counts(diagram.clusters.size(), 0);
  for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
    const std::uint32_t cluster = diagram.boxes[i].cluster;
    if (cluster == no_cluster) continue;
    sums[cluster] += heights[i];
    counts[cluster] += 1;
  }
  std::vector<std::uint32_t> order(diagram.clusters.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {},
                    [&](std::uint32_t i) { return std::pair(sums[i] / std::max(1.0, counts[i]), i); });
  return order;
}

/// The cluster that a box without one has most arrows from or to, by way of others if it has none itself;
/// `no_cluster` where there is none.
std::vector<std::uint32_t> nearest_clusters(const Diagram& diagram) {
  std::vector<std::vector<std::uint32_t>> beside(diagram.boxes.size());
  for (const Arrow& arrow : diagram.arrows) {
    beside[arrow.from].push_back(arrow.to);
    beside[arrow.to].push_back(arrow.from);
  }
  std::vector<std::uint32_t> nearest;
  for (const Box& box : diagram.boxes) nearest.push_back(box.cluster);
  // In rounds, each with what the ones before it found; those that are far from every cluster are few.
  constexpr int most_rounds = 4;
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<std::uint32_t> found = nearest;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i] != no_cluster) continue;
      std::vector<std::uint32_t> votes;
      for (const std::uint32_t other : beside[i])
        if (nearest[other] != no_cluster) votes.push_back(nearest[other]);
      std::ranges::sort(votes);
      std::ptrdiff_t most = 0;
      for (auto first = votes.begin(); first != votes.end();) {
        const auto end = std::ranges::upper_bound(first, votes.end(), *first);
        if (end - first > most) found[i] = *first;
        most = std::max(most, end - first);
        first = end;
      }
    }
    nearest = std::move(found);
  }
  return nearest;
}

}  // namespace

Lanes lanes_of(const Diagram& diagram, const std::vector<double>& heights) {
  Lanes lanes;
  const std::vector<std::uint32_t> order = ordered_clusters(diagram, heights);
  std::vector<std::size_t> lane_of_cluster(order.size());
  for (const std::uint32_t cluster : order) {
    lanes.cluster_of.push_back(no_cluster);
    lane_of_cluster[cluster] = lanes.cluster_of.size();
    lanes.cluster_of.push_back(cluster);
  }
  lanes.cluster_of.push_back(no_cluster);
  const std::vector<std::uint32_t> nearest = nearest_clusters(diagram);
  for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
    const std::uint32_t cluster = diagram.boxes[i].cluster;
    lanes.lane_of.push_back(cluster != no_cluster      ? lane_of_cluster[cluster]
                            : nearest[i] != no_cluster ? lane_of_cluster[nearest[i]] - 1
                                                       : lanes.cluster_of.size() - 1);
  }
  return lanes;
}

}  // namespace hamcell
