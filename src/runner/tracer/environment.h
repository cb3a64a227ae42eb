// The environment: what a node asks of it, directly or through the C library.
#pragma once

namespace hamcell::tracer {

/// The C library is about to read this variable. Does nothing when no recording is on.
void note_variable_use(const char* name);

/// All variables were read, or may have been.
void note_all_variables();

}  // namespace hamcell::tracer
