// What every rule of reach works on, and the questions that several of them ask.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "scan/reach/reach.h"
#include "scan/reach/system_names.h"

namespace hamcell {

struct RuleContext {
  CellSource& source;
  const IncludedFiles& files;
  const Marks& marks;
  Reach& reach;
  Units& units;
  SystemNames system_names;  ///< filled by the rules of arguments
  std::vector<std::uint32_t>
      callers;  ///< units that declare what only linked code defines; by the rules of links

  std::vector<std::uint32_t>& uses(std::uint32_t unit) { return reach.parts[unit].uses; }
  /// `from` brings `to`.
  void add(std::uint32_t from, std::uint32_t to);
  /// `from` brings all of `to` by a name alone; null: nothing has that name.
  void add_named(std::uint32_t from, const std::vector<std::uint32_t>* to);

  /// Of a variable template libclang shows nothing.
  bool is_variable_template(std::uint32_t unit) const;
  /// Whether the tree leaves names of the unit open, or does not show what is in it.
  bool is_late(std::uint32_t unit) const;

  /// The units of the types that something below `cursor` names, through aliases.
  void collect_types(CXCursor cursor, std::set<std::uint32_t>& out) const;
  void add_type(CXCursor named, std::set<std::uint32_t>& out) const;
};

/// The k-th token of a unit.
std::string_view text_at(const Unit& unit, std::size_t k);
bool is_alias(CXCursor cursor);
bool is_deduction_guide(CXCursor cursor);

/// Whether the word makes of a string the name of something, for assembler or linker: `alias("one")`,
/// `asm("one")`.
bool names_for_linker(std::string_view word);
bool is_class_kind(CXCursorKind kind);

}  // namespace hamcell
