// Shares the chains among processes, so that a crash of the parser ends one of them and is seen.
#pragma once

#include <cstdint>
#include <functional>

#include "tally.h"

namespace hamcell::proof {

struct WorkPlan {
  unsigned jobs = 2;
  std::uint64_t chains = 0;
  double seconds = 0;  ///< begin no chain after this; 0: no limit
};

struct WorkDone {
  Tally tally;
  double seconds = 0;
  bool crashed = false;  ///< a worker ended by a signal or an exception, and said so
};

/// Calls `judge` for every chain, each in a process with a folder of its own as the current one.
WorkDone share_work(const WorkPlan& plan,
                    const std::function<void(std::uint64_t chain, Tally& tally)>& judge);

}  // namespace hamcell::proof
