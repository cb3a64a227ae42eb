// The table of code parts: read from its bytes, and walked.
#include <algorithm>
#include <stdexcept>

#include "cell/model_record.h"

namespace hamcell {

CodeTable read_code_table(const CellModel& model) {
  CodeTable table;
  if (!from_bytes(model.code_table, table)) throw std::runtime_error("the cell's table of code is damaged");
  return table;
}

std::vector<std::uint32_t> CodeTable::reach(std::uint32_t root) const {
  std::vector<std::uint32_t> out;
  std::vector<bool> seen(parts.size());
  const auto add = [&](std::uint32_t part) {
    if (part >= parts.size() || seen[part]) return;
    seen[part] = true;
    out.push_back(part);
  };
  add(root);
  for (const std::uint32_t part : for_all) add(part);
  for (std::size_t next = 0; next < out.size(); ++next)
    for (const std::uint32_t part : parts[out[next]].uses) add(part);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace hamcell
