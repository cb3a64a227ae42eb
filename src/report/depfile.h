// What files are made from, for make and ninja.
#pragma once

#include <string>
#include <vector>

namespace hamcell {

/// A rule of Make: `targets` depend on `files`, which get a rule without a recipe each, so that make goes on
/// when one is gone. Paths below the current folder are written relative to it, since that is how Makefiles
/// name them. Ninja reads it as a depfile.
std::string depfile_text(const std::vector<std::string>& targets, const std::vector<std::string>& files);

}  // namespace hamcell
