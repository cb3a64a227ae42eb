// Sees what a node reads and writes outside its arguments, by standing in front of the C library.
//
// Every function below that has the name of a C library function notes what it is asked for, if a recording
// is on and this thread is not already inside one of them, and then calls the real one.
//
// This file is compiled without thread-safe statics: their guards are among the functions that it replaces,
// and two threads that look the same function up at once find the same address.
#include "runner/tracer.h"

#include <cxxabi.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>

namespace hamcell::tracer {
namespace {

struct Recording {
  std::map<std::pair<std::string, TracedFile::Use>, TracedFile> files;
  std::map<std::string, TracedVariable> variables;
  bool used_folder = false;
  bool settled = true;
};

// Plain pointers and flags that need no initialiser: some of the functions below run before main.
std::atomic<bool> is_on{false};
thread_local bool is_inside = false;
thread_local int static_depth = 0;  ///< initialisers of function-local statics that this thread is in
std::mutex recording_mutex;
Recording* node_recording = nullptr;
Recording* kept_recording = nullptr;  ///< for every later trace

/// Held while one of the functions below does its own work, so that this work is not recorded.
class Inside {
 public:
  Inside() : was_(is_inside), error_(errno) { is_inside = true; }
  ~Inside() {
    is_inside = was_;
    errno = error_;
  }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  bool was_;
  int error_;
};

bool records() { return is_on.load(std::memory_order_acquire) && !is_inside; }

/// Places that are no files of the user's: what is there is made up by the kernel at every look.
bool is_synthetic(const std::string& path) {
  return path.starts_with("/proc/") || path.starts_with("/sys/") || path.starts_with("/dev/") ||
         path == "/proc" || path == "/sys" || path == "/dev";
}

/// The absolute path of what (folder, path) names for the *at functions; empty where that cannot be told.
std::string whole_path(int folder, const char* path, bool& is_relative) {
  if (path == nullptr) return {};
  is_relative = path[0] != '/';
  if (!is_relative || folder == AT_FDCWD) return absolute_path(path);
  is_relative = false;
  char link[4096];
  const std::string name = "/proc/self/fd/" + std::to_string(folder);
  const ssize_t length = ::readlink(name.c_str(), link, sizeof link);
  if (length <= 0) return {};
  return absolute_path(std::string(link, static_cast<std::size_t>(length)) + '/' + path);
}

/// Calls `change` on the node's recording, and on the kept one inside the initialiser of a static.
template <class Change>
void record(Change change) {
  const std::lock_guard lock(recording_mutex);
  if (node_recording == nullptr) return;
  change(*node_recording);
  if (static_depth > 0 && kept_recording != nullptr) change(*kept_recording);
}

void note_file(TracedFile::Use use, int folder, const char* path) {
  const Inside inside;
  bool is_relative = false;
  const std::string whole = whole_path(folder, path, is_relative);
  if (whole.empty() || is_synthetic(whole)) return;
  const Stamp stamp = stamp_of(whole);
  record([&](Recording& recording) {
    recording.used_folder = recording.used_folder || is_relative;
    const bool was_written = recording.files.contains({whole, TracedFile::Use::written});
    if (was_written) return;  // what the node made itself is not an input
    TracedFile::Use known = use;
    if (use == TracedFile::Use::content && stamp.kind == Stamp::Kind::folder)
      known = TracedFile::Use::listing;
    recording.files.emplace(std::pair{whole, known}, TracedFile{known, whole, stamp, {}});
  });
}

/// Notes a file before it is opened, since opening may create or empty it.
void note_open(int folder, const char* path, bool reads, bool writes, bool keeps_content) {
  if (!writes) return note_file(TracedFile::Use::content, folder, path);
  const Inside inside;
  bool is_relative = false;
  const std::string whole = whole_path(folder, path, is_relative);
  if (whole.empty() || is_synthetic(whole)) return;
  const Stamp before = stamp_of(whole);
  record([&](Recording& recording) {
    recording.used_folder = recording.used_folder || is_relative;
    const bool was_read = recording.files.contains({whole, TracedFile::Use::content});
    const bool is_own = recording.files.contains({whole, TracedFile::Use::written});
    // What is changed in place depends on what was there, and is another the next time.
    const bool changes_in_place = !is_own && keeps_content && reads && before.kind == Stamp::Kind::file;
    if (was_read || changes_in_place) recording.settled = false;
    recording.files.emplace(std::pair{whole, TracedFile::Use::written},
                            TracedFile{TracedFile::Use::written, whole, before, {}});
  });
}

void note_open_flags(int folder, const char* path, int flags) {
  const int access = flags & O_ACCMODE;
  note_open(folder, path, access != O_WRONLY, access != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0,
            (flags & O_TRUNC) == 0);
}

void note_open_mode(const char* path, const char* mode) {
  const std::string_view text = mode != nullptr ? mode : "";
  const bool updates = text.find('+') != std::string_view::npos;
  const bool is_read = text.starts_with('r');
  note_open(AT_FDCWD, path, is_read || updates, !is_read || updates, !text.starts_with('w'));
}

/// A file that the node wrote under another name first: what counts is where it ends up.
void note_rename(int old_folder, const char* old_path, int new_folder, const char* new_path) {
  const Inside inside;
  bool is_relative = false;
  const std::string from = whole_path(old_folder, old_path, is_relative);
  const std::string to = whole_path(new_folder, new_path, is_relative);
  if (from.empty() || to.empty()) return;
  record([&](Recording& recording) {
    recording.used_folder = recording.used_folder || is_relative;
    // A file that was there before is gone the next time.
    if (recording.files.erase({from, TracedFile::Use::written}) == 0) recording.settled = false;
    recording.files.insert_or_assign(std::pair{to, TracedFile::Use::written},
                                     TracedFile{TracedFile::Use::written, to, {}, {}});
  });
}

void note_variable(const char* name, const char* value) {
  const Inside inside;
  record([&](Recording& recording) {
    recording.variables.emplace(
        name, TracedVariable{name, value != nullptr, value != nullptr ? digest_of(value) : Digest{}});
  });
}

/// Looks at a file once more when the node has ended: false when it has changed since it was first seen.
bool settle(TracedFile& file) {
  const Stamp now = stamp_of(file.path);
  if (file.use == TracedFile::Use::written) {
    file.stamp = now;
  } else if (now != file.stamp && file.use != TracedFile::Use::attributes) {
    return false;
  }
  const bool has_content = now.kind == Stamp::Kind::file || now.kind == Stamp::Kind::folder;
  if (file.use == TracedFile::Use::attributes || !has_content) return true;
  file.content = content_of(file);
  if (file.use == TracedFile::Use::written) return true;
  return stamp_of(file.path) == now;
}

Trace trace_of(Recording recording) {
  Trace trace;
  trace.settled = recording.settled;
  for (auto& [key, file] : recording.files) {
    const bool settled = settle(file);
    // A file that the node made and removed again was for its own use only.
    if (file.use == TracedFile::Use::written && file.stamp.kind == Stamp::Kind::absent) continue;
    // A folder in which the node itself made a file has changed by that.
    if (!settled && file.use != TracedFile::Use::listing) trace.settled = false;
    trace.files.push_back(file);
  }
  for (const auto& [name, variable] : recording.variables) trace.variables.push_back(variable);
  if (recording.used_folder) trace.folder = absolute_path(".");
  trace.taken_ns = now_ns();
  return trace;
}

Recording recording_of(const Trace& trace) {
  Recording recording;
  for (const TracedFile& file : trace.files) recording.files.emplace(std::pair{file.path, file.use}, file);
  for (const TracedVariable& variable : trace.variables) recording.variables.emplace(variable.name, variable);
  recording.used_folder = !trace.folder.empty();
  recording.settled = trace.settled;
  return recording;
}

void merge(Recording& into, const Recording& from) {
  into.files.insert(from.files.begin(), from.files.end());
  into.variables.insert(from.variables.begin(), from.variables.end());
  into.used_folder = into.used_folder || from.used_folder;
  into.settled = into.settled && from.settled;
}

}  // namespace

void begin() {
  const Inside inside;
  const std::lock_guard lock(recording_mutex);
  if (kept_recording == nullptr) kept_recording = new Recording;
  node_recording = new Recording;
  is_on.store(true, std::memory_order_release);
}

Trace end() {
  const Inside inside;
  is_on.store(false, std::memory_order_release);
  Recording recording;
  {
    const std::lock_guard lock(recording_mutex);
    recording = std::move(*node_recording);
    delete node_recording;
    node_recording = nullptr;
    merge(recording, *kept_recording);
  }
  return trace_of(std::move(recording));
}

void keep(const Trace& trace) {
  const Inside inside;
  const std::lock_guard lock(recording_mutex);
  if (kept_recording == nullptr) kept_recording = new Recording;
  merge(*kept_recording, recording_of(trace));
}

namespace {

/// The C library's own function of this name.
template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool needs_mode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }

}  // namespace
}  // namespace hamcell::tracer

// ---- In front of the C library
// ------------------------------------------------------------------------------

#define EXPORTED extern "C" __attribute__((visibility("default")))

// Takes the mode behind the flags of open and its like, where there is one.
#define HAMCELL_MODE(flags)                 \
  mode_t mode = 0;                          \
  if (hamcell::tracer::needs_mode(flags)) { \
    va_list arguments;                      \
    va_start(arguments, flags);             \
    mode = va_arg(arguments, mode_t);       \
    va_end(arguments);                      \
  }

using hamcell::TracedFile;
namespace tracer = hamcell::tracer;

EXPORTED int open(const char* path, int flags, ...) {
  HAMCELL_MODE(flags)
  if (tracer::records()) tracer::note_open_flags(AT_FDCWD, path, flags);
  static auto* const call = tracer::real<int (*)(const char*, int, mode_t)>("open");
  return call(path, flags, mode);
}
EXPORTED int open64(const char* path, int flags, ...) {
  HAMCELL_MODE(flags)
  if (tracer::records()) tracer::note_open_flags(AT_FDCWD, path, flags);
  static auto* const call = tracer::real<int (*)(const char*, int, mode_t)>("open64");
  return call(path, flags, mode);
}
EXPORTED int openat(int folder, const char* path, int flags, ...) {
  HAMCELL_MODE(flags)
  if (tracer::records()) tracer::note_open_flags(folder, path, flags);
  static auto* const call = tracer::real<int (*)(int, const char*, int, mode_t)>("openat");
  return call(folder, path, flags, mode);
}
EXPORTED int openat64(int folder, const char* path, int flags, ...) {
  HAMCELL_MODE(flags)
  if (tracer::records()) tracer::note_open_flags(folder, path, flags);
  static auto* const call = tracer::real<int (*)(int, const char*, int, mode_t)>("openat64");
  return call(folder, path, flags, mode);
}
// NOLINTBEGIN(bugprone-reserved-identifier): these are the C library's names.
// The forms that the compiler puts in place of open without a mode under _FORTIFY_SOURCE.
EXPORTED int __open_2(const char* path, int flags) {
  if (tracer::records()) tracer::note_open_flags(AT_FDCWD, path, flags);
  static auto* const call = tracer::real<int (*)(const char*, int)>("__open_2");
  return call(path, flags);
}
EXPORTED int __open64_2(const char* path, int flags) {
  if (tracer::records()) tracer::note_open_flags(AT_FDCWD, path, flags);
  static auto* const call = tracer::real<int (*)(const char*, int)>("__open64_2");
  return call(path, flags);
}
EXPORTED int __openat_2(int folder, const char* path, int flags) {
  if (tracer::records()) tracer::note_open_flags(folder, path, flags);
  static auto* const call = tracer::real<int (*)(int, const char*, int)>("__openat_2");
  return call(folder, path, flags);
}
EXPORTED int __openat64_2(int folder, const char* path, int flags) {
  if (tracer::records()) tracer::note_open_flags(folder, path, flags);
  static auto* const call = tracer::real<int (*)(int, const char*, int)>("__openat64_2");
  return call(folder, path, flags);
}
// NOLINTEND(bugprone-reserved-identifier)
EXPORTED int creat(const char* path, mode_t mode) {
  if (tracer::records()) tracer::note_open_flags(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC);
  static auto* const call = tracer::real<int (*)(const char*, mode_t)>("creat");
  return call(path, mode);
}
EXPORTED int creat64(const char* path, mode_t mode) {
  if (tracer::records()) tracer::note_open_flags(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC);
  static auto* const call = tracer::real<int (*)(const char*, mode_t)>("creat64");
  return call(path, mode);
}
EXPORTED FILE* fopen(const char* path, const char* mode) {
  if (tracer::records()) tracer::note_open_mode(path, mode);
  static auto* const call = tracer::real<FILE* (*)(const char*, const char*)>("fopen");
  return call(path, mode);
}
EXPORTED FILE* fopen64(const char* path, const char* mode) {
  if (tracer::records()) tracer::note_open_mode(path, mode);
  static auto* const call = tracer::real<FILE* (*)(const char*, const char*)>("fopen64");
  return call(path, mode);
}
EXPORTED FILE* freopen(const char* path, const char* mode, FILE* stream) {
  if (path != nullptr && tracer::records()) tracer::note_open_mode(path, mode);
  static auto* const call = tracer::real<FILE* (*)(const char*, const char*, FILE*)>("freopen");
  return call(path, mode, stream);
}
EXPORTED FILE* freopen64(const char* path, const char* mode, FILE* stream) {
  if (path != nullptr && tracer::records()) tracer::note_open_mode(path, mode);
  static auto* const call = tracer::real<FILE* (*)(const char*, const char*, FILE*)>("freopen64");
  return call(path, mode, stream);
}
EXPORTED int rename(const char* old_path, const char* new_path) noexcept {
  if (tracer::records()) tracer::note_rename(AT_FDCWD, old_path, AT_FDCWD, new_path);
  static auto* const call = tracer::real<int (*)(const char*, const char*)>("rename");
  return call(old_path, new_path);
}
EXPORTED int renameat(int old_folder, const char* old_path, int new_folder, const char* new_path) noexcept {
  if (tracer::records()) tracer::note_rename(old_folder, old_path, new_folder, new_path);
  static auto* const call = tracer::real<int (*)(int, const char*, int, const char*)>("renameat");
  return call(old_folder, old_path, new_folder, new_path);
}
EXPORTED int renameat2(int old_folder, const char* old_path, int new_folder, const char* new_path,
                       unsigned flags) noexcept {
  if (tracer::records()) tracer::note_rename(old_folder, old_path, new_folder, new_path);
  static auto* const call = tracer::real<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  return call(old_folder, old_path, new_folder, new_path, flags);
}
EXPORTED DIR* opendir(const char* path) {
  if (tracer::records()) tracer::note_file(TracedFile::Use::listing, AT_FDCWD, path);
  static auto* const call = tracer::real<DIR* (*)(const char*)>("opendir");
  return call(path);
}
EXPORTED int stat(const char* path, struct stat* info) noexcept {
  if (tracer::records()) tracer::note_file(TracedFile::Use::attributes, AT_FDCWD, path);
  static auto* const call = tracer::real<int (*)(const char*, struct stat*)>("stat");
  return call(path, info);
}
EXPORTED int stat64(const char* path, struct stat64* info) noexcept {
  if (tracer::records()) tracer::note_file(TracedFile::Use::attributes, AT_FDCWD, path);
  static auto* const call = tracer::real<int (*)(const char*, struct stat64*)>("stat64");
  return call(path, info);
}
EXPORTED int lstat(const char* path, struct stat* info) noexcept {
  if (tracer::records()) tracer::note_file(TracedFile::Use::attributes, AT_FDCWD, path);
  static auto* const call = tracer::real<int (*)(const char*, struct stat*)>("lstat");
  return call(path, info);
}
EXPORTED int lstat64(const char* path, struct stat64* info) noexcept {
  if (tracer::records()) tracer::note_file(TracedFile::Use::attributes, AT_FDCWD, path);
  static auto* const call = tracer::real<int (*)(const char*, struct stat64*)>("lstat64");
  return call(path, info);
}
EXPORTED int fstatat(int folder, const char* path, struct stat* info, int flags) noexcept {
  if (path[0] != '\0' && tracer::records()) tracer::note_file(TracedFile::Use::attributes, folder, path);
  static auto* const call = tracer::real<int (*)(int, const char*, struct stat*, int)>("fstatat");
  return call(folder, path, info, flags);
}
EXPORTED int fstatat64(int folder, const char* path, struct stat64* info, int flags) noexcept {
  if (path[0] != '\0' && tracer::records()) tracer::note_file(TracedFile::Use::attributes, folder, path);
  static auto* const call = tracer::real<int (*)(int, const char*, struct stat64*, int)>("fstatat64");
  return call(folder, path, info, flags);
}
EXPORTED int statx(int folder, const char* path, int flags, unsigned mask, struct statx* info) noexcept {
  if (path[0] != '\0' && tracer::records()) tracer::note_file(TracedFile::Use::attributes, folder, path);
  static auto* const call = tracer::real<int (*)(int, const char*, int, unsigned, struct statx*)>("statx");
  return call(folder, path, flags, mask, info);
}
EXPORTED int access(const char* path, int mode) noexcept {
  if (tracer::records()) tracer::note_file(TracedFile::Use::attributes, AT_FDCWD, path);
  static auto* const call = tracer::real<int (*)(const char*, int)>("access");
  return call(path, mode);
}
EXPORTED int faccessat(int folder, const char* path, int mode, int flags) noexcept {
  if (tracer::records()) tracer::note_file(TracedFile::Use::attributes, folder, path);
  static auto* const call = tracer::real<int (*)(int, const char*, int, int)>("faccessat");
  return call(folder, path, mode, flags);
}
EXPORTED char* getenv(const char* name) noexcept {
  static auto* const call = tracer::real<char* (*)(const char*)>("getenv");
  char* value = call(name);
  if (tracer::records()) tracer::note_variable(name, value);
  return value;
}
EXPORTED char* secure_getenv(const char* name) noexcept {
  static auto* const call = tracer::real<char* (*)(const char*)>("secure_getenv");
  char* value = call(name);
  if (tracer::records()) tracer::note_variable(name, value);
  return value;
}

// Initialisers of function-local statics (Itanium C++ ABI, section 3.3.2): what they read counts for every
// later node that finds the static initialised.
EXPORTED int __cxa_guard_acquire(abi::__guard* guard) {
  static auto* const call = tracer::real<int (*)(abi::__guard*)>("__cxa_guard_acquire");
  const int must_initialise = call(guard);
  if (must_initialise != 0) ++tracer::static_depth;
  return must_initialise;
}
EXPORTED void __cxa_guard_release(abi::__guard* guard) noexcept {
  static auto* const call = tracer::real<void (*)(abi::__guard*)>("__cxa_guard_release");
  --tracer::static_depth;
  call(guard);
}
EXPORTED void __cxa_guard_abort(abi::__guard* guard) noexcept {
  static auto* const call = tracer::real<void (*)(abi::__guard*)>("__cxa_guard_abort");
  --tracer::static_depth;
  call(guard);
}
