// Generates what is compiled together with a cell's text: a table of its functions and types for the runner.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "build/library_types.h"
#include "graph/graph.h"

namespace hamcell {

/// What a runner can call: a node's function, or the default of one of its parameters, to be evaluated.
struct Callable {
  std::uint32_t function = 0;              ///< index into CellModel::functions
  std::optional<std::uint32_t> parameter;  ///< of the default
  auto operator<=>(const Callable&) const = default;
};

/// Everything that can be called where the functions `called`, by index, are; empty: all are. In the order of
/// the table of functions: the functions first, and then the defaults that are evaluated.
std::vector<Callable> callables(const CellModel& model, const std::vector<bool>& called);

/// The translation unit that is given to the compiler: the cell's own text, under its own name and lines, and
/// the glue behind it.
struct TranslationUnit {
  std::string text;
  /// Line of the glue (1-based) → what about the cell is wrong when the compiler finds an error there.
  std::map<unsigned, Problem> blame;
  std::vector<Callable> table;  ///< what can be called, in the order of the table of functions
};

/// The file name that line markers give to the glue, so that errors in it can be told from the user's.
inline constexpr const char* glue_file_name = "hamcell-glue";

/// `called`: by function, which of them a runner is to call; empty: all. The bodies of others are left out
/// where that changes nothing for these. `apart`: types that are compiled in an object of their own.
TranslationUnit generate_glue(const Cell& cell, const Graph& graph, const std::vector<bool>& called = {},
                              const LibraryTypes& apart = {});

/// Bytes of the bodies that are left out, and of all of them.
struct LeftOut {
  std::uint64_t bytes = 0;
  std::uint64_t all = 0;
};
LeftOut left_out(const CellModel& model, const std::vector<bool>& called);

}  // namespace hamcell
