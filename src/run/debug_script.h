// What a runner under a debugger is to do: everything up to the call of one node, and then that call.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
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

/// Files without a place on a disk, for what may be secret: however this process ends, nothing of them stays.
class MemoryFiles {
 public:
  /// Gives a path that this user's other processes can read the bytes from, as often as they like, while this
  /// process lives. Throws Failure (storage).
  std::string add(std::string_view bytes);

 private:
  std::vector<OwnedFd> files_;
};

/// The script for node `node` of `graph`. What it needs comes from `values`, by the name of the node that
/// made it; large ones are put into `files`. What is not there, since it cannot be stored, is called in the
/// script itself.
DebugScript debug_script(const Cell& cell, const Graph& graph, const BuiltCell& built, std::uint32_t node,
                         const std::map<std::string, ValueBytes>& values, MemoryFiles& files);

}  // namespace hamcell

template <>
struct ham::members<hamcell::DebugScript> {
  template <class F>
  static constexpr void each(F&& f) {
    f("commands", &hamcell::DebugScript::commands);
  }
};
