// Makes diagrams of a dataflow, before a run and after it, from one shape: so that both have one layout.
#pragma once

#include <string>

#include "draw/diagram.h"
#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

/// The dataflow before anything runs. With `of_execution`, what the targets do not need is faded, and what
/// was asked for is marked; otherwise all functions are shown alike.
Diagram before_diagram(const GraphShape& shape, const std::string& title, bool of_execution);

/// What a run did with it. `record.nodes` stands beside `shape.nodes`.
Diagram after_diagram(const GraphShape& shape, const RunRecord& record);

/// "10 nodes: 7 from cache (70 %), 3 executed": the counts that are not zero.
std::string counts_text(const RunRecord& record);

}  // namespace hamcell
