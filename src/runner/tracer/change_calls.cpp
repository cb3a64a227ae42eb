// In front of the functions that make, move, change and remove files.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include <cstdio>
#include <string>

#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"

using hamcell::tracer::Made;
using hamcell::tracer::Next;
namespace tracer = hamcell::tracer;

HAMCELL_REPLACES int unlink(const char* path) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::unlink)> next("unlink");
  return tracer::note_removed(place, next(path));
}
HAMCELL_REPLACES int unlinkat(int folder, const char* path, int flags) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::unlinkat)> next("unlinkat");
  return tracer::note_removed(place, next(folder, path, flags));
}
HAMCELL_REPLACES int rmdir(const char* path) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::rmdir)> next("rmdir");
  return tracer::note_removed(place, next(path));
}
HAMCELL_REPLACES int remove(const char* path) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::remove)> next("remove");
  return tracer::note_removed(place, next(path));
}
HAMCELL_REPLACES int shm_unlink(const char* name) {
  const std::string path = "/dev/shm/" + std::string(name != nullptr ? name : "");
  const auto place = tracer::look(AT_FDCWD, path.c_str());
  static constinit Next<decltype(::shm_unlink)> next("shm_unlink");
  return tracer::note_removed(place, next(name));
}

HAMCELL_REPLACES int rename(const char* old_path, const char* new_path) noexcept {
  const auto from = tracer::look(AT_FDCWD, old_path);
  const auto to = tracer::look(AT_FDCWD, new_path);
  static constinit Next<decltype(::rename)> next("rename");
  return tracer::note_renamed(from, to, false, next(old_path, new_path));
}
HAMCELL_REPLACES int renameat(int old_folder, const char* old_path, int new_folder,
                              const char* new_path) noexcept {
  const auto from = tracer::look(old_folder, old_path);
  const auto to = tracer::look(new_folder, new_path);
  static constinit Next<decltype(::renameat)> next("renameat");
  return tracer::note_renamed(from, to, false, next(old_folder, old_path, new_folder, new_path));
}
HAMCELL_REPLACES int renameat2(int old_folder, const char* old_path, int new_folder, const char* new_path,
                               unsigned flags) noexcept {
  const auto from = tracer::look(old_folder, old_path);
  const auto to = tracer::look(new_folder, new_path);
  static constinit Next<decltype(::renameat2)> next("renameat2");
  return tracer::note_renamed(from, to, (flags & RENAME_EXCHANGE) != 0,
                              next(old_folder, old_path, new_folder, new_path, flags));
}

HAMCELL_REPLACES int link(const char* old_path, const char* new_path) noexcept {
  const auto from = tracer::look(AT_FDCWD, old_path);
  const auto to = tracer::look(AT_FDCWD, new_path);
  static constinit Next<decltype(::link)> next("link");
  return tracer::note_linked(from, to, next(old_path, new_path));
}
HAMCELL_REPLACES int linkat(int old_folder, const char* old_path, int new_folder, const char* new_path,
                            int flags) noexcept {
  const auto from = tracer::look(old_folder, old_path);
  const auto to = tracer::look(new_folder, new_path);
  static constinit Next<decltype(::linkat)> next("linkat");
  return tracer::note_linked(from, to, next(old_folder, old_path, new_folder, new_path, flags));
}
HAMCELL_REPLACES int symlink(const char* text, const char* path) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::symlink)> next("symlink");
  return tracer::note_made(place, Made::link, next(text, path));
}
HAMCELL_REPLACES int symlinkat(const char* text, int folder, const char* path) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::symlinkat)> next("symlinkat");
  return tracer::note_made(place, Made::link, next(text, folder, path));
}
HAMCELL_REPLACES int mkdir(const char* path, mode_t mode) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::mkdir)> next("mkdir");
  return tracer::note_made(place, Made::folder, next(path, mode));
}
HAMCELL_REPLACES int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::mkdirat)> next("mkdirat");
  return tracer::note_made(place, Made::folder, next(folder, path, mode));
}
HAMCELL_REPLACES int mkfifo(const char* path, mode_t mode) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::mkfifo)> next("mkfifo");
  return tracer::note_made(place, Made::file, next(path, mode));
}
HAMCELL_REPLACES int mkfifoat(int folder, const char* path, mode_t mode) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::mkfifoat)> next("mkfifoat");
  return tracer::note_made(place, Made::file, next(folder, path, mode));
}
HAMCELL_REPLACES int mknod(const char* path, mode_t mode, dev_t device) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::mknod)> next("mknod");
  return tracer::note_made(place, Made::file, next(path, mode, device));
}
HAMCELL_REPLACES int mknodat(int folder, const char* path, mode_t mode, dev_t device) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::mknodat)> next("mknodat");
  return tracer::note_made(place, Made::file, next(folder, path, mode, device));
}

HAMCELL_REPLACES int truncate(const char* path, off_t size) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::truncate)> next("truncate");
  return tracer::note_truncated(place, size == 0, next(path, size));
}
HAMCELL_REPLACES int truncate64(const char* path, off64_t size) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::truncate64)> next("truncate64");
  return tracer::note_truncated(place, size == 0, next(path, size));
}

// Times, permissions, owners and extended attributes.

HAMCELL_REPLACES int chmod(const char* path, mode_t mode) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::chmod)> next("chmod");
  return tracer::note_changed(place, next(path, mode));
}
HAMCELL_REPLACES int fchmod(int fd, mode_t mode) noexcept {
  const auto place = tracer::look_at_open(fd);
  static constinit Next<decltype(::fchmod)> next("fchmod");
  return tracer::note_changed(place, next(fd, mode));
}
HAMCELL_REPLACES int fchmodat(int folder, const char* path, mode_t mode, int flags) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::fchmodat)> next("fchmodat");
  return tracer::note_changed(place, next(folder, path, mode, flags));
}
HAMCELL_REPLACES int chown(const char* path, uid_t owner, gid_t group) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::chown)> next("chown");
  return tracer::note_changed(place, next(path, owner, group));
}
HAMCELL_REPLACES int lchown(const char* path, uid_t owner, gid_t group) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::lchown)> next("lchown");
  return tracer::note_changed(place, next(path, owner, group));
}
HAMCELL_REPLACES int fchown(int fd, uid_t owner, gid_t group) noexcept {
  const auto place = tracer::look_at_open(fd);
  static constinit Next<decltype(::fchown)> next("fchown");
  return tracer::note_changed(place, next(fd, owner, group));
}
HAMCELL_REPLACES int fchownat(int folder, const char* path, uid_t owner, gid_t group, int flags) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::fchownat)> next("fchownat");
  return tracer::note_changed(place, next(folder, path, owner, group, flags));
}
HAMCELL_REPLACES int utimensat(int folder, const char* path, const struct timespec times[2],
                               int flags) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::utimensat)> next("utimensat");
  return tracer::note_changed(place, next(folder, path, times, flags));
}
HAMCELL_REPLACES int futimens(int fd, const struct timespec times[2]) noexcept {
  const auto place = tracer::look_at_open(fd);
  static constinit Next<decltype(::futimens)> next("futimens");
  return tracer::note_changed(place, next(fd, times));
}
HAMCELL_REPLACES int utime(const char* path, const struct utimbuf* times) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::utime)> next("utime");
  return tracer::note_changed(place, next(path, times));
}
HAMCELL_REPLACES int utimes(const char* path, const struct timeval times[2]) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::utimes)> next("utimes");
  return tracer::note_changed(place, next(path, times));
}
HAMCELL_REPLACES int lutimes(const char* path, const struct timeval times[2]) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::lutimes)> next("lutimes");
  return tracer::note_changed(place, next(path, times));
}
HAMCELL_REPLACES int futimes(int fd, const struct timeval times[2]) noexcept {
  const auto place = tracer::look_at_open(fd);
  static constinit Next<decltype(::futimes)> next("futimes");
  return tracer::note_changed(place, next(fd, times));
}
HAMCELL_REPLACES int futimesat(int folder, const char* path, const struct timeval times[2]) noexcept {
  const auto place = tracer::look(folder, path);
  static constinit Next<decltype(::futimesat)> next("futimesat");
  return tracer::note_changed(place, next(folder, path, times));
}
HAMCELL_REPLACES int setxattr(const char* path, const char* name, const void* value, std::size_t size,
                              int flags) noexcept {
  const auto place = tracer::look(AT_FDCWD, path);
  static constinit Next<decltype(::setxattr)> next("setxattr");
  return tracer::note_changed(place, next(path, name, value, size, flags));
}
