// Code versions: a digest of all source that can change what a node computes.
//
// The source is cut into units (reach/units.h); a node's version covers its own unit and every unit that it
// brings along (reach/rules.h), each with what the names in it stand for, no matter in which order they
// stand. The build's flags and the compiler are counted by the driver.
#pragma once

#include "scan/functions.h"
#include "scan/includes.h"

namespace hamcell {

/// Fills `calls` and `code` of every function, `code` of the defaults that are not literals, and
/// `code_table`.
void fill_code_versions(CellSource& source, const IncludedFiles& files, FoundFunctions& found,
                        CellModel& model);

}  // namespace hamcell
