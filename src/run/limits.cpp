// What --timeout and --memory say to a node that went over them.
#include "run/limits.h"

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

std::string memory_text(std::uint64_t bytes) {
  return "took more memory than the " + format_bytes(bytes) + " that --memory allows";
}

}  // namespace hamcell
