// What makes a node run every time, or not as it seems: code that is not steady, effects that no trace can
// hold, and files that pass between nodes unseen. Each is a reason or a warning.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "run/decider.h"

namespace hamcell {

/// One warning for each variable that can change, and for each macro that is new in each compilation, that
/// needed nodes reach which would otherwise come from the cache: it names the nodes.
std::vector<Problem> purity_warnings(const Cell& cell, const Graph& graph);

/// The warning for a node that used the clock or something like it while it ran, unless the user has said
/// what that means. `trace` is that of the node.
std::optional<Problem> effect_warning(const Cell& cell, const GraphNode& node, const Trace& trace);

/// A warning for each node that used a file which another node writes that it does not need: nothing makes
/// the one wait for the other. Only pairs of which a node ran in this run.
std::vector<Problem> missing_dependency_warnings(const Decider& decider);

}  // namespace hamcell
