// Rows of words as a table for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace hamcell {

/// Rows of cells as lines, every column as wide as its widest cell; a line is cut at the terminal's end.
std::string listing(const std::vector<std::vector<std::string>>& rows, std::size_t columns);

}  // namespace hamcell
