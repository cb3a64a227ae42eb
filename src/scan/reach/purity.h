// Which nodes can see a variable change.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scan/reach/reach.h"

namespace hamcell {

/// Finds variables that code which runs in nodes can change. What only initialisers change, before any node
/// runs, is the same for every node and is covered by the code version.
class ChangingVariables {
 public:
  /// `roots` are all units that run as nodes or default arguments.
  ChangingVariables(const Reach& reach, const std::vector<std::uint32_t>& roots);

  /// The first such variable, in the order of the text, that code in these units uses; an index into
  /// Targets::variables.
  std::optional<std::uint32_t> used_by(const std::vector<std::uint32_t>& reached) const;

 private:
  struct Use {
    std::uint32_t variable = 0;
    bool changes = false;
    bool at_load = false;
  };
  std::vector<std::uint32_t> running(const std::vector<std::uint32_t>& roots) const;
  void collect();
  std::vector<bool> find_callables_with_state() const;
  void expose();

  const Reach& reach_;
  std::vector<std::vector<std::uint32_t>> gives_access_;  ///< by accessor: variables
  std::vector<std::vector<Use>> uses_;                    ///< by unit
  std::vector<bool> changes_;                             ///< by variable
};

}  // namespace hamcell
