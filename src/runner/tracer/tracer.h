// Sees what a node reads and writes outside its arguments: the runner is the main program, so the functions
// that it exports come before the C library's for everything that is loaded into it.
#pragma once

#include "cache/entry.h"
#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {

/// From here on every file, folder, variable and effect that the process asks for is recorded, in all its
/// threads.
void begin();

/// Notes the objects that were loaded since begin(), also such as the C library has loaded of its own accord,
/// for names of users or character sets.
void look_for_objects();

/// Ends the recording, looks at everything again, and gives what was seen. What was read while the cell was
/// loaded, or by the initialiser of a function-local static, belongs to every later trace too, since it is
/// not read again.
Trace end();

/// What was recorded so far counts for every later node too.
void keep_all();

/// Loads a built cell, as dlopen does; null where that fails, and `why` is what the loader says. What its
/// initialisers read belongs to every later trace.
void* load(const char* library, std::string& why);

/// Threads that nodes have started and that have not ended, other than those of the usual pools of libraries.
int running_threads();

/// Whether a node has copied the process since the last call: a lock that another thread held then may be
/// held for ever in what it left.
bool has_forked();

/// What the runner itself does while it lives is not recorded.
using Untraced = Inside;

}  // namespace hamcell::tracer
