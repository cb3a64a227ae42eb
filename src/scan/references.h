// Which node functions a piece of the tree refers to.
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "scan/functions.h"

namespace hamcell {

/// Finds references to node functions, by index into FoundFunctions::functions.
class NodeReferences {
 public:
  NodeReferences(CellSource& source, const FoundFunctions& found);

  /// The nodes that something below `cursor` refers to.
  void collect(CXCursor cursor, std::set<std::uint32_t>& out) const;

  /// The nodes that `tokens[begin, end)` call by name: what templates look up late is not in the tree.
  /// Names in `hidden` (parameters) are left out.
  void collect_calls(const TokenText& text, std::size_t begin, std::size_t end,
                     const std::set<std::string_view>& hidden, std::set<std::uint32_t>& out) const;

 private:
  void add(CXCursor function, std::set<std::uint32_t>& out) const;

  std::unordered_map<unsigned, std::vector<std::pair<CXCursor, std::uint32_t>>> by_cursor_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_name_;
  std::set<unsigned> declared_at_;  ///< offsets in the cell of the names in nodes' own declarations
};

}  // namespace hamcell
