// Remembers the state of the process, and puts back what a node has changed of it.
//
// To look at all of it takes about ninety system calls, most of them for the signals. What the node called
// says which of them are needed (tracer/touched.h): for most nodes none.
#include "runner/surroundings.h"

#include <dlfcn.h>
#include <netdb.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/file.h"
#include "runner/descriptors.h"
#include "runner/tracer/touched.h"

namespace hamcell {
namespace {

/// The C library keeps these two for itself and gives an error.
bool is_reserved(int signal) { return signal == 32 || signal == 33; }

/// A sigset_t has room for more signals than there are; what the C library leaves there is left over from its
/// stack.
bool is_same(const sigset_t& a, const sigset_t& b) { return std::memcmp(&a, &b, (NSIG - 1) / 8) == 0; }

bool is_same(const struct sigaction& a, const struct sigaction& b) {
  // Flags and mask mean nothing without a handler; system(3) leaves others than there were.
  if (a.sa_handler == SIG_DFL || a.sa_handler == SIG_IGN) return a.sa_handler == b.sa_handler;
  return a.sa_flags == b.sa_flags && a.sa_handler == b.sa_handler && is_same(a.sa_mask, b.sa_mask);
}

/// An alarm that rings in a later node would end it. True when one was set.
bool stop_timers() {
  bool was_set = false;
  for (const auto which : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
    const itimerval none{};
    itimerval old{};
    ::setitimer(which, &none, &old);
    was_set = was_set || old.it_value.tv_sec != 0 || old.it_value.tv_usec != 0;
  }
  return was_set;
}

}  // namespace

// ---- OpenMP

void OpenMp::remember(void* library) {
  static constexpr std::array<std::pair<const char*, const char*>, 3> names = {
      {{"omp_get_max_threads", "omp_set_num_threads"},
       {"omp_get_dynamic", "omp_set_dynamic"},
       {"omp_get_max_active_levels", "omp_set_max_active_levels"}}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    Setting& setting = settings_[i];
    setting.get = reinterpret_cast<int (*)()>(::dlsym(library, names[i].first));
    setting.set = reinterpret_cast<void (*)(int)>(::dlsym(library, names[i].second));
    if (setting.get != nullptr && setting.set != nullptr) setting.value = setting.get();
  }
}

bool OpenMp::restore() const {
  bool changed = false;
  for (const Setting& setting : settings_) {
    if (setting.get == nullptr || setting.set == nullptr || setting.get() == setting.value) continue;
    setting.set(setting.value);
    changed = true;
  }
  return changed;
}

// ---- All of it

void Surroundings::remember(void* library) {
  folder_ = absolute_path(".");
  variables_.clear();
  for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
    variables_.push_back({*entry, *entry});
  for (int signal = 1; signal < NSIG; ++signal)
    if (!is_reserved(signal)) ::sigaction(signal, nullptr, &actions_[static_cast<std::size_t>(signal)]);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked_);
  locale_ = std::locale();
  c_locale_ = std::setlocale(LC_ALL, nullptr);
  thread_locale_ = ::uselocale(nullptr);
  std::fegetenv(&arithmetic_);
  _FPU_GETCW(precision_);
  mask_ = ::umask(0);
  ::umask(mask_);
  for (int limit = 0; limit < RLIM_NLIMITS; ++limit)
    ::getrlimit(static_cast<__rlimit_resource>(limit), &limits_[static_cast<std::size_t>(limit)]);
  new_handler_ = std::get_new_handler();
  terminate_handler_ = std::get_terminate();
  openmp_.remember(library);
}

void Surroundings::prepare_thread() const {
  restore_arithmetic();
  errno = 0;
  h_errno = 0;
}

Surroundings::Outcome Surroundings::restore(unsigned what) {
  // First, because everything else computes too.
  restore_arithmetic();
  if ((what & tracer::file_mask) != 0) ::umask(mask_);
  openmp_.restore();
  Outcome outcome;
  const auto note = [&](bool is_changed, const char* how) {
    if (is_changed) outcome.changes.emplace_back(how);
  };
  const auto may_have = [&](unsigned which) { return (what & which) != 0; };
  note(may_have(tracer::streams) && restore_standard_streams(), "closed or replaced its standard streams");
  note(may_have(tracer::folder) && restore_folder(outcome.is_put_back), "changed the working folder");
  note(restore_environment(), "changed environment variables");
  note(restore_locale(), "changed the locale");
  note(restore_signals(what), "changed what is done with signals");
  note(restore_handlers(), "changed a handler of the C++ library");
  note(may_have(tracer::limits) && restore_limits(outcome.is_put_back), "changed limits of the process");
  return outcome;
}

bool Surroundings::restore_folder(bool& is_put_back) const {
  char now[PATH_MAX];
  if (::getcwd(now, sizeof now) != nullptr && folder_ == now) return false;
  is_put_back = ::chdir(folder_.c_str()) == 0 && is_put_back;
  return true;
}

bool Surroundings::restore_handlers() const {
  const bool is_new_changed = std::set_new_handler(new_handler_) != new_handler_;
  return std::set_terminate(terminate_handler_) != terminate_handler_ || is_new_changed;
}

/// Rounding, exceptions, flushing of small numbers to zero, and the precision of the x87, which fesetenv may
/// leave alone.
void Surroundings::restore_arithmetic() const {
  std::fesetenv(&arithmetic_);
  fpu_control_t precision = precision_;
  _FPU_SETCW(precision);
}

bool Surroundings::restore_environment() {
  std::size_t count = 0;
  char** entry = ::environ;
  const auto is_next = [&] { return count < variables_.size() && variables_[count].text == *entry; };
  for (; entry != nullptr && *entry != nullptr && is_next(); ++entry) ++count;
  const bool has_more = entry != nullptr && *entry != nullptr;
  if (count == variables_.size() && !has_more) return false;

  // An array of one's own: the C library frees only what it has made itself. The texts stay where they were,
  // since what getenv gave may still be in use.
  environment_.clear();
  for (Variable& variable : variables_)
    environment_.push_back(variable.text == variable.place ? variable.place : variable.text.data());
  environment_.push_back(nullptr);
  ::environ = environment_.data();
  // localtime_r would go on with the zone that the node had chosen.
  ::tzset();
  return true;
}

bool Surroundings::restore_signals(unsigned what) const {
  bool changed = (what & tracer::timers) != 0 && stop_timers();
  if ((what & (tracer::signals | tracer::thread)) == 0) return changed;
  for (int signal = 1; signal < NSIG; ++signal) {
    const struct sigaction& before = actions_[static_cast<std::size_t>(signal)];
    struct sigaction now{};
    if (is_reserved(signal) || ::sigaction(signal, nullptr, &now) != 0 || is_same(now, before)) continue;
    ::sigaction(signal, &before, nullptr);
    changed = true;
  }
  sigset_t blocked{};
  ::pthread_sigmask(SIG_SETMASK, &blocked_, &blocked);
  return changed || !is_same(blocked, blocked_);
}

bool Surroundings::restore_locale() {
  bool changed = ::uselocale(thread_locale_) != thread_locale_;
  if (std::locale() != locale_) {
    std::locale::global(locale_);
    changed = true;
  }
  // Last, because a std::locale that has a name sets this one too.
  if (c_locale_ != std::setlocale(LC_ALL, nullptr)) {
    std::setlocale(LC_ALL, c_locale_.c_str());
    changed = true;
  }
  return changed;
}

bool Surroundings::restore_limits(bool& is_put_back) const {
  bool was_changed = false;
  for (int i = 0; i < RLIM_NLIMITS; ++i) {
    const auto which = static_cast<__rlimit_resource>(i);
    const rlimit& before = limits_[static_cast<std::size_t>(i)];
    rlimit now{};
    ::getrlimit(which, &now);
    if (now.rlim_cur == before.rlim_cur && now.rlim_max == before.rlim_max) continue;
    // Only root may raise a hard limit again.
    is_put_back = ::setrlimit(which, &before) == 0 && is_put_back;
    was_changed = true;
  }
  return was_changed;
}

}  // namespace hamcell
