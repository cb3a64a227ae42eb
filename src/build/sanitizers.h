// The runtimes of sanitizers, which a program must have from its start.
#pragma once

#include <string>
#include <vector>

#include "cell/toolchain.h"

namespace hamcell {

/// The sanitizers that flags switch on and leave on, as the compiler names them: "address", "undefined".
std::vector<std::string> sanitizers_of(const std::vector<std::string>& flags);

/// Absolute paths of the shared objects that a runner needs to have preloaded for a cell of this toolchain: a
/// sanitized shared object does not load into a program that started without its runtime. Throws Failure
/// (compile) for a sanitizer that works in whole programs only, and for a runtime that is not installed.
std::vector<std::string> sanitizer_runtimes(const Toolchain& toolchain);

}  // namespace hamcell
