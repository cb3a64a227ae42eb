// The time zone, which the C library reads for itself.
#pragma once

namespace hamcell::tracer {

/// The node set a variable: what was noted about the zone may not hold any more.
void forget_time_zone();

}  // namespace hamcell::tracer
