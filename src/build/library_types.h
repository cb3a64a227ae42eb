// Types of a cell that are made of the standard library's types alone. What values of them are written and
// read by is the same in every state of the cell, so it is compiled once, apart from the functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cell/model.h"

namespace hamcell {

class LibraryTypes {
 public:
  /// None.
  LibraryTypes() = default;
  /// Those that need code: of numbers there is nothing to compile.
  explicit LibraryTypes(const CellModel& model);

  bool empty() const { return names_.empty(); }
  /// `type`: index into CellModel::types.
  bool contains(std::uint32_t type) const { return type < numbers_.size() && !numbers_[type].empty(); }
  /// Names of the variables that hold the ham::type_entry of a type, and its layout.
  std::string entry(std::uint32_t type) const { return "ham_stored_" + numbers_[type]; }
  std::string layout(std::uint32_t type) const { return "ham_layout_" + numbers_[type]; }
  /// Declares both where the type is called `alias`.
  std::string declaration(std::uint32_t type, const std::string& alias) const;
  /// The translation unit that defines them behind `includes`, which bring the types.
  std::string unit(const std::string& includes) const;

 private:
  std::vector<std::string> numbers_;  ///< by type, what its variables are called by; empty: it is none
  std::map<std::string, std::string> names_;  ///< by name in C++: what its variables are called by
};

}  // namespace hamcell
