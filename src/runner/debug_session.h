// A runner under a debugger.
#pragma once

#include <functional>
#include <string>

#include "run/protocol.h"

namespace hamcell {

/// Carries out the script in `file` (run/debug_script.h) and stops for the debugger before the last command.
/// What goes wrong, and how the node ended, is said on standard error. Gives the exit status.
int debug_session(const std::string& file, const std::function<Answer(const Command&)>& answer);

}  // namespace hamcell
