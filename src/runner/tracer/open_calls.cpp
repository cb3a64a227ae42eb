// In front of the functions that open files: open, fopen, and what makes temporary files.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/runtime_calls.h"
#include "runner/tracer/touched.h"

using hamcell::tracer::Next;
using hamcell::tracer::Opening;

namespace {

/// The mode behind the flags of open and its like is there only for some flags; reading it does no harm.
bool needs_mode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

mode_t mode_behind(int flags, std::va_list arguments) {
  return needs_mode(flags) ? va_arg(arguments, mode_t) : 0;
}

constexpr int creat_flags = O_WRONLY | O_CREAT | O_TRUNC;

}  // namespace

HAMCELL_REPLACES int open(const char* path, int flags, ...) {
  const hamcell::tracer::UnlessRuntimes guard(__builtin_return_address(0));
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_behind(flags, arguments);
  va_end(arguments);
  static constinit Next<decltype(::open)> next("open");
  Opening opening(AT_FDCWD, path, flags);
  return opening.done(next(path, flags, mode));
}
HAMCELL_REPLACES int open64(const char* path, int flags, ...) {
  const hamcell::tracer::UnlessRuntimes guard(__builtin_return_address(0));
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_behind(flags, arguments);
  va_end(arguments);
  static constinit Next<decltype(::open64)> next("open64");
  Opening opening(AT_FDCWD, path, flags);
  return opening.done(next(path, flags, mode));
}
HAMCELL_REPLACES int openat(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_behind(flags, arguments);
  va_end(arguments);
  static constinit Next<decltype(::openat)> next("openat");
  Opening opening(folder, path, flags);
  return opening.done(next(folder, path, flags, mode));
}
HAMCELL_REPLACES int openat64(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_behind(flags, arguments);
  va_end(arguments);
  static constinit Next<decltype(::openat64)> next("openat64");
  Opening opening(folder, path, flags);
  return opening.done(next(folder, path, flags, mode));
}
// NOLINTBEGIN(bugprone-reserved-identifier): these are the C library's names.
// The forms that the compiler puts in place of open without a mode under _FORTIFY_SOURCE.
HAMCELL_REPLACES int __open_2(const char* path, int flags) {
  static constinit Next<int(const char*, int)> next("__open_2");
  Opening opening(AT_FDCWD, path, flags);
  return opening.done(next(path, flags));
}
HAMCELL_REPLACES int __open64_2(const char* path, int flags) {
  static constinit Next<int(const char*, int)> next("__open64_2");
  Opening opening(AT_FDCWD, path, flags);
  return opening.done(next(path, flags));
}
HAMCELL_REPLACES int __openat_2(int folder, const char* path, int flags) {
  static constinit Next<int(int, const char*, int)> next("__openat_2");
  Opening opening(folder, path, flags);
  return opening.done(next(folder, path, flags));
}
HAMCELL_REPLACES int __openat64_2(int folder, const char* path, int flags) {
  static constinit Next<int(int, const char*, int)> next("__openat64_2");
  Opening opening(folder, path, flags);
  return opening.done(next(folder, path, flags));
}
// NOLINTEND(bugprone-reserved-identifier)
HAMCELL_REPLACES int creat(const char* path, mode_t mode) {
  static constinit Next<decltype(::creat)> next("creat");
  Opening opening(AT_FDCWD, path, creat_flags);
  return opening.done(next(path, mode));
}
HAMCELL_REPLACES int creat64(const char* path, mode_t mode) {
  static constinit Next<decltype(::creat64)> next("creat64");
  Opening opening(AT_FDCWD, path, creat_flags);
  return opening.done(next(path, mode));
}
HAMCELL_REPLACES FILE* fopen(const char* path, const char* mode) {
  static constinit Next<decltype(::fopen)> next("fopen");
  Opening opening(path, mode);
  return opening.done(next(path, mode));
}
HAMCELL_REPLACES FILE* fopen64(const char* path, const char* mode) {
  static constinit Next<decltype(::fopen64)> next("fopen64");
  Opening opening(path, mode);
  return opening.done(next(path, mode));
}
HAMCELL_REPLACES FILE* freopen(const char* path, const char* mode, FILE* stream) {
  static constinit Next<decltype(::freopen)> next("freopen");
  hamcell::tracer::touch(hamcell::tracer::streams);
  Opening opening(path, mode, stream);
  return opening.done(next(path, mode, stream));
}
HAMCELL_REPLACES FILE* freopen64(const char* path, const char* mode, FILE* stream) {
  static constinit Next<decltype(::freopen64)> next("freopen64");
  hamcell::tracer::touch(hamcell::tracer::streams);
  Opening opening(path, mode, stream);
  return opening.done(next(path, mode, stream));
}
HAMCELL_REPLACES int shm_open(const char* name, int flags, mode_t mode) {
  static constinit Next<decltype(::shm_open)> next("shm_open");
  const std::string path = "/dev/shm/" + std::string(name != nullptr ? name : "");
  Opening opening(AT_FDCWD, path.c_str(), flags);
  return opening.done(next(name, flags, mode));
}

// Temporary files: the C library gives them their names, so that they can be noted only afterwards.

namespace {

int temporary(const char* path, int fd) {
  hamcell::tracer::note_temporary(path, fd >= 0);
  return fd;
}

}  // namespace

HAMCELL_REPLACES int mkstemp(char* path) {
  static constinit Next<decltype(::mkstemp)> next("mkstemp");
  return temporary(path, next(path));
}
HAMCELL_REPLACES int mkstemp64(char* path) {
  static constinit Next<decltype(::mkstemp64)> next("mkstemp64");
  return temporary(path, next(path));
}
HAMCELL_REPLACES int mkostemp(char* path, int flags) {
  static constinit Next<decltype(::mkostemp)> next("mkostemp");
  return temporary(path, next(path, flags));
}
HAMCELL_REPLACES int mkostemp64(char* path, int flags) {
  static constinit Next<decltype(::mkostemp64)> next("mkostemp64");
  return temporary(path, next(path, flags));
}
HAMCELL_REPLACES int mkstemps(char* path, int suffix) {
  static constinit Next<decltype(::mkstemps)> next("mkstemps");
  return temporary(path, next(path, suffix));
}
HAMCELL_REPLACES int mkstemps64(char* path, int suffix) {
  static constinit Next<decltype(::mkstemps64)> next("mkstemps64");
  return temporary(path, next(path, suffix));
}
HAMCELL_REPLACES int mkostemps(char* path, int suffix, int flags) {
  static constinit Next<decltype(::mkostemps)> next("mkostemps");
  return temporary(path, next(path, suffix, flags));
}
HAMCELL_REPLACES int mkostemps64(char* path, int suffix, int flags) {
  static constinit Next<decltype(::mkostemps64)> next("mkostemps64");
  return temporary(path, next(path, suffix, flags));
}
HAMCELL_REPLACES char* mkdtemp(char* path) noexcept {
  static constinit Next<decltype(::mkdtemp)> next("mkdtemp");
  char* const made = next(path);
  hamcell::tracer::note_temporary(path, made != nullptr);
  return made;
}
