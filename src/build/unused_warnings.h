// Warnings that a compiler only gives because bodies were left out.
#pragma once

#include <string>

#include "cell/discover.h"

namespace hamcell {

/// What a compiler said of a part of a cell, without the warnings that nothing uses what some node can reach.
std::string without_unused(const std::string& messages, const Cell& cell);

}  // namespace hamcell
