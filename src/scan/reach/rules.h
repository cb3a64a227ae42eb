// The rules by which one unit of source brings others along. Each says which C++ needs it.
#pragma once

#include "scan/reach/reach.h"

namespace hamcell {

/// Applies all rules to `reach`, whose units have been read.
void apply_rules(CellSource& source, const IncludedFiles& files, const Marks& marks, Reach& reach);

}  // namespace hamcell
