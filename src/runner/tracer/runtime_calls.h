// Calls that a sanitizer's runtime makes for itself, such as those of its reports, which read the source
// lines' tables from the cell's shared object: no node makes them. They come while the runtime holds its own
// allocator, so that nothing may be kept of them either.
#pragma once

#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {

/// Whether the code at `address` is that of a preloaded sanitizer's runtime.
bool is_runtimes(const void* address);

/// Stands first in a replaced function that a runtime calls: nothing is recorded if `caller`, its return
/// address, is in a runtime.
class UnlessRuntimes {
 public:
  explicit UnlessRuntimes(const void* caller) : was_(is_inside) {
    if (is_runtimes(caller)) is_inside = true;
  }
  ~UnlessRuntimes() { is_inside = was_; }
  UnlessRuntimes(const UnlessRuntimes&) = delete;
  UnlessRuntimes& operator=(const UnlessRuntimes&) = delete;

 private:
  bool was_;
};

}  // namespace hamcell::tracer
