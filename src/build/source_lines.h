// From places in a built cell to the lines of source that they were compiled from.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace hamcell {

/// A function of the user's that was at work, and where in it.
struct CodeFrame {
  std::string function;  ///< in C++: "mean(std::vector<double, ...> const&)"
  Place place;

  bool operator==(const CodeFrame&) const = default;
};

/// The frames that `offsets` into `library`, a shared object of this cell, stand for, inlined functions among
/// them, in the same order; those in system headers and in glue are left out. Empty where they cannot be
/// found: lines take a build of its own, and addr2line. Calls `tick` now and then.
std::vector<CodeFrame> source_lines(const Cell& cell, const std::string& library,
                                    const std::vector<std::uint64_t>& offsets,
                                    const std::function<void()>& tick);

}  // namespace hamcell
