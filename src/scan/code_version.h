// Code versions: a digest of all source that can change what a node computes.
//
// Coarse, and never too small. A node's version covers: its own tokens; every token of the cell that is
// outside all nodes, and of every header of the user; every system header by content; and the tokens of the
// nodes that it, or any helper, refers to, transitively. Comments and layout do not count, except where
// something in those tokens can see them. The build's flags and the compiler are counted by the driver.
#pragma once

#include "scan/functions.h"
#include "scan/includes.h"

namespace hamcell {

/// Fills `calls`, `code_version` and `always_run` of every function, and `code_version` of the defaults that
/// are not literals.
void fill_code_versions(CellSource& source, const IncludedFiles& files, FoundFunctions& found);

}  // namespace hamcell
