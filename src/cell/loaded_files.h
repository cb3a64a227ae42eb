// Which shared objects a runner loads, with a cell and without.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cell/lookup.h"

namespace hamcell {

/// Every shared object that the system's loader takes for a runner that loads `library`, links resolved; just
/// the runner's own where `library` is not there. Nothing of them runs. Watches them, and the names that the
/// loader looked for in vain.
std::set<std::string> loaded_files(const std::string& library, std::vector<Watch>& watches);

}  // namespace hamcell
