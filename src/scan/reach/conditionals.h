// Conditional text that one compiler takes and another may not.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "scan/macros.h"

namespace hamcell {

/// Finds branches of `#if` whose condition asks for something that differs between compilers (`__clang__`,
/// `__GNUC__`, or a macro of the user's that is defined in such a branch). A condition on other macros of the
/// user comes out the same for all compilers.
class CompilerBranches {
 public:
  explicit CompilerBranches(MacroTable& macros) : macros_(macros) {}

  /// Learns which macros a file defines in such branches; true when there was a new one.
  bool learn(const TokenText& text);

  /// By token of `text`: it stands in such a branch.
  std::vector<bool> in(const TokenText& text) const;

 private:
  bool differs(const Token& token) const;

  MacroTable& macros_;
  std::unordered_set<std::string> learned_;
};

}  // namespace hamcell
