// What nodes may have changed of their process and of their thread, by the functions that they called.
//
// To ask the kernel for all of it takes about a hundred system calls, and nearly every node changes nothing.
// So the functions that change it are watched, and only what one of them was called for is looked at.
#pragma once

#include <atomic>

#include "runner/tracer/recording_switch.h"

namespace hamcell::tracer {

/// Bits of a set.
enum Touched : unsigned {
  signals = 1U,    ///< what is done with signals
  timers = 2U,     ///< that ring by a signal
  limits = 4U,     ///< of the process
  file_mask = 8U,  ///< of new files
  streams = 16U,   ///< descriptors 0 to 2
  folder = 32U,    ///< the working folder
  children = 64U,  ///< processes that were started
  thread = 128U,   ///< anything that is the calling thread's own: variables, name, priority, signal mask
  nothing = 0U,
  anything = ~0U,  ///< it cannot be told
};

/// Since they were last taken, in all threads.
extern constinit std::atomic<unsigned> touched;

/// To be called by what stands in front of a function that changes these. What the runner does counts for
/// nothing.
[[gnu::always_inline]] inline void touch(unsigned what) {
  if (!is_inside) touched.fetch_or(what, std::memory_order_relaxed);
}

/// Whether a loaded object has variables of which each thread has its own, other than those of the C and C++
/// libraries. What a node can see of these is either changed by functions that are watched, put right for
/// every node (errno, h_errno, the locale), or the message that dlerror keeps.
bool has_thread_variables();

}  // namespace hamcell::tracer
