// In front of the guards of function-local statics (Itanium C++ ABI, section 3.3.2): what their initialisers
// read counts for every later node that finds the static initialised.
#include <cxxabi.h>

#include "runner/tracer/next.h"
#include "runner/tracer/recording.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/tracer.h"

namespace tracer = hamcell::tracer;
using tracer::Next;

// NOLINTBEGIN(bugprone-reserved-identifier): these are the ABI's names.
HAMCELL_REPLACES int __cxa_guard_acquire(abi::__guard* guard) {
  static constinit Next<int(abi::__guard*)> next("__cxa_guard_acquire");
  const int must_initialise = next(guard);
  if (must_initialise != 0) ++tracer::static_depth;
  return must_initialise;
}
HAMCELL_REPLACES void __cxa_guard_release(abi::__guard* guard) noexcept {
  static constinit Next<void(abi::__guard*)> next("__cxa_guard_release");
  --tracer::static_depth;
  next(guard);
}
HAMCELL_REPLACES void __cxa_guard_abort(abi::__guard* guard) noexcept {
  static constinit Next<void(abi::__guard*)> next("__cxa_guard_abort");
  --tracer::static_depth;
  next(guard);
}
// NOLINTEND(bugprone-reserved-identifier)
