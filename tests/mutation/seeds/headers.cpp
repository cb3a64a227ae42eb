// hamcell:cxxflags -DWITH_EXTRA=1
// hamcell:ldflags -lm
//  A cell with a header of the user's, and two small ones of the system.
#include <cstdint>
#include <utility>

#include "headers.h"

std::pair<std::int64_t, Point> pair_of(const Point& start, std::int64_t steps = 10) {
  return {steps, moved(start)};
}

Point end_point(const std::pair<std::int64_t, Point>& pair_of) { return twice(pair_of.second); }

double distance(const Point& end_point, const Point& start) { return end_point.x - start.x; }
