// Which names the headers of the system mention.
#pragma once

#include <string>
#include <unordered_set>

#include "scan/cell_source.h"
#include "scan/includes.h"

namespace hamcell {

/// Those of `names` that stand as a word in a system header that was read, outside of comments and strings.
/// Only what is named there can be called or tested by a library.
std::unordered_set<std::string> names_in_system_headers(const CellSource& source, const IncludedFiles& files,
                                                        const std::unordered_set<std::string>& names);

}  // namespace hamcell
