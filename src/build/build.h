// Compiles a cell and its glue into a shared object that hamcell-runner loads.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"

namespace hamcell {

struct BuiltCell {
  std::string library;  ///< absolute path of the shared object
  double seconds = 0;   ///< that compiling took; 0 when an earlier run had built the same
  bool reused = false;
  std::vector<std::string> preload;  ///< absolute paths that a runner must be started with (sanitizers.h)
  std::string messages;  ///< what the compiler said, such as warnings; empty when nothing was compiled
  /// (function, parameter) of a default → index in the built table of functions.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> defaults;
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
};

/// Compiles what has not been compiled before. Throws Failure (compile) with the compiler's own messages, or
/// with what is wrong in the cell where they would be about the glue.
BuiltCell build_cell(const Cell& cell, const Graph& graph, const BuildSettings& settings);

}  // namespace hamcell
