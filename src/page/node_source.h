// The source of nodes as a page shows it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cell/discover.h"
#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

struct NodeSource {
  std::string
      signature;     ///< "double wet_mean(const std::vector<Day>& clean_data, double threshold_mm = 1.0)"
  std::string text;  ///< of the definition, whole lines; cut off where it is very long
  Place place;       ///< of the first of these lines
  std::vector<std::pair<std::string, std::string>> tags;  ///< of [[ham::tag]]
};

/// Of each node, in the order of GraphShape::nodes. The shape must be of this graph.
std::vector<std::optional<NodeSource>> sources_of(const Cell& cell, const Graph& graph,
                                                  const GraphShape& shape);

/// The same for a run of the past, whose nodes are found in the cell of now by their names. Nothing for a
/// node that is another one by now, or that did not take part in the run, so that nobody knows.
std::vector<std::optional<NodeSource>> sources_of_run(const Cell& cell, const Graph& graph,
                                                      const GraphShape& shape, const RunRecord& record);

}  // namespace hamcell
