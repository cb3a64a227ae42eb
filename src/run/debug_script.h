// What a runner under a debugger is to do: everything up to the call of one node, and then that call.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/record.h"

namespace hamcell {

struct BuiltCell;
struct Cell;
struct Graph;
class ValueBytes;

/// `hamcell-runner --debug FILE` carries out the script in FILE and ends.
inline constexpr const char* debug_option = "--debug";
/// The runner's function that it calls when everything is there but the last call.
inline constexpr const char* debug_stop = "hamcell_before_node";

struct DebugScript {
  std::vector<std::string> commands;  ///< each the bytes of a Command; the last one calls the node
};

/// The script for node `node` of `graph`. What it needs comes from `values`, by the name of the node that
/// made it, and is written into `folder`; what is not there, since it cannot be stored, is called in the
/// script itself.
DebugScript debug_script(const Cell& cell, const Graph& graph, const BuiltCell& built, std::uint32_t node,
                         const std::map<std::string, ValueBytes>& values, const std::string& folder);

}  // namespace hamcell

template <>
struct ham::members<hamcell::DebugScript> {
  template <class F>
  static constexpr void each(F&& f) {
    f("commands", &hamcell::DebugScript::commands);
  }
};
