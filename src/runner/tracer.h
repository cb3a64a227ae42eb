// Sees what a node reads and writes outside its arguments: the runner is the main program, so the functions
// that it exports come before the C library's for everything that is loaded into it.
#pragma once

#include "cache/entry.h"

namespace hamcell::tracer {

/// From here on every file, folder and variable that the process asks for is recorded, in all its threads.
void begin();

/// Ends the recording, looks at everything again, and gives what was seen. What the initialiser of a
/// function-local static read belongs to every later trace too, since it is not read again.
Trace end();

/// Adds what is in `trace` to every later trace: what was read while the cell was loaded.
void keep(const Trace& trace);

}  // namespace hamcell::tracer
