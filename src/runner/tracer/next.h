// How a replaced function reaches the one that it stands in front of.
#pragma once

#include <atomic>

/// For a function that replaces one of the C library's in everything that is loaded into the runner.
#define HAMCELL_REPLACES extern "C" __attribute__((visibility("default")))

namespace hamcell::tracer {

/// The function that is the next of its name behind the runner's; null where the C library has none. Takes
/// the loader's lock, but for the functions that the runner replaces after find_replaced_functions().
void* next_function(const char* name);

/// Looks up what is behind each function that the runner replaces. While the cell is loaded the thread that
/// loads it has the loader's lock, and may wait for another thread that an initialiser has started.
void find_replaced_functions();

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
      function = reinterpret_cast<Function*>(next_function(name_));
      function_.store(function, std::memory_order_relaxed);
    }
    return function;
  }

 private:
  const char* name_;
  std::atomic<Function*> function_{nullptr};
};

}  // namespace hamcell::tracer
