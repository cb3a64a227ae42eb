// What linked sources and objects can reach in the cell, which the cell's own text does not show.
#pragma once

#include <cstdint>
#include <vector>

#include "scan/cell_source.h"
#include "scan/reach/reach.h"

namespace hamcell {

/// Units that take part in calls from linked code back into the cell.
struct LinkedCallbacks {
  std::vector<std::uint32_t> callers;    ///< declare what only linked code defines
  std::vector<std::uint32_t> called;     ///< define a function or variable that linked code uses
  std::vector<std::uint32_t> variables;  ///< of Targets::variables: those that linked code can change
  std::vector<std::uint32_t> accessors;  ///< those that give it access to more
};

/// Reads the files of `ScanRequest::linked`.
LinkedCallbacks find_linked_callbacks(const CellSource& source, Reach& reach);

}  // namespace hamcell
