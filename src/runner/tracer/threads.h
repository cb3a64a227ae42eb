// Threads that go on reading when no node runs.
#pragma once

namespace hamcell::tracer {

/// Whether a thread lives whose reads count for every later node.
bool has_kept_threads();

}  // namespace hamcell::tracer
