// The thread that one node runs in.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <functional>
#include <semaphore>

namespace hamcell {

/// Each node has a thread of its own, so that thread_local variables, the arithmetic's settings and whatever
/// else belongs to a thread start anew for it: nothing shows when the first access to a thread_local
/// initialises it, and what its initialiser reads has to be in the trace of each node that uses it. It
/// costs about 0.2 ms, most of it probably for the first pages of the stack.
class NodeThread {
 public:
  NodeThread() = default;
  /// Lets the thread end, and waits for that.
  ~NodeThread();
  NodeThread(const NodeThread&) = delete;
  NodeThread& operator=(const NodeThread&) = delete;

  enum class Outcome : std::uint8_t {
    returned,
    not_started,  ///< the system has no more threads, or no memory for the stack
    ended         ///< `work` ended the thread and did not return
  };
  /// Runs `work` and waits for it. Its stack is as large as the main thread's may become.
  Outcome run(std::function<void()> work);
  /// Ends the thread. Until then its thread_local variables live, because a result may point to them.
  void end();

 private:
  static void* start(void* self);
  void work_and_wait();

  std::function<void()> work_;
  pthread_t thread_{};
  bool is_started_ = false;
  std::binary_semaphore done_{0};   ///< `work` has ended
  std::binary_semaphore leave_{0};  ///< the thread may end
};

}  // namespace hamcell
