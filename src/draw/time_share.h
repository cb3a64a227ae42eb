// Where the time of a run went: each node's share of it.
#pragma once

#include <string>

#include "draw/diagram.h"

namespace hamcell {

/// The least and the largest share of time in a diagram, 0 to 1; both negative where no box has one.
struct TimeShares {
  double least = -1;
  double largest = -1;
};
TimeShares time_shares(const Diagram& diagram);

/// "58 %", and "<1 %" for what is little; only the whole is "100 %".
std::string share_text(double share);

/// "1 % … 58 %"; one of them where they are the same.
std::string range_text(const TimeShares& shares);

}  // namespace hamcell
