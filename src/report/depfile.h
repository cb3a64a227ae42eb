// What files are made from, for make and ninja.
#pragma once

#include <string>
#include <vector>

namespace hamcell {

struct Depfile {
  std::string text;
  std::vector<std::string> left_out;  ///< files that no rule of Make can name
};

/// A rule of Make: `targets` depend on `files`, which get a rule without a recipe each, so that make goes on
/// when one is gone (but for names with "="). Paths below the current folder are written relative to it,
/// since that is how Makefiles name them. Ninja reads it as a depfile. Throws Failure (storage) for a target
/// that Make cannot name.
Depfile depfile_of(const std::vector<std::string>& targets, const std::vector<std::string>& files);

}  // namespace hamcell
