// What --timeout and --memory say to a node that went over them: the driver while it runs, or its runner when
// it ends.
#pragma once

#include <cstdint>
#include <string>

namespace hamcell {

/// The clock by which nodes are timed: CLOCK_MONOTONIC, the same in all processes.
std::int64_t monotonic_ns();

/// "ran longer than 5 s, as --timeout allows it".
std::string timeout_text(double seconds);
/// Seconds that a runner may take for what surrounds a node's function: reading arguments, storing the
/// result, loading the cell.
double most_seconds_around(double timeout);
std::string timeout_around_text(double seconds);
std::string memory_text(std::uint64_t bytes);

}  // namespace hamcell
