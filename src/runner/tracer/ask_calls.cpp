// In front of the functions that ask about files: stat, access, readlink, realpath and their like.
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdlib>

#include "runner/tracer/effects.h"
#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/runtime_calls.h"

namespace tracer = hamcell::tracer;
using tracer::Next;

namespace {

/// For the forms that can be asked about an open file, by an empty path, and about a link itself.
void note_stat(int folder, const char* path, int flags) {
  if ((flags & AT_EMPTY_PATH) != 0) tracer::note_attributes_of_open(folder);
  if ((flags & AT_SYMLINK_NOFOLLOW) != 0) return tracer::note_link_attributes(folder, path);
  tracer::note_attributes(folder, path);
}

/// The parts of statx that permission and existence consist of.
constexpr unsigned status_mask = STATX_TYPE | STATX_MODE | STATX_UID | STATX_GID;

}  // namespace

HAMCELL_REPLACES int stat(const char* path, struct stat* info) noexcept {
  const hamcell::tracer::UnlessRuntimes guard(__builtin_return_address(0));
  tracer::note_attributes(AT_FDCWD, path);
  static constinit Next<decltype(::stat)> next("stat");
  return next(path, info);
}
HAMCELL_REPLACES int stat64(const char* path, struct stat64* info) noexcept {
  tracer::note_attributes(AT_FDCWD, path);
  static constinit Next<decltype(::stat64)> next("stat64");
  return next(path, info);
}
HAMCELL_REPLACES int lstat(const char* path, struct stat* info) noexcept {
  const hamcell::tracer::UnlessRuntimes guard(__builtin_return_address(0));
  tracer::note_link_attributes(AT_FDCWD, path);
  static constinit Next<decltype(::lstat)> next("lstat");
  return next(path, info);
}
HAMCELL_REPLACES int lstat64(const char* path, struct stat64* info) noexcept {
  tracer::note_link_attributes(AT_FDCWD, path);
  static constinit Next<decltype(::lstat64)> next("lstat64");
  return next(path, info);
}
HAMCELL_REPLACES int fstat(int fd, struct stat* info) noexcept {
  tracer::note_attributes_of_open(fd);
  static constinit Next<decltype(::fstat)> next("fstat");
  return next(fd, info);
}
HAMCELL_REPLACES int fstat64(int fd, struct stat64* info) noexcept {
  tracer::note_attributes_of_open(fd);
  static constinit Next<decltype(::fstat64)> next("fstat64");
  return next(fd, info);
}
HAMCELL_REPLACES int fstatat(int folder, const char* path, struct stat* info, int flags) noexcept {
  note_stat(folder, path, flags);
  static constinit Next<decltype(::fstatat)> next("fstatat");
  return next(folder, path, info, flags);
}
HAMCELL_REPLACES int fstatat64(int folder, const char* path, struct stat64* info, int flags) noexcept {
  note_stat(folder, path, flags);
  static constinit Next<decltype(::fstatat64)> next("fstatat64");
  return next(folder, path, info, flags);
}
HAMCELL_REPLACES int statx(int folder, const char* path, int flags, unsigned mask,
                           struct statx* info) noexcept {
  const bool asks_status_only = (mask & ~status_mask) == 0 && (flags & AT_SYMLINK_NOFOLLOW) == 0;
  if (asks_status_only) {
    tracer::note_existence(folder, path, true);
  } else {
    note_stat(folder, path, flags);
  }
  static constinit Next<decltype(::statx)> next("statx");
  return next(folder, path, flags, mask, info);
}

// NOLINTBEGIN(bugprone-reserved-identifier): these are the C library's names.
// What stat was in programs built before glibc 2.33; the first argument is the layout of the struct, of which
// there is only one on 64-bit systems.
HAMCELL_REPLACES int __xstat(int, const char* path, struct stat* info) { return ::stat(path, info); }
HAMCELL_REPLACES int __xstat64(int, const char* path, struct stat64* info) { return ::stat64(path, info); }
HAMCELL_REPLACES int __lxstat(int, const char* path, struct stat* info) { return ::lstat(path, info); }
HAMCELL_REPLACES int __lxstat64(int, const char* path, struct stat64* info) { return ::lstat64(path, info); }
HAMCELL_REPLACES int __fxstat(int, int fd, struct stat* info) { return ::fstat(fd, info); }
HAMCELL_REPLACES int __fxstat64(int, int fd, struct stat64* info) { return ::fstat64(fd, info); }
HAMCELL_REPLACES int __fxstatat(int, int folder, const char* path, struct stat* info, int flags) {
  return ::fstatat(folder, path, info, flags);
}
HAMCELL_REPLACES int __fxstatat64(int, int folder, const char* path, struct stat64* info, int flags) {
  return ::fstatat64(folder, path, info, flags);
}
// NOLINTEND(bugprone-reserved-identifier)

HAMCELL_REPLACES int access(const char* path, int mode) noexcept {
  tracer::note_existence(AT_FDCWD, path, mode != F_OK);
  static constinit Next<decltype(::access)> next("access");
  return next(path, mode);
}
HAMCELL_REPLACES int eaccess(const char* path, int mode) noexcept {
  tracer::note_existence(AT_FDCWD, path, mode != F_OK);
  static constinit Next<decltype(::eaccess)> next("eaccess");
  return next(path, mode);
}
HAMCELL_REPLACES int euidaccess(const char* path, int mode) noexcept {
  tracer::note_existence(AT_FDCWD, path, mode != F_OK);
  static constinit Next<decltype(::euidaccess)> next("euidaccess");
  return next(path, mode);
}
HAMCELL_REPLACES int faccessat(int folder, const char* path, int mode, int flags) noexcept {
  if ((flags & AT_SYMLINK_NOFOLLOW) != 0) tracer::note_link(folder, path);
  tracer::note_existence(folder, path, mode != F_OK);
  static constinit Next<decltype(::faccessat)> next("faccessat");
  return next(folder, path, mode, flags);
}

HAMCELL_REPLACES ssize_t readlink(const char* path, char* text, std::size_t size) noexcept {
  const hamcell::tracer::UnlessRuntimes guard(__builtin_return_address(0));
  tracer::note_link(AT_FDCWD, path);
  static constinit Next<decltype(::readlink)> next("readlink");
  return next(path, text, size);
}
HAMCELL_REPLACES ssize_t readlinkat(int folder, const char* path, char* text, std::size_t size) noexcept {
  tracer::note_link(folder, path);
  static constinit Next<decltype(::readlinkat)> next("readlinkat");
  return next(folder, path, text, size);
}
HAMCELL_REPLACES char* realpath(const char* path, char* resolved) noexcept {
  tracer::note_resolved(path);
  static constinit Next<decltype(::realpath)> next("realpath");
  return next(path, resolved);
}
HAMCELL_REPLACES char* canonicalize_file_name(const char* path) noexcept {
  tracer::note_resolved(path);
  static constinit Next<decltype(::canonicalize_file_name)> next("canonicalize_file_name");
  return next(path);
}
// NOLINTBEGIN(bugprone-reserved-identifier)
HAMCELL_REPLACES ssize_t __readlink_chk(const char* path, char* text, std::size_t size,
                                        std::size_t room) noexcept {
  tracer::note_link(AT_FDCWD, path);
  static constinit Next<ssize_t(const char*, char*, std::size_t, std::size_t)> next("__readlink_chk");
  return next(path, text, size, room);
}
HAMCELL_REPLACES ssize_t __readlinkat_chk(int folder, const char* path, char* text, std::size_t size,
                                          std::size_t room) noexcept {
  tracer::note_link(folder, path);
  static constinit Next<ssize_t(int, const char*, char*, std::size_t, std::size_t)> next("__readlinkat_chk");
  return next(folder, path, text, size, room);
}
HAMCELL_REPLACES char* __realpath_chk(const char* path, char* resolved, std::size_t room) noexcept {
  tracer::note_resolved(path);
  static constinit Next<char*(const char*, char*, std::size_t)> next("__realpath_chk");
  return next(path, resolved, room);
}
// NOLINTEND(bugprone-reserved-identifier)

// Of a file system only that the path is there is kept: libraries ask for its kind at every open, and the
// free space is another at every moment.
HAMCELL_REPLACES int statfs(const char* path, struct statfs* info) noexcept {
  tracer::note_existence(AT_FDCWD, path, false);
  static constinit Next<decltype(::statfs)> next("statfs");
  return next(path, info);
}
HAMCELL_REPLACES int statfs64(const char* path, struct statfs64* info) noexcept {
  tracer::note_existence(AT_FDCWD, path, false);
  static constinit Next<decltype(::statfs64)> next("statfs64");
  return next(path, info);
}
HAMCELL_REPLACES int statvfs(const char* path, struct statvfs* info) noexcept {
  tracer::note_existence(AT_FDCWD, path, false);
  static constinit Next<decltype(::statvfs)> next("statvfs");
  return next(path, info);
}
HAMCELL_REPLACES int statvfs64(const char* path, struct statvfs64* info) noexcept {
  tracer::note_existence(AT_FDCWD, path, false);
  static constinit Next<decltype(::statvfs64)> next("statvfs64");
  return next(path, info);
}
// Who waits for a change waits for another process.
HAMCELL_REPLACES int inotify_add_watch(int fd, const char* path, std::uint32_t mask) noexcept {
  tracer::note_existence(AT_FDCWD, path, false);
  static constinit tracer::EffectOf<decltype(::inotify_add_watch)> next(hamcell::TracedEffect::Kind::process,
                                                                        "inotify_add_watch");
  return next(fd, path, mask);
}
