// Runs one node in a thread of its own.
#include "runner/node_thread.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "runner/tracer/tracer.h"

namespace hamcell {
namespace {

/// The kernel keeps as much free below the main thread's stack, for frames that reach over the guard.
constexpr std::size_t guard_size = std::size_t{1} << 20U;
/// Where the main thread's stack may grow without limit. Only what is used of it takes memory.
constexpr std::size_t most_stack = std::size_t{1} << 30U;

constexpr std::chrono::milliseconds patience{100};

std::size_t stack_size() {
  rlimit limit{};
  ::getrlimit(RLIMIT_STACK, &limit);
  constexpr std::size_t page = 4096;
  const std::size_t size = std::clamp<rlim_t>(limit.rlim_cur, 64 * page, most_stack);
  return (size + page - 1) / page * page + guard_size;
}

}  // namespace

NodeThread::~NodeThread() { end(); }

NodeThread::Outcome NodeThread::run(std::function<void()> work) {
  work_ = std::move(work);
  {
    const tracer::Untraced own;
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setguardsize(&attributes, guard_size);
    ::pthread_attr_setstacksize(&attributes, stack_size());
    is_started_ = ::pthread_create(&thread_, &attributes, &start, this) == 0;
    ::pthread_attr_destroy(&attributes);
  }
  if (!is_started_) return Outcome::not_started;
  const tracer::Untraced own;
  // A thread that ends by a system call of its own tells nobody.
  while (!done_.try_acquire_for(patience)) {
    if (::pthread_tryjoin_np(thread_, nullptr) != 0) continue;
    is_started_ = false;
    return Outcome::ended;
  }
  return Outcome::returned;
}

void NodeThread::end() {
  if (!std::exchange(is_started_, false)) return;
  leave_.release();
  ::pthread_join(thread_, nullptr);
}

void* NodeThread::start(void* self) {
  static_cast<NodeThread*>(self)->work_and_wait();
  return nullptr;
}

void NodeThread::work_and_wait() {
  const pid_t process = ::getpid();
  work_();
  // A child that the node forked and that came back from it too has nobody to answer to.
  if (::getpid() != process) ::_exit(0);
  done_.release();
  leave_.acquire();
}

}  // namespace hamcell
