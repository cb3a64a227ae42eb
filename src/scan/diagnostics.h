// What the compiler says about the cell, as problems.
#pragma once

#include <vector>

#include "base/error.h"
#include "scan/cell_source.h"

namespace hamcell {

struct CompilerProblems {
  std::vector<Problem> outside;  ///< in declarations: the dataflow cannot be known
  std::vector<Problem> inside;   ///< in function bodies: it can, but the cell does not compile
};

/// The errors of a parse, at most twenty of a kind and then one that counts the rest.
CompilerProblems read_diagnostics(CellSource& source);

}  // namespace hamcell
