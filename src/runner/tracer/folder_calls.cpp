// In front of the functions that list folders and walk through trees, and of the working folder's.
#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "runner/tracer/environment.h"
#include "runner/tracer/next.h"
#include "runner/tracer/notes.h"
#include "runner/tracer/recording_switch.h"
#include "runner/tracer/touched.h"

namespace tracer = hamcell::tracer;
using tracer::Next;

HAMCELL_REPLACES DIR* opendir(const char* path) {
  tracer::note_listing(AT_FDCWD, path);
  static constinit Next<decltype(::opendir)> next("opendir");
  return next(path);
}
HAMCELL_REPLACES DIR* fdopendir(int fd) {
  tracer::note_listing_of_open(fd);
  static constinit Next<decltype(::fdopendir)> next("fdopendir");
  return next(fd);
}
HAMCELL_REPLACES ssize_t getdents64(int fd, void* entries, std::size_t size) noexcept {
  tracer::note_listing_of_open(fd);
  static constinit Next<decltype(::getdents64)> next("getdents64");
  return next(fd, entries, size);
}

HAMCELL_REPLACES int scandir(const char* path, struct dirent*** names, int (*takes)(const struct dirent*),
                             int (*compares)(const struct dirent**, const struct dirent**)) {
  tracer::note_listing(AT_FDCWD, path);
  static constinit Next<decltype(::scandir)> next("scandir");
  return next(path, names, takes, compares);
}
HAMCELL_REPLACES int scandir64(const char* path, struct dirent64*** names,
                               int (*takes)(const struct dirent64*),
                               int (*compares)(const struct dirent64**, const struct dirent64**)) {
  tracer::note_listing(AT_FDCWD, path);
  static constinit Next<decltype(::scandir64)> next("scandir64");
  return next(path, names, takes, compares);
}
HAMCELL_REPLACES int scandirat(int folder, const char* path, struct dirent*** names,
                               int (*takes)(const struct dirent*),
                               int (*compares)(const struct dirent**, const struct dirent**)) {
  tracer::note_listing(folder, path);
  static constinit Next<decltype(::scandirat)> next("scandirat");
  return next(folder, path, names, takes, compares);
}
HAMCELL_REPLACES int scandirat64(int folder, const char* path, struct dirent64*** names,
                                 int (*takes)(const struct dirent64*),
                                 int (*compares)(const struct dirent64**, const struct dirent64**)) {
  tracer::note_listing(folder, path);
  static constinit Next<decltype(::scandirat64)> next("scandirat64");
  return next(folder, path, names, takes, compares);
}

// glob can be given the functions that it looks at folders with: those above then see what it sees.

namespace {

void note_glob_variables(int flags) {
  if ((flags & (GLOB_TILDE | GLOB_TILDE_CHECK)) != 0) tracer::note_variable_use("HOME");
}

/// Calls the C library's glob with the functions of this program, unless the node brought its own.
template <class Glob, class Result, class Entry, class Info>
int watched_glob(Glob& next, const char* pattern, int flags, int (*failed)(const char*, int), Result* result,
                 Entry* (*read)(DIR*), int (*ask)(const char*, Info*), int (*ask_link)(const char*, Info*)) {
  if (!tracer::records() || (flags & GLOB_ALTDIRFUNC) != 0) return next(pattern, flags, failed, result);
  note_glob_variables(flags);
  result->gl_opendir = [](const char* path) -> void* { return ::opendir(path); };
  result->gl_readdir = reinterpret_cast<Entry* (*)(void*)>(read);
  result->gl_closedir = [](void* folder) { ::closedir(static_cast<DIR*>(folder)); };
  result->gl_stat = ask;
  result->gl_lstat = ask_link;
  const int status = next(pattern, flags | GLOB_ALTDIRFUNC, failed, result);
  result->gl_flags &= ~GLOB_ALTDIRFUNC;
  return status;
}

}  // namespace

HAMCELL_REPLACES int glob(const char* pattern, int flags, int (*failed)(const char*, int), glob_t* result) {
  static constinit Next<decltype(::glob)> next("glob");
  return watched_glob(next, pattern, flags, failed, result, &::readdir, &::stat, &::lstat);
}
HAMCELL_REPLACES int glob64(const char* pattern, int flags, int (*failed)(const char*, int),
                            glob64_t* result) {
  static constinit Next<decltype(::glob64)> next("glob64");
  return watched_glob(next, pattern, flags, failed, result, &::readdir64, &::stat64, &::lstat64);
}

// nftw calls back for everything that it comes to, without a word about which call it was: the node's
// function is kept per thread while it walks. A path is relative to the folder in which the walk began,
// wherever it goes meanwhile.

namespace {

/// A walk's function of the node, and how the walk looks at links.
template <class Function>
struct Walk {
  Function* function;
  std::string start;  ///< with a slash at its end; empty where paths are absolute
  bool looks_at_links;
};

void note_walked(const std::string& path, int kind, bool looks_at_links) {
  const bool is_folder = kind == FTW_D || kind == FTW_DP || kind == FTW_DNR;
  if (looks_at_links) {
    tracer::note_link_attributes(AT_FDCWD, path.c_str());
  } else {
    tracer::note_attributes(AT_FDCWD, path.c_str());
  }
  if (is_folder) tracer::note_listing(AT_FDCWD, path.c_str());
}

std::string walk_start(const char* path) {
  if (path == nullptr || path[0] == '/') return {};
  const tracer::Inside inside;
  return hamcell::absolute_path(".") + '/';
}

/// `Info`: struct stat or its 64-bit form. `Last`: what nftw gives besides, and ftw does not.
template <class Info, class... Last>
class Walks {
 public:
  using Function = int(const char*, const Info*, int, Last...);

  template <class Call>
  static int run(Function* function, const char* path, bool looks_at_links, Call call) {
    if (!tracer::records()) return call(function);
    if (path != nullptr && path[0] != '/') tracer::note_folder();
    tracer::note_attributes(AT_FDCWD, path);
    const Walk<Function> walk{function, walk_start(path), looks_at_links};
    const Walk<Function>* const outer = current_;
    current_ = &walk;
    const int result = call(&step);
    current_ = outer;
    return result;
  }

 private:
  static int step(const char* path, const Info* info, int kind, Last... last) {
    note_walked(current_->start + path, kind, current_->looks_at_links);
    return current_->function(path, info, kind, last...);
  }

  static constinit inline thread_local const Walk<Function>* current_ = nullptr;
};

}  // namespace

HAMCELL_REPLACES int ftw(const char* path, __ftw_func_t function, int descriptors) {
  static constinit Next<decltype(::ftw)> next("ftw");
  return Walks<struct stat>::run(function, path, false,
                                 [&](auto* step) { return next(path, step, descriptors); });
}
HAMCELL_REPLACES int ftw64(const char* path, __ftw64_func_t function, int descriptors) {
  static constinit Next<decltype(::ftw64)> next("ftw64");
  return Walks<struct stat64>::run(function, path, false,
                                   [&](auto* step) { return next(path, step, descriptors); });
}
HAMCELL_REPLACES int nftw(const char* path, __nftw_func_t function, int descriptors, int flags) {
  tracer::touch(tracer::folder);  // FTW_CHDIR
  static constinit Next<decltype(::nftw)> next("nftw");
  return Walks<struct stat, struct FTW*>::run(function, path, (flags & FTW_PHYS) != 0, [&](auto* step) {
    return next(path, step, descriptors, flags);
  });
}
HAMCELL_REPLACES int nftw64(const char* path, __nftw64_func_t function, int descriptors, int flags) {
  tracer::touch(tracer::folder);
  static constinit Next<decltype(::nftw64)> next("nftw64");
  return Walks<struct stat64, struct FTW*>::run(function, path, (flags & FTW_PHYS) != 0, [&](auto* step) {
    return next(path, step, descriptors, flags);
  });
}

// fts gives one entry after the other, with a path that holds in the folder it is in at that moment.

namespace {

template <class Entry>
Entry* walked(Entry* entry) {
  if (entry == nullptr || entry->fts_accpath == nullptr) return entry;
  if (entry->fts_path[0] != '/') tracer::note_folder();
  tracer::note_link_attributes(AT_FDCWD, entry->fts_accpath);
  tracer::note_attributes(AT_FDCWD, entry->fts_accpath);
  if (entry->fts_info == FTS_D || entry->fts_info == FTS_DNR)
    tracer::note_listing(AT_FDCWD, entry->fts_accpath);
  return entry;
}

}  // namespace

HAMCELL_REPLACES FTSENT* fts_read(FTS* walk) {
  tracer::touch(tracer::folder);  // it goes into the folders, unless FTS_NOCHDIR forbids it
  static constinit Next<decltype(::fts_read)> next("fts_read");
  return walked(next(walk));
}
HAMCELL_REPLACES FTSENT64* fts64_read(FTS64* walk) {
  tracer::touch(tracer::folder);
  static constinit Next<decltype(::fts64_read)> next("fts64_read");
  return walked(next(walk));
}

// The working folder.

HAMCELL_REPLACES char* getcwd(char* path, std::size_t size) noexcept {
  tracer::note_folder();
  static constinit Next<decltype(::getcwd)> next("getcwd");
  return next(path, size);
}
HAMCELL_REPLACES char* get_current_dir_name() noexcept {
  tracer::note_folder();
  tracer::note_variable_use("PWD");
  static constinit Next<decltype(::get_current_dir_name)> next("get_current_dir_name");
  return next();
}
// NOLINTNEXTLINE(bugprone-reserved-identifier): the form under _FORTIFY_SOURCE.
HAMCELL_REPLACES char* __getcwd_chk(char* path, std::size_t size, std::size_t room) noexcept {
  tracer::note_folder();
  static constinit Next<char*(char*, std::size_t, std::size_t)> next("__getcwd_chk");
  return next(path, size, room);
}
HAMCELL_REPLACES int chdir(const char* path) noexcept {
  tracer::note_existence(AT_FDCWD, path, true);
  tracer::touch(tracer::folder);
  static constinit Next<decltype(::chdir)> next("chdir");
  return next(path);
}
