// Which units each unit brings along: the graph that a node's reach is read from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scan/reach/unit_text.h"
#include "scan/reach/unit_tree.h"

namespace hamcell {

struct ReachedUnit {
  UnitText text;
  UnitTree tree;
  Digest own;                          ///< of the unit by itself: its text, its scope, what stands above it
  Digest version;                      ///< of the unit, and what every name in it stands for
  std::vector<std::uint32_t> uses;     ///< units that it brings along
  std::vector<std::uint32_t> by_name;  ///< those among them that a name alone brings
  std::vector<std::uint32_t> initialisers;  ///< that can change a variable of the unit before any node runs
  bool is_type = false;
};

struct Reach {
  Units units;
  Targets targets;
  std::vector<ReachedUnit> parts;      ///< in step with units.list
  std::vector<std::uint32_t> for_all;  ///< units that count for every node

  explicit Reach(Units found) : units(std::move(found)), targets(units) {}

  /// All units that `roots` bring along, themselves included, sorted.
  std::vector<std::uint32_t> closure(const std::vector<std::uint32_t>& roots) const;
  /// The same without what only initialisers add.
  std::vector<std::uint32_t> closure_of_uses(std::uint32_t root) const;

 private:
  std::vector<std::uint32_t> walk(const std::vector<std::uint32_t>& roots, bool with_initialisers) const;
};

/// Reads text and tree of every unit, and applies the rules (rules.h).
void build_reach(CellSource& source, const IncludedFiles& files, Reach& reach);

}  // namespace hamcell
