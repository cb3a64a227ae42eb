// In front of the functions by which a node changes its process or its thread for what runs after it.
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <threads.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "runner/tracer/next.h"
#include "runner/tracer/touched.h"

namespace hamcell::tracer {

constinit std::atomic<unsigned> touched{nothing};

namespace {

/// A function that changes what `what` says.
template <class Function>
class Touching {
 public:
  constexpr Touching(unsigned what, const char* function) : what_(what), next_(function) {}

  template <class... Arguments>
  auto operator()(Arguments... arguments) {
    touch(what_);
    return next_(arguments...);
  }

 private:
  unsigned what_;
  Next<Function> next_;
};

bool is_well_known(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  constexpr std::array<std::string_view, 5> known = {"libc.so.", "libstdc++.so.", "libc++.so.",
                                                     "libc++abi.so.", "ld-linux"};
  for (const std::string_view beginning : known)
    if (name.starts_with(beginning)) return true;
  return false;
}

int find_thread_variables(dl_phdr_info* object, std::size_t /*size*/, void* /*nothing*/) {
  // The runner's own have no name.
  if (object->dlpi_name == nullptr || *object->dlpi_name == '\0' || is_well_known(object->dlpi_name))
    return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i)
    if (object->dlpi_phdr[i].p_type == PT_TLS) return 1;
  return 0;
}

}  // namespace

bool has_thread_variables() { return ::dl_iterate_phdr(&find_thread_variables, nullptr) != 0; }

}  // namespace hamcell::tracer

namespace tracer = hamcell::tracer;
using tracer::Next;
using tracer::Touching;

// ---- Signals and timers

HAMCELL_REPLACES int sigaction(int signal, const struct sigaction* action, struct sigaction* old) noexcept {
  static constinit Next<int(int, const struct sigaction*, struct sigaction*)> next("sigaction");
  if (action != nullptr) tracer::touch(tracer::signals);
  return next(signal, action, old);
}
HAMCELL_REPLACES sighandler_t signal(int signal, sighandler_t handler) noexcept {
  static constinit Touching<decltype(::signal)> next(tracer::signals, "signal");
  return next(signal, handler);
}
HAMCELL_REPLACES sighandler_t sysv_signal(int signal, sighandler_t handler) noexcept {
  static constinit Touching<decltype(::sysv_signal)> next(tracer::signals, "sysv_signal");
  return next(signal, handler);
}
// NOLINTNEXTLINE(bugprone-reserved-identifier): what signal is called under some feature macros.
HAMCELL_REPLACES sighandler_t __sysv_signal(int signal, sighandler_t handler) noexcept {
  static constinit Touching<sighandler_t(int, sighandler_t)> next(tracer::signals, "__sysv_signal");
  return next(signal, handler);
}
HAMCELL_REPLACES sighandler_t ssignal(int signal, sighandler_t handler) noexcept {
  static constinit Touching<decltype(::ssignal)> next(tracer::signals, "ssignal");
  return next(signal, handler);
}
HAMCELL_REPLACES sighandler_t bsd_signal(int signal, sighandler_t handler) noexcept {
  static constinit Touching<sighandler_t(int, sighandler_t)> next(tracer::signals, "bsd_signal");
  return next(signal, handler);
}
HAMCELL_REPLACES sighandler_t sigset(int signal, sighandler_t handler) noexcept {
  static constinit Touching<sighandler_t(int, sighandler_t)> next(tracer::signals | tracer::thread, "sigset");
  return next(signal, handler);
}
HAMCELL_REPLACES int sigignore(int signal) noexcept {
  static constinit Touching<int(int)> next(tracer::signals, "sigignore");
  return next(signal);
}
HAMCELL_REPLACES int siginterrupt(int signal, int interrupts) noexcept {
  static constinit Touching<int(int, int)> next(tracer::signals, "siginterrupt");
  return next(signal, interrupts);
}
HAMCELL_REPLACES int setitimer(__itimer_which_t which, const itimerval* value, itimerval* old) noexcept {
  static constinit Touching<int(__itimer_which_t, const itimerval*, itimerval*)> next(tracer::timers,
                                                                                      "setitimer");
  return next(which, value, old);
}
HAMCELL_REPLACES unsigned alarm(unsigned seconds) noexcept {
  static constinit Touching<decltype(::alarm)> next(tracer::timers, "alarm");
  return next(seconds);
}
HAMCELL_REPLACES useconds_t ualarm(useconds_t first, useconds_t then) noexcept {
  static constinit Touching<decltype(::ualarm)> next(tracer::timers, "ualarm");
  return next(first, then);
}

// ---- Limits, the mask of new files, the working folder, the standard streams

HAMCELL_REPLACES int setrlimit(__rlimit_resource_t which, const rlimit* limit) noexcept {
  static constinit Touching<int(__rlimit_resource_t, const rlimit*)> next(tracer::limits, "setrlimit");
  return next(which, limit);
}
HAMCELL_REPLACES int setrlimit64(__rlimit_resource_t which, const rlimit64* limit) noexcept {
  static constinit Touching<int(__rlimit_resource_t, const rlimit64*)> next(tracer::limits, "setrlimit64");
  return next(which, limit);
}
HAMCELL_REPLACES int prlimit(pid_t process, __rlimit_resource which, const rlimit* limit,
                             rlimit* old) noexcept {
  static constinit Next<int(pid_t, __rlimit_resource, const rlimit*, rlimit*)> next("prlimit");
  if (limit != nullptr) tracer::touch(tracer::limits);
  return next(process, which, limit, old);
}
HAMCELL_REPLACES int prlimit64(pid_t process, __rlimit_resource which, const rlimit64* limit,
                               rlimit64* old) noexcept {
  static constinit Next<int(pid_t, __rlimit_resource, const rlimit64*, rlimit64*)> next("prlimit64");
  if (limit != nullptr) tracer::touch(tracer::limits);
  return next(process, which, limit, old);
}
HAMCELL_REPLACES long ulimit(int command, ...) noexcept {
  std::va_list more;
  va_start(more, command);
  const long limit = va_arg(more, long);
  va_end(more);
  static constinit Touching<long(int, long)> next(tracer::limits, "ulimit");
  return next(command, limit);
}
HAMCELL_REPLACES mode_t umask(mode_t mask) noexcept {
  static constinit Touching<decltype(::umask)> next(tracer::file_mask, "umask");
  return next(mask);
}
HAMCELL_REPLACES int fchdir(int fd) noexcept {
  static constinit Touching<decltype(::fchdir)> next(tracer::folder, "fchdir");
  return next(fd);
}
HAMCELL_REPLACES int chroot(const char* path) noexcept {
  static constinit Touching<decltype(::chroot)> next(tracer::folder, "chroot");
  return next(path);
}
HAMCELL_REPLACES int fclose(FILE* stream) {
  static constinit Next<int(FILE*)> next("fclose");
  if (stream != nullptr && ::fileno(stream) <= STDERR_FILENO) tracer::touch(tracer::streams);
  return next(stream);
}

// ---- What is a thread's own

// NOLINTBEGIN(bugprone-reserved-identifier): names of the C library and of the C++ ABI.
HAMCELL_REPLACES int __cxa_thread_atexit_impl(void (*destructor)(void*), void* object, void* library) {
  static constinit Touching<int(void (*)(void*), void*, void*)> next(tracer::thread,
                                                                     "__cxa_thread_atexit_impl");
  return next(destructor, object, library);
}
// NOLINTEND(bugprone-reserved-identifier)
HAMCELL_REPLACES int pthread_setspecific(pthread_key_t key, const void* value) noexcept {
  static constinit Touching<int(pthread_key_t, const void*)> next(tracer::thread, "pthread_setspecific");
  return next(key, value);
}
HAMCELL_REPLACES int tss_set(tss_t key, void* value) {
  static constinit Touching<int(tss_t, void*)> next(tracer::thread, "tss_set");
  return next(key, value);
}
HAMCELL_REPLACES int pthread_sigmask(int how, const sigset_t* mask, sigset_t* old) noexcept {
  static constinit Next<int(int, const sigset_t*, sigset_t*)> next("pthread_sigmask");
  if (mask != nullptr) tracer::touch(tracer::thread);
  return next(how, mask, old);
}
HAMCELL_REPLACES int sigprocmask(int how, const sigset_t* mask, sigset_t* old) noexcept {
  static constinit Next<int(int, const sigset_t*, sigset_t*)> next("sigprocmask");
  if (mask != nullptr) tracer::touch(tracer::thread);
  return next(how, mask, old);
}
HAMCELL_REPLACES int sigblock(int mask) noexcept {
  static constinit Touching<int(int)> next(tracer::thread, "sigblock");
  return next(mask);
}
HAMCELL_REPLACES int sigsetmask(int mask) noexcept {
  static constinit Touching<int(int)> next(tracer::thread, "sigsetmask");
  return next(mask);
}
HAMCELL_REPLACES int sighold(int signal) noexcept {
  static constinit Touching<int(int)> next(tracer::thread, "sighold");
  return next(signal);
}
HAMCELL_REPLACES int sigrelse(int signal) noexcept {
  static constinit Touching<int(int)> next(tracer::thread, "sigrelse");
  return next(signal);
}
HAMCELL_REPLACES int sigaltstack(const stack_t* stack, stack_t* old) noexcept {
  static constinit Next<int(const stack_t*, stack_t*)> next("sigaltstack");
  if (stack != nullptr) tracer::touch(tracer::thread);
  return next(stack, old);
}
HAMCELL_REPLACES locale_t uselocale(locale_t locale) noexcept {
  static constinit Next<locale_t(locale_t)> next("uselocale");
  if (locale != nullptr) tracer::touch(tracer::thread);
  return next(locale);
}
HAMCELL_REPLACES int pthread_setcancelstate(int state, int* old) {
  static constinit Touching<int(int, int*)> next(tracer::thread, "pthread_setcancelstate");
  return next(state, old);
}
HAMCELL_REPLACES int pthread_setcanceltype(int type, int* old) {
  static constinit Touching<int(int, int*)> next(tracer::thread, "pthread_setcanceltype");
  return next(type, old);
}
HAMCELL_REPLACES int pthread_cancel(pthread_t other) {
  static constinit Touching<int(pthread_t)> next(tracer::thread, "pthread_cancel");
  return next(other);
}
HAMCELL_REPLACES int pthread_setname_np(pthread_t of, const char* name) noexcept {
  static constinit Touching<int(pthread_t, const char*)> next(tracer::thread, "pthread_setname_np");
  return next(of, name);
}
HAMCELL_REPLACES int pthread_setaffinity_np(pthread_t of, std::size_t size, const cpu_set_t* set) noexcept {
  static constinit Touching<int(pthread_t, std::size_t, const cpu_set_t*)> next(tracer::thread,
                                                                                "pthread_setaffinity_np");
  return next(of, size, set);
}
HAMCELL_REPLACES int sched_setaffinity(pid_t of, std::size_t size, const cpu_set_t* set) noexcept {
  static constinit Touching<int(pid_t, std::size_t, const cpu_set_t*)> next(tracer::thread,
                                                                            "sched_setaffinity");
  return next(of, size, set);
}
HAMCELL_REPLACES int pthread_setschedparam(pthread_t of, int policy, const sched_param* how) noexcept {
  static constinit Touching<int(pthread_t, int, const sched_param*)> next(tracer::thread,
                                                                          "pthread_setschedparam");
  return next(of, policy, how);
}
HAMCELL_REPLACES int pthread_setschedprio(pthread_t of, int priority) noexcept {
  static constinit Touching<int(pthread_t, int)> next(tracer::thread, "pthread_setschedprio");
  return next(of, priority);
}
HAMCELL_REPLACES int sched_setparam(pid_t of, const sched_param* how) noexcept {
  static constinit Touching<int(pid_t, const sched_param*)> next(tracer::thread, "sched_setparam");
  return next(of, how);
}
HAMCELL_REPLACES int sched_setscheduler(pid_t of, int policy, const sched_param* how) noexcept {
  static constinit Touching<int(pid_t, int, const sched_param*)> next(tracer::thread, "sched_setscheduler");
  return next(of, policy, how);
}
HAMCELL_REPLACES int setpriority(__priority_which_t which, id_t who, int priority) noexcept {
  static constinit Touching<int(__priority_which_t, id_t, int)> next(tracer::thread, "setpriority");
  return next(which, who, priority);
}
HAMCELL_REPLACES int nice(int more) noexcept {
  static constinit Touching<int(int)> next(tracer::thread, "nice");
  return next(more);
}
// A context has a signal mask of its own.
HAMCELL_REPLACES int setcontext(const ucontext_t* context) noexcept {
  static constinit Touching<int(const ucontext_t*)> next(tracer::thread, "setcontext");
  return next(context);
}
HAMCELL_REPLACES int swapcontext(ucontext_t* left, const ucontext_t* context) noexcept {
  static constinit Touching<int(ucontext_t*, const ucontext_t*)> next(tracer::thread, "swapcontext");
  return next(left, context);
}
HAMCELL_REPLACES int personality(unsigned long which) noexcept {
  static constinit Touching<int(unsigned long)> next(tracer::thread, "personality");
  return next(which);
}
HAMCELL_REPLACES int capset(cap_user_header_t head, cap_user_data_t data) noexcept {
  static constinit Touching<int(cap_user_header_t, cap_user_data_t)> next(tracer::thread, "capset");
  return next(head, data);
}
HAMCELL_REPLACES int pkey_set(int key, unsigned access) noexcept {
  static constinit Touching<int(int, unsigned)> next(tracer::thread, "pkey_set");
  return next(key, access);
}
// NOLINTBEGIN(bugprone-reserved-identifier): what <resolv.h> calls them, whose macros are in everybody's way.
HAMCELL_REPLACES int __res_init() noexcept {
  static constinit Touching<int()> next(tracer::thread, "__res_init");
  return next();
}
HAMCELL_REPLACES int __res_ninit(void* state) noexcept {
  static constinit Touching<int(void*)> next(tracer::thread, "__res_ninit");
  return next(state);
}
HAMCELL_REPLACES void* __res_state() noexcept {
  static constinit Touching<void*()> next(tracer::thread, "__res_state");
  return next();
}
// NOLINTEND(bugprone-reserved-identifier)
HAMCELL_REPLACES int unshare(int flags) noexcept {
  static constinit Touching<int(int)> next(tracer::anything, "unshare");
  return next(flags);
}
HAMCELL_REPLACES int setns(int fd, int kind) noexcept {
  static constinit Touching<int(int, int)> next(tracer::anything, "setns");
  return next(fd, kind);
}
HAMCELL_REPLACES int setfsuid(uid_t user) noexcept {
  static constinit Touching<int(uid_t)> next(tracer::thread, "setfsuid");
  return next(user);
}
HAMCELL_REPLACES int setfsgid(gid_t group) noexcept {
  static constinit Touching<int(gid_t)> next(tracer::thread, "setfsgid");
  return next(group);
}
HAMCELL_REPLACES int prctl(int option, ...) noexcept {
  std::va_list more;
  va_start(more, option);
  const auto a = va_arg(more, unsigned long);
  const auto b = va_arg(more, unsigned long);
  const auto c = va_arg(more, unsigned long);
  const auto d = va_arg(more, unsigned long);
  va_end(more);
  static constinit Touching<int(int, unsigned long, unsigned long, unsigned long, unsigned long)> next(
      tracer::thread, "prctl");
  return next(option, a, b, c, d);
}
