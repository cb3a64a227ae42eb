// Compiles a cell and its glue into a shared object that hamcell-runner loads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "build/glue.h"
#include "graph/graph.h"

namespace hamcell {

/// Where a runner finds what a node calls.
struct CallPlace {
  std::uint32_t library = 0;  ///< index into BuiltCell::libraries
  std::uint32_t entry = 0;    ///< in the table of that library
};

/// Nodes that share no process can be called in different libraries: each of these behaves as the one
/// translation unit that the cell is, with respect to the functions that are to be called there.
struct BuiltCell {
  std::vector<std::string>
      libraries;  ///< absolute paths of shared objects; one if the cell is compiled whole
  std::vector<std::optional<CallPlace>> functions;  ///< by function; nothing: it is in no library
  std::map<Callable, CallPlace> defaults;
  double seconds = 0;                ///< that compiling took; 0 when an earlier run had built the same
  bool reused = false;               ///< nothing was compiled
  std::vector<std::string> preload;  ///< absolute paths that a runner must be started with (sanitizers.h)
  std::string messages;  ///< what the compiler said, such as warnings; empty when nothing was compiled

  /// Nothing where what the node calls is in no library.
  std::optional<CallPlace> place_of(const GraphNode& node) const;
  /// The entry, in a cell that was compiled whole.
  std::uint32_t entry_of(const GraphNode& node) const { return place_of(node).value().entry; }
  /// What can be called nowhere yet is called in the libraries of `other`.
  void add(BuiltCell other);
  /// From here on all is called in the libraries of `other`.
  void change_to(BuiltCell other);
};

/// What a cell is built for.
enum class BuildFor : std::uint8_t {
  running,
  locating  ///< the same code, with the source lines of every instruction beside it
};

class EarlyBuild;

struct BuildSettings {
  bool color = false;                    ///< of the compiler's messages
  std::function<void()> tick = nullptr;  ///< called now and then
  BuildFor purpose = BuildFor::running;
  EarlyBuild* early = nullptr;  ///< what was begun before the cell had been read; null: nothing
  bool only_of_now = false;     ///< nothing that was compiled of an earlier state is called
};

/// Compiles the whole cell, unless that has been done before. Throws Failure (compile) with the compiler's
/// own messages, or with what is wrong in the cell where they would be about the glue.
BuiltCell build_cell(const Cell& cell, const Graph& graph, const BuildSettings& settings);

/// Sees to it that the functions that `calls` says, by index, can be called: in what was compiled of an
/// earlier state of the cell, as far as that is the same code, and else in what is compiled of just these
/// functions. Those of one of the `groups` (indexes of functions) are called in the same library. Where it
/// cannot be shown that this comes to the same, or would save little, the cell is compiled whole.
BuiltCell build_functions(const Cell& cell, const Graph& graph, const std::vector<bool>& calls,
                          const std::vector<std::vector<std::uint32_t>>& groups,
                          const BuildSettings& settings);

/// By function, what a build of those in `calls` would have to compile where the code of the `changed` ones
/// is not that of any earlier state; empty: the whole cell; nothing where it would compile nothing.
std::optional<std::vector<bool>> functions_to_compile(const Cell& cell, const Graph& graph,
                                                      std::vector<bool> calls,
                                                      const std::vector<bool>& changed);

/// Builds with its source lines what the shared object `library` was compiled of, which has the same code.
/// Gives its path, and in `cell_then` the text that the cell had. Nothing where that is not known any more.
std::optional<std::string> build_for_locating(const Cell& cell, const std::string& library,
                                              const std::function<void()>& tick, std::string& cell_then);

/// Functions that reach variables which change, by index: they may see each other's traces in these, so that
/// all of them are called in one library.
std::vector<std::uint32_t> functions_with_state(const CellModel& model);

}  // namespace hamcell
