// What pkg-config says about the packages that a cell needs.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cell/lookup.h"

namespace hamcell {

struct Package {
  std::vector<std::string> compile_flags, link_flags;  ///< as pkg-config gives them
};

/// Asks pkg-config about one package that the directive at `place` names, and watches its .pc file, those
/// that it requires, and the folders in front of them. Throws Failure (cell) where there is none.
Package find_package(const std::string& name, const Place& place, std::vector<Watch>& watches);

}  // namespace hamcell
