// Files: read whole, written by rename, and stamped.
#include "base/file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/error.h"

namespace hamcell {
namespace {

/// A device has no end (/dev/zero), and a pipe need not have one: no value and no cell is as long as this.
constexpr std::size_t most_streamed_bytes = std::size_t{256} << 20;

/// Two changes within this time may carry the same time stamp: file systems round to a tick of the kernel's
/// clock (at most 10 ms), network ones more.
constexpr std::int64_t young_ns = 2'000'000'000;

[[noreturn]] void cannot_write(const std::string& path, int error) {
  throw Failure(ExitStatus::storage, "cannot write '" + path + "': " + std::strerror(error),
                error == ENOENT   ? "create its folder first"
                : error == EACCES ? "choose a place that you may write to"
                                  : "");
}

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

/// Nothing open for what is no regular file: a pipe has to be waited for, and a device has no end.
OwnedFd open_regular_file(const std::string& path, struct stat& info) {
  OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd && (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode))) fd.reset();
  return fd;
}

std::optional<std::string> read_open_file(const OwnedFd& fd, const struct stat& info) {
  std::string content;
  std::size_t size = S_ISREG(info.st_mode) ? static_cast<std::size_t>(info.st_size) : 0;
  // One byte more than the size, so that the read that fills it also finds the end; pipes and /proc have size
  // 0.
  content.resize(size + 1);
  std::size_t used = 0;
  while (true) {
    if (used == content.size()) content.resize(content.size() * 2 + 4096);
    const ssize_t got = ::read(fd.get(), content.data() + used, content.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return std::nullopt;
    }
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (!S_ISREG(info.st_mode) && used > most_streamed_bytes) {
      errno = EFBIG;
      return std::nullopt;
    }
  }
  content.resize(used);
  return content;
}

bool is_of_proc(const std::string& folder) {
  struct statfs info{};
  return ::statfs(folder.c_str(), &info) == 0 && info.f_type == PROC_SUPER_MAGIC;
}

/// What `path` leads to, link by link.
struct Target {
  std::string path;        ///< no link any more, or one of /proc's
  bool is_opened = false;  ///< a link of /proc's: it leads to what a process has open, wherever that is, and
                           ///< its text is no path
};

Target target_of(const std::string& path) {
  constexpr int most_links = 40;  // as many as the kernel follows
  Target target{path};
  for (int followed = 0; followed < most_links; ++followed) {
    char text[PATH_MAX];
    const ssize_t length = ::readlink(target.path.c_str(), text, sizeof text);
    if (length <= 0) break;
    const std::string folder = parent_folder(target.path);
    target.is_opened = is_of_proc(folder);
    if (target.is_opened) break;
    const std::string next(text, static_cast<std::size_t>(length));
    target.path = next[0] == '/' ? next : folder + '/' + next;
  }
  return target;
}

/// The descriptor of this process that a link of /proc's stands for; -1 where it is another process's.
int own_descriptor(const std::string& link) {
  const std::string name = file_name(link);
  int descriptor = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), descriptor);
  const bool is_number = error == std::errc() && end == name.data() + name.size();
  return is_number && real_path(parent_folder(link)) == real_path("/proc/self/fd") ? descriptor : -1;
}

/// Writes to what is there. What this process has open is not opened again: that would begin at its start,
/// and no socket can be.
bool write_in_place(const Target& target, std::string_view content) {
  if (const int descriptor = target.is_opened ? own_descriptor(target.path) : -1; descriptor >= 0)
    return write_fully(descriptor, content);
  const OwnedFd fd(::open(target.path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  return fd && write_fully(fd.get(), content);
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  const OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0) return std::nullopt;
  if (S_ISDIR(info.st_mode)) {
    errno = EISDIR;
    return std::nullopt;
  }
  return read_open_file(fd, info);
}

std::optional<std::string> read_regular_file(const std::string& path) {
  struct stat info{};
  const OwnedFd fd = open_regular_file(path, info);
  return fd ? read_open_file(fd, info) : std::nullopt;
}

bool write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0) {
      // Whoever has the same pipe or terminal open may have set it not to block.
      if (errno == EAGAIN) {
        pollfd room{fd, POLLOUT, 0};
        ::poll(&room, 1, -1);
        continue;
      }
      if (errno == EINTR) continue;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

void write_to_user(std::string_view text) { write_fully(STDERR_FILENO, text); }

void write_file(const std::string& path, std::string_view content) {
  struct stat info{};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) cannot_write(path, EISDIR);
  // Symbolic links are followed, so that the rename replaces the file and not the link to it.
  const Target target = target_of(path);
  if (target.is_opened || (exists && !S_ISREG(info.st_mode))) {
    if (!write_in_place(target, content)) cannot_write(path, errno);
    return;
  }
  // A name in the same folder, so that the rename stays within one file system.
  std::string temporary = target.path + ".XXXXXX";
  OwnedFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) cannot_write(path, errno);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const mode_t mode = exists ? (info.st_mode & 07777) : (0666 & ~mask);
  const bool written = write_fully(fd.get(), content) && ::fchmod(fd.get(), mode) == 0;
  if (!written || ::close(fd.release()) != 0 || ::rename(temporary.c_str(), target.path.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    cannot_write(path, error);
  }
}

void check_place_for_file(const std::string& path) {
  struct stat info{};
  const bool exists = ::stat(path.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) cannot_write(path, EISDIR);
  const Target target = target_of(path);
  if (target.is_opened || (exists && !S_ISREG(info.st_mode))) return;
  if (::access((parent_folder(target.path) + "/.").c_str(), W_OK | X_OK) != 0) cannot_write(path, errno);
}

std::string place_of_file(const std::string& path) {
  const Target target = target_of(path);
  return target.is_opened ? "" : real_path(parent_folder(target.path)) + '/' + file_name(target.path);
}

void make_private_folders(const std::string& path) {
  for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      const int error = errno;
      if (stamp_of(part).kind != Stamp::Kind::folder)
        throw Failure(
            ExitStatus::storage,
            "cannot create the folder '" + part + "' for '" + path + "': " + std::strerror(error),
            "make the folder above it writable; --cache-dir moves the cache, XDG_CACHE_HOME the built cells");
    }
    if (at == std::string::npos) break;
  }
  if (stamp_of(path).kind != Stamp::Kind::folder)
    throw Failure(ExitStatus::storage, "'" + path + "' is in the way: a folder is needed there",
                  "move it away, or choose another folder: --cache-dir moves the cache, XDG_CACHE_HOME the "
                  "built cells");
}

std::string temporary_folder_pattern() {
  const char* base = std::getenv("TMPDIR");
  return std::string(base != nullptr && base[0] == '/' ? base : "/tmp") + "/hamcell-XXXXXX";
}

Stamp stamp_from(const struct ::stat& info) {
  Stamp stamp;
  stamp.kind = S_ISREG(info.st_mode)   ? Stamp::Kind::file
               : S_ISDIR(info.st_mode) ? Stamp::Kind::folder
                                       : Stamp::Kind::other;
  stamp.size = static_cast<std::uint64_t>(info.st_size);
  stamp.modified_ns = nanoseconds(info.st_mtim);
  stamp.changed_ns = nanoseconds(info.st_ctim);
  stamp.inode = info.st_ino;
  stamp.device = info.st_dev;
  return stamp;
}

Stamp stamp_of(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 ? stamp_from(info) : Stamp{};
}

Stamp stamp_of_link(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 ? stamp_from(info) : Stamp{};
}

bool is_settled(const Stamp& stamp, std::int64_t at_ns) {
  constexpr std::int64_t tick_ns = 50'000'000;
  return stamp.changed_ns <= at_ns - tick_ns;
}

bool is_old(const Stamp& stamp, std::int64_t at_ns) {
  return stamp.changed_ns < at_ns - young_ns && stamp.modified_ns < at_ns - young_ns;
}

std::int64_t now_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return nanoseconds(time);
}

std::string absolute_path(const std::string& path) {
  std::string whole = path;
  if (path.empty() || path[0] != '/') {
    // Without a buffer of its own, because the name can be longer than PATH_MAX.
    char* const here = ::getcwd(nullptr, 0);
    whole = std::string(here != nullptr ? here : "") + '/' + path;
    std::free(here);
  }
  std::string out;
  std::size_t at = 0;
  while (at < whole.size()) {
    std::size_t end = whole.find('/', at);
    if (end == std::string::npos) end = whole.size();
    const std::string_view part = std::string_view(whole).substr(at, end - at);
    if (!part.empty() && part != ".") out.append("/").append(part);
    at = end + 1;
  }
  return out.empty() ? "/" : out;
}

std::string real_path(const std::string& path) {
  char resolved[PATH_MAX];
  if (::realpath(path.c_str(), resolved) != nullptr) return resolved;
  return absolute_path(path);
}

std::string parent_folder(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string file_name(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string file_stem(const std::string& path) {
  const std::string name = file_name(path);
  const std::size_t dot = name.find_last_of('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

bool is_private_to_user(const std::string& path) {
  const auto safe = [](const std::string& part, bool is_leaf) {
    struct stat info{};
    if (::stat(part.c_str(), &info) != 0) return false;
    if (info.st_uid != ::geteuid() && info.st_uid != 0) return false;
    const bool others_write = (info.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    return !others_write || (!is_leaf && S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0);
  };
  const std::string whole = real_path(path);
  if (!safe(whole, true)) return false;
  for (std::string part = parent_folder(whole);; part = parent_folder(part)) {
    if (!safe(part, false)) return false;
    if (part == "/") return true;
  }
}

bool is_own_folder(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid();
}

bool is_temporary_name(std::string_view name, std::string_view prefix) {
  constexpr std::size_t random_characters = 6;
  if (name.size() != prefix.size() + random_characters || !name.starts_with(prefix)) return false;
  return std::ranges::all_of(name.substr(prefix.size()), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

OwnedFd& OwnedFd::operator=(OwnedFd&& other) noexcept {
  reset(other.release());
  return *this;
}

OwnedFd::~OwnedFd() { reset(); }

int OwnedFd::release() { return std::exchange(fd_, -1); }

void OwnedFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

MappedFile::MappedFile(const std::string& path) {
  struct stat info{};
  const OwnedFd fd = open_regular_file(path, info);
  if (!fd || info.st_size <= 0) return;
  void* address =
      ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (address != MAP_FAILED)
    bytes_ = {static_cast<const char*>(address), static_cast<std::size_t>(info.st_size)};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

namespace {

/// What look_at_file shows, for the handler of the signal that comes of reading behind a file's end.
char* shown_bytes = nullptr;
std::size_t shown_size = 0;
volatile std::sig_atomic_t was_cut_short = 0;

/// Puts zeros in the place of pages that are gone, so that who reads them gets on. mmap is no more than a
/// system call.
void replace_lost_pages(int /*signal*/, siginfo_t* info, void* /*context*/) {
  char* const at = static_cast<char*>(info->si_addr);
  const bool is_shown = at >= shown_bytes && at < shown_bytes + shown_size;
  if (is_shown && ::mmap(shown_bytes, shown_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                         0) != MAP_FAILED) {
    was_cut_short = 1;
    return;
  }
  ::signal(SIGBUS, SIG_DFL);  // it comes again
}

/// Heeds the signal for these bytes until it goes.
class LostPages {
 public:
  explicit LostPages(std::string_view bytes) {
    shown_bytes = const_cast<char*>(bytes.data());
    shown_size = bytes.size();
    was_cut_short = 0;
    struct sigaction action{};
    action.sa_sigaction = replace_lost_pages;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGBUS, &action, &before_);
  }
  ~LostPages() { ::sigaction(SIGBUS, &before_, nullptr); }
  LostPages(const LostPages&) = delete;
  LostPages& operator=(const LostPages&) = delete;

 private:
  struct sigaction before_{};
};

}  // namespace

bool look_at_file(const std::string& path, const std::function<void(std::string_view)>& look) {
  const MappedFile file(path);
  if (file.bytes().empty()) return false;
  const LostPages replaced(file.bytes());
  look(file.bytes());
  return was_cut_short == 0;
}

std::optional<Digest> digest_of_file(const std::string& path) {
  Digest digest;
  const bool is_whole = look_at_file(path, [&](std::string_view bytes) { digest = digest_of(bytes); });
  return is_whole ? std::optional(digest) : std::nullopt;
}

}  // namespace hamcell
