// In front of the guards of function-local statics (Itanium C++ ABI, section 3.3.2): what their initialisers
// read counts for every later node that finds the static initialised.
#include <cxxabi.h>

#include "runner/tracer/next.h"
#include "runner/tracer/recording.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/tracer.h"

namespace tracer = hamcell::tracer;
using tracer::Next;

namespace {

constinit std::atomic<unsigned> initialised{0};

}  // namespace

unsigned tracer::initialised_statics() { return initialised.load(std::memory_order_relaxed); }

// NOLINTBEGIN(bugprone-reserved-identifier): these are the ABI's names.
HAMCELL_REPLACES int __cxa_guard_acquire(abi::__guard* guard) {
  static constinit Next<int(abi::__guard*)> next("__cxa_guard_acquire");
  const int must_initialise = next(guard);
  if (must_initialise != 0) {
    ++tracer::static_depth;
    initialised.fetch_add(1, std::memory_order_relaxed);
  }
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
// A thread_local has no such guard: only that it has to be destroyed is told, after it was initialised. It
// may have read anything that the node has read so far.
HAMCELL_REPLACES int __cxa_thread_atexit(void (*destroy)(void*), void* object, void* library) noexcept {
  if (tracer::records()) {
    const tracer::Inside inside;
    tracer::keep_all();
  }
  static constinit Next<int(void (*)(void*), void*, void*)> next("__cxa_thread_atexit");
  return next(destroy, object, library);
}
// NOLINTEND(bugprone-reserved-identifier)
