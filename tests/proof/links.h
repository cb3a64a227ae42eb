// Short words for the links and conditions in the tables of features.
#pragma once

#include <utility>

#include "feature.h"

namespace hamcell::proof {

inline Link runs(std::size_t to, Condition when = nullptr) { return {to, Strength::runs, std::move(when)}; }
inline Link brings(std::size_t to, Condition when = nullptr) {
  return {to, Strength::brings, std::move(when)};
}

inline Condition there(std::size_t piece) {
  return [piece](const Sight& at) { return at.present(piece); };
}
inline Condition gone(std::size_t piece) {
  return [piece](const Sight& at) { return !at.present(piece); };
}
inline Condition above(std::size_t piece) {
  return [piece](const Sight& at) { return at.visible(piece); };
}
inline Condition not_above(std::size_t piece) {
  return [piece](const Sight& at) { return !at.visible(piece); };
}
/// A knob of a piece stands at `value`: for a choice, its index.
inline Condition chosen(std::size_t piece, std::size_t knob, unsigned value) {
  return [=](const Sight& at) { return at.knob(piece, knob) == value; };
}

}  // namespace hamcell::proof
