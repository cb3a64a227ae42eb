// Where the time of a run went: each node's share of it.
#include "draw/time_share.h"

#include <algorithm>
#include <cmath>

namespace hamcell {

TimeShares time_shares(const Diagram& diagram) {
  TimeShares shares;
  for (const Box& box : diagram.boxes) {
    if (box.time_share < 0) continue;
    shares.least = shares.least < 0 ? box.time_share : std::min(shares.least, box.time_share);
    shares.largest = std::max(shares.largest, box.time_share);
  }
  return shares;
}

std::string share_text(double share) {
  if (share < 0.01) return "<1 %";
  const auto percent = std::lround(100 * share);
  return std::to_string(share < 1 ? std::min(99L, percent) : percent) + " %";
}

std::string range_text(const TimeShares& shares) {
  const std::string least = share_text(shares.least);
  const std::string largest = share_text(shares.largest);
  return least == largest ? least : least + " … " + largest;
}

}  // namespace hamcell
