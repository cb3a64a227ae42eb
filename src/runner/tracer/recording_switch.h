// Whether what a thread asks for is recorded. All of it works before main and costs a load or two, since the
// replaced functions are called from everywhere.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>

namespace hamcell::tracer {

extern constinit std::atomic<bool> is_on;
/// Raised when a recording begins; 0: there was none yet.
extern constinit std::atomic<std::uint32_t> recording_number;
/// The cell is being loaded.
extern constinit std::atomic<bool> is_loading;
extern constinit thread_local bool is_inside;
/// Initialisers of function-local statics, and others that run only once, that this thread is in; a thread
/// that one of them started is in it too, as long as it lives.
extern constinit thread_local int static_depth;

inline bool records() { return is_on.load(std::memory_order_acquire) && !is_inside; }

/// Held while the tracer or the runner does its own work, so that this work is not recorded. Leaves errno
/// alone.
class Inside {
 public:
  Inside() : was_(is_inside), error_(errno) { is_inside = true; }
  ~Inside() {
    is_inside = was_;
    errno = error_;
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  bool was_;
  int error_;
};

/// Something that a recording needs to be told only once, however often a node does it.
class Once {
 public:
  /// False when this recording has been told already. Inside the initialiser of a static it is always told,
  /// because that counts for later nodes too.
  bool is_first() {
    const std::uint32_t now = recording_number.load(std::memory_order_relaxed);
    if (static_depth == 0 && told_.load(std::memory_order_relaxed) == now) return false;
    told_.store(now, std::memory_order_relaxed);
    return true;
  }
  void forget() { told_.store(0, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> told_{0};
};

}  // namespace hamcell::tracer
