// A few addresses, without a trip to the heap.
#pragma once

#include <cstddef>
#include <memory>

namespace hamcell::engine {

class Places {
 public:
  explicit Places(std::size_t count) {
    if (count > few) many_ = std::make_unique<char*[]>(count);
  }
  char** data() { return many_ != nullptr ? many_.get() : few_; }
  char* operator[](std::size_t index) { return data()[index]; }

 private:
  static constexpr std::size_t few = 32;
  char* few_[few];
  std::unique_ptr<char*[]> many_;
};

}  // namespace hamcell::engine
