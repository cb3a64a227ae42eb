// Which functions can be left out when others are compiled.
#pragma once

#include <cstdint>
#include <vector>

#include "scan/functions.h"
#include "scan/includes.h"
#include "scan/reach/reach.h"

namespace hamcell {

/// Sets NodeFunction::body. `node_units`: the unit of each function.
void find_removable_bodies(CellSource& source, const std::vector<std::uint32_t>& node_units,
                           const Reach& reach, FoundFunctions& found);

/// Whether some function, only by being compiled, can change what others do.
bool has_effects_uncalled(CellSource& source, const IncludedFiles& files, const Reach& reach);

}  // namespace hamcell
