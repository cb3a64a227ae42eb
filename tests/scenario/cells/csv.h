// Reads the fields of CSV (RFC 4180): a quoted field may hold commas, and quotes that are doubled.
#pragma once

#include <istream>
#include <string>
#include <vector>

namespace csv {

/// The fields of the next line; none at the end of the file.
inline std::vector<std::string> next_row(std::istream& in) {
  std::string line;
  if (!std::getline(in, line)) return {};
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\r' && i + 1 == line.size()) break;
    if (line[i] == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"')
        fields.back() += line[i++];
      else
        quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

}  // namespace csv
