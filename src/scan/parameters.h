// The parameters of a node: their types, their defaults, and what is not allowed among them.
#pragma once

#include "scan/functions.h"

namespace hamcell {

/// Fills `node.parameters` and what belongs to them in `found`; problems and questions go to `out`.
void read_parameters(CellSource& source, TypeCollector& types, const FunctionEntity& function,
                     NodeFunction& node, FoundNode& found, FoundFunctions& out);

}  // namespace hamcell
