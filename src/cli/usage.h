// The one way in which this stage says that the command line or hamcell.toml is wrong.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace hamcell {

/// Throws Failure (usage). `place`: in hamcell.toml; empty: on the command line.
[[noreturn]] inline void fail_usage(std::string what, std::string next, Place place = {}) {
  Problem problem;
  problem.place = std::move(place);
  problem.what = std::move(what);
  problem.next = std::move(next);
  throw Failure(ExitStatus::usage, std::move(problem));
}

}  // namespace hamcell
