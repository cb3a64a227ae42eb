// Shared objects that come into the process while a node or an initialiser runs.
#pragma once

namespace hamcell::tracer {

/// Remembers what is loaded now.
void note_objects_before();

/// Notes what was loaded since then: whether it can read the environment without asking for a variable and,
/// with `as_files`, that each object is a file that was read.
void note_new_objects(bool as_files);

/// dlopen is about to be called with this name, from this address.
void note_load(const char* name, const void* caller);

}  // namespace hamcell::tracer
