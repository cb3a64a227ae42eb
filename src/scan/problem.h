// Problems in short form.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace hamcell {

/// A problem in hamcell's own words.
inline Problem problem_at(Place place, std::string what, std::string next, std::vector<Note> notes = {}) {
  return {std::move(place), std::move(what), std::move(next), std::move(notes), {}};
}

}  // namespace hamcell
