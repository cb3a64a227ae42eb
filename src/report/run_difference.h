// What is not as it was between two runs, as a picture.
#pragma once

#include "draw/diagram.h"
#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

/// A run with what its dataflow looks like.
struct ShapedRun {
  RunRecord record;
  GraphShape shape;
};

/// The run, with each node and input that is not as it was in `former` in full, and what changed written on
/// it; all others stand back. Nodes are told by their names. Of a time, a change counts where it is more than
/// a fifth and a millisecond: no two runs take the same.
Diagram difference_diagram(const ShapedRun& run, const ShapedRun& former);

}  // namespace hamcell
