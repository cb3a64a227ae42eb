// Generates what is compiled together with a cell's text: a table of its functions and types for the runner.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "graph/graph.h"

namespace hamcell {

/// The translation unit that is given to the compiler: the cell's own text, under its own name and lines, and
/// the glue behind it.
struct TranslationUnit {
  std::string text;
  /// Line of the glue (1-based) → what about the cell is wrong when the compiler finds an error there.
  std::map<unsigned, Problem> blame;
  /// (function, parameter) of each default that is evaluated → index in the table of functions. A node's own
  /// function has the index that it has in CellModel::functions.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> defaults;
};

/// The file name that line markers give to the glue, so that errors in it can be told from the user's.
inline constexpr const char* glue_file_name = "hamcell-glue";

TranslationUnit generate_glue(const Cell& cell, const Graph& graph);

}  // namespace hamcell
