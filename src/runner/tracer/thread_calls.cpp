// In front of pthread_create and pthread_once: what threads read that a node does not wait for, and what is
// read only once in a process.
#include <dlfcn.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "runner/tracer/next.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/threads.h"
#include "runner/tracer/tracer.h"

namespace hamcell::tracer {
namespace {

constinit std::atomic<int> running{0};  ///< that are counted
constinit std::atomic<int> kept{0};     ///< whose reads are kept

/// Libraries whose threads wait for more work of the same kind and are no state that a node leaves behind.
constexpr std::array<std::string_view, 6> pools = {"libgomp", "libomp",      "libiomp5",
                                                   "libtbb",  "libopenblas", "libmkl"};

/// The one of `pools` whose function this is; empty where it is none of them.
std::string_view pool_of(void* (*function)(void*)) {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<void*>(function), &info) == 0 || info.dli_fname == nullptr) return {};
  const std::string_view path = info.dli_fname;
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  const auto* const pool =
      std::ranges::find_if(pools, [&](std::string_view known) { return name.starts_with(known); });
  return pool == pools.end() ? std::string_view() : *pool;
}

/// A thread that is about to run.
struct Start {
  void* (*function)(void*);
  void* argument;
  /// What it reads counts for every later node: an initialiser started it, or it is one of a pool, which goes
  /// on with what it has read in its thread-local variables. libgomp's threads end with the thread of their
  /// node.
  bool is_kept;
  bool is_counted;  ///< as a thread that a node leaves behind if it does not end before the node does
};

void count(const Start& start, int change) {
  if (start.is_counted) running.fetch_add(change, std::memory_order_acq_rel);
  if (start.is_kept) kept.fetch_add(change, std::memory_order_acq_rel);
}

/// Counts a thread off when it ends, in whatever way: pthread_exit unwinds too.
class Running {
 public:
  explicit Running(const Start& start) : start_(start) {}
  ~Running() { count(start_, -1); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const Start& start_;
};

void* run(void* argument) {
  const Start start = *std::unique_ptr<Start>(static_cast<Start*>(argument));
  const Running counted(start);
  if (start.is_kept) ++static_depth;
  return start.function(start.argument);
}

/// While the initialiser of something that is initialised once runs, or may run.
class OnceOnly {
 public:
  OnceOnly() { ++static_depth; }
  ~OnceOnly() { --static_depth; }
  OnceOnly(const OnceOnly&) = delete;
  OnceOnly& operator=(const OnceOnly&) = delete;
};

}  // namespace

int running_threads() { return running.load(std::memory_order_acquire); }

bool has_kept_threads() { return kept.load(std::memory_order_acquire) > 0; }

}  // namespace hamcell::tracer

namespace tracer = hamcell::tracer;

HAMCELL_REPLACES int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                                    void* (*function)(void*), void* argument) noexcept {
  static constinit tracer::Next<decltype(::pthread_create)> next("pthread_create");
  // The runner's own.
  if (tracer::is_inside) return next(thread, attributes, function, argument);
  const std::string_view pool = tracer::pool_of(function);
  const bool is_kept = tracer::static_depth > 0 || (!pool.empty() && pool != "libgomp");
  const bool is_counted = pool.empty() && !tracer::is_loading.load(std::memory_order_relaxed);
  auto start = std::make_unique<tracer::Start>(tracer::Start{function, argument, is_kept, is_counted});
  // Before it runs, so that it cannot be counted off first.
  tracer::count(*start, 1);
  // The thread has it from here on, unless there is none.
  tracer::Start* const handed = start.release();
  const int error = next(thread, attributes, &tracer::run, handed);
  if (error != 0) {
    start.reset(handed);
    tracer::count(*start, -1);
  }
  return error;
}

// std::call_once and the futures of libstdc++ call it, too.
HAMCELL_REPLACES int pthread_once(pthread_once_t* control, void (*initialise)()) {
  static constinit tracer::Next<decltype(::pthread_once)> next("pthread_once");
  const tracer::OnceOnly once;
  return next(control, initialise);
}
