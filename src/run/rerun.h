// Runs stored nodes again and compares: names those whose result is not reproducible.
//
// Each node runs in fresh runners, with the arguments that the cache has for it: addresses, and what memory
// holds before it is written, differ from one to the next. The last of them has the cell built so that
// uninitialised locals are filled. The cache is only read. A node that writes files writes them again.
#pragma once

#include <string>
#include <vector>

#include "cache/cache.h"
#include "graph/shape.h"
#include "run/observer.h"

namespace hamcell {

struct RerunNode {
  enum class Outcome : std::uint8_t { same, differs, not_run } outcome = Outcome::not_run;
  std::uint32_t node = 0;      ///< index into Graph::nodes
  std::string why;             ///< not_run: the reason
  bool in_filled = false;      ///< differs: only where uninitialised locals are filled
  std::string stored, remade;  ///< differs: the two encoded values
};

struct RerunSettings {
  std::vector<std::uint32_t> nodes;  ///< indexes into Graph::nodes
  bool opt_in = false;               ///< as in the run that is repeated
  bool color = false;                ///< of the compiler's messages
};

/// In the order of `settings.nodes`; shorter when the run was interrupted. Throws Failure: compile when the
/// cell does not build any more, storage when no runner can be started.
std::vector<RerunNode> rerun(const Cell& cell, const Graph& graph, const RerunSettings& settings,
                             Cache& cache, RunObserver& observer);

}  // namespace hamcell
