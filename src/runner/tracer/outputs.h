// Outputs: what a node makes, changes and removes.
#pragma once

#include <string>

#include "runner/tracer/places.h"
#include "runner/tracer/recording.h"

namespace hamcell::tracer {

/// What is at `path` is now an output. `leaves_nothing`: of what was there.
void add_output(Recording& recording, const std::string& path, Output output, bool leaves_nothing);

/// The same for a place as it was before, in the recording that is on.
void note_output(const Place& place, Output output, bool leaves_nothing);

/// A call that changes something failed: it may succeed when the file or its folder is there, or when it may
/// be written.
void note_failed(const Place& place);

}  // namespace hamcell::tracer
