// Random numbers that are the same on every machine for the same seed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace hamcell::proof {

/// SplitMix64 (Steele, Lea and Flood, 2014): one word of state, so a seed replays everything.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t mixed = (state_ += 0x9e3779b97f4a7c15U);
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
  }

  /// 0 to `count` - 1; `count` must not be 0.
  unsigned below(std::size_t count) { return static_cast<unsigned>(next() % count); }
  /// Both ends included.
  unsigned between(unsigned low, unsigned high) { return low + below(high - low + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }

  /// One element of a list that is not empty.
  template <class List>
  auto& pick(List& list) {
    return list[below(list.size())];
  }

 private:
  std::uint64_t state_;
};

/// The seed of part `part` of what `seed` stands for.
inline std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t part) {
  Random mixed(seed * 0x2545f4914f6cdd1dU + part);
  mixed.next();
  return mixed.next();
}

}  // namespace hamcell::proof
