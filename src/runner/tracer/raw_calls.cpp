// In front of syscall(2), through which a node can go around all the other functions.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>

#include "runner/tracer/effects.h"
#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/recording.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/touched.h"

namespace hamcell::tracer {
namespace {

// NOLINTBEGIN(performance-no-int-to-ptr): what the kernel takes is words.
/// A system call's arguments: as many as it takes, the rest is whatever was there.
struct RawCall {
  long number;
  long arguments[6];

  const char* path(int at) const { return reinterpret_cast<const char*>(arguments[at]); }
  int integer(int at) const { return static_cast<int>(arguments[at]); }
};

/// Flags of an open call; -1 where it is none.
int open_flags(const RawCall& call) {
  switch (call.number) {
    case SYS_openat:
      return call.integer(2);
    case SYS_openat2:
      return static_cast<int>(reinterpret_cast<const open_how*>(call.arguments[2])->flags);
#ifdef SYS_open
    case SYS_open:
      return call.integer(1);
    case SYS_creat:
      return O_WRONLY | O_CREAT | O_TRUNC;
#endif
    default:
      return -1;
  }
}

// NOLINTEND(performance-no-int-to-ptr)

bool has_folder(long number) { return number == SYS_openat || number == SYS_openat2; }

void note_question(const RawCall& call) {
  switch (call.number) {
    case SYS_newfstatat:
    case SYS_statx:
      if ((call.integer(call.number == SYS_statx ? 2 : 3) & AT_SYMLINK_NOFOLLOW) != 0)
        return note_link_attributes(call.integer(0), call.path(1));
      return note_attributes(call.integer(0), call.path(1));
    case SYS_faccessat:
    case SYS_faccessat2:
      return note_existence(call.integer(0), call.path(1), call.integer(2) != F_OK);
    case SYS_readlinkat:
      return note_link(call.integer(0), call.path(1));
    case SYS_getdents64:
      return note_listing_of_open(call.integer(0));
    case SYS_getcwd:
      return note_folder();
#ifdef SYS_stat
    case SYS_stat:
      return note_attributes(AT_FDCWD, call.path(0));
    case SYS_lstat:
      return note_link_attributes(AT_FDCWD, call.path(0));
    case SYS_access:
      return note_existence(AT_FDCWD, call.path(0), call.integer(1) != F_OK);
    case SYS_readlink:
      return note_link(AT_FDCWD, call.path(0));
    case SYS_getdents:
      return note_listing_of_open(call.integer(0));
#endif
    default:
      return;
  }
}

void note_effect(long number) {
  static constinit Effect clock(TracedEffect::Kind::clock, "syscall (clock)");
  static constinit Effect random(TracedEffect::Kind::random, "syscall (getrandom)");
  static constinit Effect network(TracedEffect::Kind::network, "syscall (socket)");
  static constinit Effect process(TracedEffect::Kind::process, "syscall (clone or execve)");
  switch (number) {
    case SYS_clock_gettime:
    case SYS_gettimeofday:
    case SYS_times:
    case SYS_getrusage:
#ifdef SYS_time
    case SYS_time:
#endif
      return clock.note();
    case SYS_getrandom:
      return random.note();
    case SYS_socket:
    case SYS_connect:
      return network.note();
    case SYS_clone:
    case SYS_clone3:
    case SYS_execve:
    case SYS_execveat:
#ifdef SYS_fork
    case SYS_fork:
    case SYS_vfork:
#endif
      return process.note();
    default:
      return;
  }
}

/// Calls that change files, or that do what no later call shows: no trace can hold what they do.
bool is_unseen(long number) {
  switch (number) {
    case SYS_io_uring_setup:
    case SYS_open_by_handle_at:
    case SYS_renameat:
    case SYS_renameat2:
    case SYS_unlinkat:
    case SYS_linkat:
    case SYS_symlinkat:
    case SYS_mkdirat:
    case SYS_mknodat:
    case SYS_truncate:
    case SYS_fchmodat:
    case SYS_fchownat:
    case SYS_utimensat:
    case SYS_chdir:
    case SYS_fchdir:
#ifdef SYS_rename
    case SYS_rename:
    case SYS_unlink:
    case SYS_link:
    case SYS_symlink:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_mknod:
    case SYS_chmod:
    case SYS_chown:
    case SYS_lchown:
    case SYS_utime:
    case SYS_utimes:
    case SYS_futimesat:
#endif
      return true;
    default:
      return false;
  }
}

/// Calls that change nothing but what they are given: those that libraries make, for want of a function.
bool is_harmless(long number) {
  switch (number) {
    case SYS_futex:
    case SYS_gettid:
    case SYS_getpid:
    case SYS_getrandom:
    case SYS_clock_gettime:
    case SYS_getcpu:
      return true;
    default:
      return false;
  }
}

void note_raw(const RawCall& call) {
  if (!is_harmless(call.number)) touch(anything);
  if (!records()) return;
  note_question(call);
  note_effect(call.number);
  if (!is_unseen(call.number)) return;
  const Inside inside;
  record_unsettled();
}

}  // namespace
}  // namespace hamcell::tracer

namespace tracer = hamcell::tracer;

/// Reads the arguments that the kernel's call has, and what happens to be on the stack behind them: the C
/// library does so as well, and a sanitizer would take it for a mistake.
HAMCELL_REPLACES __attribute__((no_sanitize("address"))) long syscall(long number, ...) noexcept {
  tracer::RawCall call{number, {}};
  std::va_list arguments;
  va_start(arguments, number);
  // The kernel's calls have six arguments at most, all of them words; those that are not there are not looked
  // at.
  for (long& argument : call.arguments) argument = va_arg(arguments, long);
  va_end(arguments);
  static constinit tracer::Next<decltype(::syscall)> next("syscall");
  // What the runner lives by stays open.
  if (number == SYS_close) return ::close(call.integer(0));
  if (number == SYS_close_range)
    return ::close_range(static_cast<unsigned>(call.arguments[0]), static_cast<unsigned>(call.arguments[1]),
                         call.integer(2));
  const auto& [a, b, c, d, e, f] = call.arguments;
  const int flags = tracer::records() ? tracer::open_flags(call) : -1;
  if (flags >= 0) {
    const bool with_folder = tracer::has_folder(number);
    tracer::Opening opening(with_folder ? call.integer(0) : AT_FDCWD, call.path(with_folder ? 1 : 0), flags);
    return opening.done(static_cast<int>(next(number, a, b, c, d, e, f)));
  }
  tracer::note_raw(call);
  return next(number, a, b, c, d, e, f);
}
