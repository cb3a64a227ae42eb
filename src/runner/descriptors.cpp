// Keeps the runner's own descriptors open, in front of the functions that close descriptors.
#include "runner/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "runner/tracer/next.h"
#include "runner/tracer/touched.h"

namespace hamcell {
namespace {

/// Programs that close what they may have inherited often go up to 255.
constexpr rlim_t first_protected = 500;
constexpr unsigned standard_streams = 3;

/// The connection, and the standard streams as they were; sorted. -1: not protected yet.
constinit std::array<int, 1 + standard_streams> kept{-1, -1, -1, -1};

bool is_kept(int fd) { return fd >= 0 && std::ranges::find(kept, fd) != kept.end(); }

bool is_same_file(int one, int other) {
  struct stat a{};
  struct stat b{};
  return ::fstat(one, &a) == 0 && ::fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

int protect_descriptors(int connection) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t room = limit.rlim_cur > 2 * kept.size() ? limit.rlim_cur - 2 * kept.size() : 0;
  const int first = static_cast<int>(std::min(first_protected, room));
  // What a node starts must not hold them open.
  for (unsigned stream = 0; stream < standard_streams; ++stream)
    kept[1 + stream] = ::fcntl(static_cast<int>(stream), F_DUPFD_CLOEXEC, first);
  const int moved = ::fcntl(connection, F_DUPFD_CLOEXEC, first);
  if (moved >= 0) ::close(connection);
  // Where there are too few numbers, it stays where it is.
  return kept[0] = moved >= 0 ? moved : connection;
}

int printed_pipe() { return kept[1 + STDOUT_FILENO]; }

bool restore_standard_streams() {
  bool was_changed = false;
  for (unsigned stream = 0; stream < standard_streams; ++stream) {
    const int original = kept[1 + stream];
    if (original < 0 || is_same_file(static_cast<int>(stream), original)) continue;
    ::dup2(original, static_cast<int>(stream));
    was_changed = true;
  }
  return was_changed;
}

}  // namespace hamcell

using hamcell::tracer::Next;

namespace {

void note_change_of(unsigned first) {
  if (first <= STDERR_FILENO) hamcell::tracer::touch(hamcell::tracer::streams);
}

}  // namespace

HAMCELL_REPLACES int close(int fd) {
  static constinit Next<decltype(::close)> next("close");
  if (hamcell::is_kept(fd)) {
    errno = EBADF;  // as if it were not there
    return -1;
  }
  if (fd >= 0) note_change_of(static_cast<unsigned>(fd));
  return next(fd);
}

HAMCELL_REPLACES int close_range(unsigned first, unsigned last, int flags) noexcept {
  static constinit Next<int(unsigned, unsigned, int)> next("close_range");
  note_change_of(first);
  for (const int fd : hamcell::kept) {
    const auto own = static_cast<unsigned>(fd);
    if (fd < 0 || own < first || own > last) continue;
    if (own > first && next(first, own - 1, flags) != 0) return -1;
    if (own == last) return 0;
    first = own + 1;
  }
  return next(first, last, flags);
}

HAMCELL_REPLACES void closefrom(int first) noexcept {
  ::close_range(static_cast<unsigned>(std::max(first, 0)), UINT_MAX, 0);
}

HAMCELL_REPLACES int dup2(int from, int to) noexcept {
  static constinit Next<decltype(::dup2)> next("dup2");
  if (to >= 0) note_change_of(static_cast<unsigned>(to));
  if (hamcell::is_kept(to)) {
    errno = EBADF;
    return -1;
  }
  return next(from, to);
}

HAMCELL_REPLACES int dup3(int from, int to, int flags) noexcept {
  static constinit Next<int(int, int, int)> next("dup3");
  if (to >= 0) note_change_of(static_cast<unsigned>(to));
  if (hamcell::is_kept(to)) {
    errno = EBADF;
    return -1;
  }
  return next(from, to, flags);
}
