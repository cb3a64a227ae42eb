// Which nodes a run had to wait for, one after the other.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

struct CriticalPath {
  std::vector<std::uint32_t> nodes;  ///< indexes into GraphShape::nodes, each needed by the one behind it
  double seconds = 0;                ///< that they ran, together
};

/// The longest way through the dataflow, by the seconds of the nodes that ran: with as many runners as one
/// likes, the run cannot be shorter. Nodes from the cache take no time but lie on the way all the same, since
/// what needs them waited for them; they are not among `nodes`. What needs an overridden node waited for
/// nothing. Empty where no node ran.
CriticalPath critical_path(const GraphShape& shape, const RunRecord& record);

}  // namespace hamcell
