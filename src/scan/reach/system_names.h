// Which names the headers of the system mention and call.
#pragma once

#include <string>
#include <unordered_set>

#include "scan/cell_source.h"
#include "scan/includes.h"

namespace hamcell {

struct SystemNames {
  std::unordered_set<std::string> mentioned;  ///< stand there as a word
  std::unordered_set<std::string> called;     ///< may be called there without a qualifier or an object; the
                                              ///< standard library's own headers do not count here
};

/// Looks for `names` in the system headers that were read, outside of comments and strings. Only a macro that
/// is mentioned there can change a header, and only a function that is called there can be found by a
/// library.
SystemNames find_system_names(const CellSource& source, const IncludedFiles& files,
                              const std::unordered_set<std::string>& names);

}  // namespace hamcell
