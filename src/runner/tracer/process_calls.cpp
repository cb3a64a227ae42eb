// In front of the functions that start processes or talk to them: the effect `process`. What a child reads
// cannot be seen; the effect says so.
#include <mqueue.h>
#include <pty.h>
#include <sched.h>
#include <spawn.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <unistd.h>
#include <wordexp.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "runner/tracer/effects.h"
#include "runner/tracer/tracer.h"

using hamcell::tracer::EffectOf;

namespace {

constexpr auto process = hamcell::TracedEffect::Kind::process;

constinit std::atomic<bool> forked_since{false};

/// A child has a copy of the recording that nobody will read, and perhaps of a lock that nobody will release.
pid_t forked(pid_t child) {
  if (child > 0 && hamcell::tracer::records()) forked_since = true;
  if (child == 0) hamcell::tracer::is_on.store(false, std::memory_order_release);
  return child;
}

/// The arguments of execl and its like, up to the null pointer that ends them.
std::vector<char*> arguments_of(const char* first, std::va_list rest) {
  std::vector<char*> arguments = {const_cast<char*>(first)};
  while (arguments.back() != nullptr) arguments.push_back(va_arg(rest, char*));
  return arguments;
}

}  // namespace

bool hamcell::tracer::has_forked() { return forked_since.exchange(false); }

HAMCELL_REPLACES pid_t fork() noexcept {
  static constinit EffectOf<decltype(::fork)> next(process, "fork");
  return forked(next());
}
// A function that returns twice in one frame, as vfork does, cannot be wrapped; POSIX lets it be fork.
HAMCELL_REPLACES pid_t vfork() noexcept { return ::fork(); }
// NOLINTNEXTLINE(bugprone-reserved-identifier): the C library's name.
HAMCELL_REPLACES pid_t _Fork() noexcept {
  static constinit EffectOf<pid_t()> next(process, "_Fork");
  return forked(next());
}
HAMCELL_REPLACES int forkpty(int* terminal, char* name, const termios* settings,
                             const winsize* size) noexcept {
  static constinit EffectOf<decltype(::forkpty)> next(process, "forkpty");
  return forked(next(terminal, name, settings, size));
}
// The C library forks in it without a call that could be seen; the parent ends there.
HAMCELL_REPLACES int daemon(int keeps_folder, int keeps_streams) noexcept {
  static constinit EffectOf<decltype(::daemon)> next(process, "daemon");
  const pid_t parent = ::getpid();
  const int result = next(keeps_folder, keeps_streams);
  if (::getpid() != parent) forked(0);
  return result;
}
HAMCELL_REPLACES int clone(int (*function)(void*), void* stack, int flags, void* argument, ...) noexcept {
  std::va_list more;
  va_start(more, argument);
  // The C library itself reads all three, whether they are there or not.
  auto* const parent_id = va_arg(more, pid_t*);
  auto* const storage = va_arg(more, void*);
  auto* const child_id = va_arg(more, pid_t*);
  va_end(more);
  static constinit EffectOf<decltype(::clone)> next(process, "clone");
  return next(function, stack, flags, argument, parent_id, storage, child_id);
}
HAMCELL_REPLACES int posix_spawn(pid_t* child, const char* path, const posix_spawn_file_actions_t* actions,
                                 const posix_spawnattr_t* attributes, char* const arguments[],
                                 char* const environment[]) {
  static constinit EffectOf<decltype(::posix_spawn)> next(process, "posix_spawn");
  return next(child, path, actions, attributes, arguments, environment);
}
HAMCELL_REPLACES int posix_spawnp(pid_t* child, const char* file, const posix_spawn_file_actions_t* actions,
                                  const posix_spawnattr_t* attributes, char* const arguments[],
                                  char* const environment[]) {
  static constinit EffectOf<decltype(::posix_spawnp)> next(process, "posix_spawnp");
  return next(child, file, actions, attributes, arguments, environment);
}
HAMCELL_REPLACES int system(const char* command) {
  static constinit EffectOf<decltype(::system)> next(process, "system");
  return next(command);
}
HAMCELL_REPLACES FILE* popen(const char* command, const char* mode) {
  static constinit EffectOf<decltype(::popen)> next(process, "popen");
  return next(command, mode);
}
HAMCELL_REPLACES int wordexp(const char* words, wordexp_t* result, int flags) {
  static constinit EffectOf<decltype(::wordexp)> next(process, "wordexp");
  return next(words, result, flags);
}

// A node that becomes another program takes its runner with it; its child may do so too.
HAMCELL_REPLACES int execve(const char* path, char* const arguments[], char* const environment[]) noexcept {
  static constinit EffectOf<decltype(::execve)> next(process, "execve");
  return next(path, arguments, environment);
}
HAMCELL_REPLACES int execv(const char* path, char* const arguments[]) noexcept {
  static constinit EffectOf<decltype(::execv)> next(process, "execv");
  return next(path, arguments);
}
HAMCELL_REPLACES int execvp(const char* file, char* const arguments[]) noexcept {
  static constinit EffectOf<decltype(::execvp)> next(process, "execvp");
  return next(file, arguments);
}
HAMCELL_REPLACES int execvpe(const char* file, char* const arguments[], char* const environment[]) noexcept {
  static constinit EffectOf<decltype(::execvpe)> next(process, "execvpe");
  return next(file, arguments, environment);
}
HAMCELL_REPLACES int fexecve(int fd, char* const arguments[], char* const environment[]) noexcept {
  static constinit EffectOf<decltype(::fexecve)> next(process, "fexecve");
  return next(fd, arguments, environment);
}
HAMCELL_REPLACES int execl(const char* path, const char* first, ...) noexcept {
  std::va_list rest;
  va_start(rest, first);
  const std::vector<char*> arguments = arguments_of(first, rest);
  va_end(rest);
  return ::execv(path, arguments.data());
}
HAMCELL_REPLACES int execlp(const char* file, const char* first, ...) noexcept {
  std::va_list rest;
  va_start(rest, first);
  const std::vector<char*> arguments = arguments_of(first, rest);
  va_end(rest);
  return ::execvp(file, arguments.data());
}
HAMCELL_REPLACES int execle(const char* path, const char* first, ...) noexcept {
  std::va_list rest;
  va_start(rest, first);
  const std::vector<char*> arguments = arguments_of(first, rest);
  auto* const environment = va_arg(rest, char* const*);
  va_end(rest);
  return ::execve(path, arguments.data(), environment);
}

// What other processes left in the kernel.
HAMCELL_REPLACES int shmget(key_t key, std::size_t size, int flags) noexcept {
  static constinit EffectOf<decltype(::shmget)> next(process, "shmget");
  return next(key, size, flags);
}
HAMCELL_REPLACES int msgget(key_t key, int flags) noexcept {
  static constinit EffectOf<decltype(::msgget)> next(process, "msgget");
  return next(key, flags);
}
HAMCELL_REPLACES mqd_t mq_open(const char* name, int flags, ...) noexcept {
  std::va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  const mq_attr* const attributes = (flags & O_CREAT) != 0 ? va_arg(more, const mq_attr*) : nullptr;
  va_end(more);
  static constinit EffectOf<decltype(::mq_open)> next(process, "mq_open");
  return next(name, flags, mode, attributes);
}
