// What --timeout and --memory say to a node that went over them.
#include "run/limits.h"

#include <algorithm>
#include <ctime>

#include "base/text.h"

namespace hamcell {

std::int64_t monotonic_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

std::string timeout_text(double seconds) {
  return "ran longer than the " + format_seconds(seconds) + " that --timeout allows";
}

double most_seconds_around(double timeout) { return std::max(30.0, 10 * timeout); }

std::string timeout_around_text(double seconds) {
  return "took longer than " + format_seconds(seconds) + ", though its function was not at work";
}

std::string memory_text(std::uint64_t bytes) {
  return "took more memory than the " + format_bytes(bytes) + " that --memory allows";
}

}  // namespace hamcell
