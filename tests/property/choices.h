// The choices that a random value is made of. rapidcheck makes and shrinks the list of choices, and so any
// value of any type: fewer and smaller choices make a smaller value.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

/// Gives one choice after another, and 0 when there are no more: 0 stands for the simplest thing.
class Choices {
 public:
  explicit Choices(std::vector<std::uint16_t> list) : list_(std::move(list)) {}

  /// NaN has no place in the order of a set's elements or a map's keys.
  bool may_be_nan = true;

  std::uint64_t below(std::uint64_t bound) { return bound < 2 ? 0 : next() % bound; }
  bool one_in(std::uint64_t times) { return below(times) == times - 1; }
  std::uint64_t bits() {
    std::uint64_t all = 0;
    for (int part = 0; part < 4; ++part) all = all << 16 | next();
    return all;
  }
  bool is_empty() const { return at_ == list_.size(); }

 private:
  std::uint16_t next() { return is_empty() ? std::uint16_t{0} : list_[at_++]; }

  std::vector<std::uint16_t> list_;
  std::size_t at_ = 0;
};
