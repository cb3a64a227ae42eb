// What a node can leave behind in its process for the next one: environment, locale, rounding, handlers,
// limits.
#pragma once

#include <fpu_control.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <array>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <exception>
#include <locale>
#include <new>
#include <string>
#include <vector>

namespace hamcell {

/// The settings of OpenMP's runtime, where the cell is linked with one.
class OpenMp {
 public:
  /// Looks among what `library`, as dlopen gave it, was linked with.
  void remember(void* library);
  /// Puts back what was remembered; true when anything was different.
  bool restore() const;

 private:
  /// One setting: how it is asked for and set; null where there is no such runtime.
  struct Setting {
    int (*get)() = nullptr;
    void (*set)(int) = nullptr;
    int value = 0;
  };
  std::array<Setting, 3> settings_;
};

/// The state of the process as it was after the cell had been loaded. Whether what a node needs was taken
/// from the cache or ran just before it must make no difference to it, so each node starts from that state.
class Surroundings {
 public:
  /// Takes the state as it is now to be the one that every node starts from. Part of it belongs to the
  /// calling thread. `library`: the cell, as dlopen gave it.
  void remember(void* library);

  struct Outcome {
    /// What was changed, in words. The arithmetic, the mask of new files and OpenMP's settings are put back
    /// without a word, since no library keeps a copy of them.
    std::vector<std::string> changes;
    bool is_put_back = true;  ///< false: a working folder is gone, a hard limit is lower
  };
  /// Puts back what can be, from the thread that remembered it.
  /// `what`: bits of tracer::Touched; the rest is as it was, or costs nothing to look at.
  Outcome restore(unsigned what);
  /// Makes what belongs to the calling thread as a new thread has it, as far as no function that is called
  /// for it tells of a change: errno, h_errno and the arithmetic.
  void prepare_thread() const;

 private:
  bool restore_folder(bool& is_put_back) const;
  bool restore_environment();
  bool restore_signals(unsigned what) const;
  bool restore_locale();
  bool restore_handlers() const;
  void restore_arithmetic() const;
  bool restore_limits(bool& is_put_back) const;

  std::string folder_;
  /// One environment variable: where its text was, and what it was.
  struct Variable {
    char* place;
    std::string text;
  };
  std::vector<Variable> variables_;
  std::vector<char*> environment_;  ///< what `environ` points to after something was put back
  std::array<struct sigaction, NSIG> actions_{};
  sigset_t blocked_{};
  std::string c_locale_;
  locale_t thread_locale_ = nullptr;
  std::locale locale_;
  std::fenv_t arithmetic_{};
  fpu_control_t precision_{};
  mode_t mask_ = 0;
  std::array<rlimit, RLIM_NLIMITS> limits_{};
  std::new_handler new_handler_ = nullptr;
  std::terminate_handler terminate_handler_ = nullptr;
  OpenMp openmp_;
};

}  // namespace hamcell
