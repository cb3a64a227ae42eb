// What is still to be done in a run, by what earlier runs took for it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "run/decider.h"
#include "run/history.h"

namespace hamcell {

/// Reads the past when it is asked first.
class WorkAhead {
 public:
  WorkAhead(const Decider& decider, History& history) : decider_(decider), history_(history) {}

  /// In which order nodes that are ready go to runners: for each node of the graph its rank, the lowest to go
  /// first. That is the node with the longest path of work ahead, itself included (critical-path list
  /// scheduling: R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", SIAM J. Appl. Math. 17(2),
  /// 1969). How long a node takes is what it took in an earlier run; one that never ran counts as an average
  /// one.
  std::vector<std::uint32_t> ranks();

  /// Seconds until all nodes have run, `slots` of them at a time: the larger one of Graham's two lower
  /// bounds, the longest path and an even share of everything. Nothing when none of these nodes ever ran.
  std::optional<double> seconds_left(unsigned slots);

  /// Seconds that the compiler took for this cell when it was last needed; nothing when it never was.
  std::optional<double> build_seconds() { return history_.build_seconds(); }

 private:
  /// What is known of a node, by its index.
  struct Usual {
    double seconds = 0;
    bool is_known = false;
  };
  const std::vector<Usual>& usual();
  /// Of the longest path from the start of each node.
  std::vector<double> longest_paths();

  const Decider& decider_;
  History& history_;
  std::vector<Usual> usual_;
};

}  // namespace hamcell
