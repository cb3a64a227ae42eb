// From what could be decided without running anything to what a run will do.
#pragma once

#include <string>
#include <vector>

#include "run/decider.h"

namespace hamcell {

struct Forecast {
  enum class Fate : std::uint8_t { stays, may_run, would_run } fate = Fate::stays;
  std::vector<std::string> reasons;  ///< why it would or may run, the first in short; empty for `stays`
};

/// The fate of every node of the graph, in its order. The decider must have decided all that it can; `cache`
/// is null for --no-cache.
std::vector<Forecast> forecast(const Graph& graph, const Decider& decider, Cache* cache);

}  // namespace hamcell
