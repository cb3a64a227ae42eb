// What ran when, as a trace that Perfetto and chrome://tracing show.
#pragma once

#include <string>

#include "graph/shape.h"
#include "run/record.h"

namespace hamcell {

/// JSON in the Trace Event Format (Google, "Trace Event Format"): one track for each runner and one for the
/// compiler, times in microseconds since the run began.
std::string timeline_json(const GraphShape& shape, const RunRecord& record);

}  // namespace hamcell
