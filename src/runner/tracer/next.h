// How a replaced function reaches the one that it stands in front of.
#pragma once

#include <dlfcn.h>

#include <atomic>

/// For a function that replaces one of the C library's in everything that is loaded into the runner.
#define HAMCELL_REPLACES extern "C" __attribute__((visibility("default")))

namespace hamcell::tracer {

/// The next function of that name behind the runner's, looked up at the first call. It is
/// constant-initialised and needs no guard: the guards of statics are themselves among the replaced
/// functions.
template <class Function>
class Next {
 public:
  constexpr explicit Next(const char* name) : name_(name) {}

  template <class... Arguments>
  [[gnu::always_inline]] auto operator()(Arguments... arguments) {
    return find()(arguments...);
  }

  /// Null where the C library has no such function.
  Function* find() {
    Function* function = function_.load(std::memory_order_relaxed);
    if (function == nullptr) {
      function = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name_));
      function_.store(function, std::memory_order_relaxed);
    }
    return function;
  }

 private:
  const char* name_;
  std::atomic<Function*> function_{nullptr};
};

}  // namespace hamcell::tracer
