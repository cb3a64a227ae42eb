// Questions to the compiler that the tree of the cell does not answer: does a result fit a parameter of
// another type, and can a type be copied?
#pragma once

#include "cell/model.h"
#include "scan/functions.h"

namespace hamcell {

/// Answers for every pair of a node's result and a parameter of that node's name with another type. Copy
/// questions with the answer no go to `problems`. Parses the cell a second time if there is anything to ask
/// that the types do not say already.
std::vector<Conversion> find_conversions(const CellSource& source, const FoundFunctions& found,
                                         const TypeTable& types, std::vector<Problem>& problems);

}  // namespace hamcell
