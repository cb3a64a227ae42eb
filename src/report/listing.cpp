// Rows of words as a table for people.
#include "report/listing.h"

#include <algorithm>

#include "base/text.h"

namespace hamcell {

std::string listing(const std::vector<std::vector<std::string>>& rows, std::size_t columns) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (widths.size() <= i) widths.push_back(0);
      widths[i] = std::max(widths[i], display_width(row[i]));
    }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i != 0) line += "  ";
      line += row[i];
      if (i + 1 != row.size()) line.append(widths[i] - display_width(row[i]), ' ');
    }
    out += shortened(line, columns) + '\n';
  }
  return out;
}

}  // namespace hamcell
