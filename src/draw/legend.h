// The legend: what occurs in a diagram, each with a sample.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "draw/diagram.h"

namespace hamcell {

struct LegendEntry {
  std::string id;         ///< of the sample: "cached", "optional_input"
  std::string text;       ///< "from cache"
  Box sample;             ///< a box that looks like those meant
  bool is_arrow = false;  ///< the sample is an arrow of what came out as before, and not the box
};

/// The entries for just what occurs in the diagram, in a fixed order: inputs, nodes, statuses,
/// and what runs alone have: the bars of time, and arrows that nothing new went along.
std::vector<LegendEntry> legend_of(const Diagram& diagram);

/// How many entries the legend of this dataflow can have at most, whatever a run does to its nodes. The room
/// kept for the legend follows from it, so that the boxes above stand still between before and after.
std::size_t most_legend_entries(const Diagram& diagram);

}  // namespace hamcell
