// A process that outlives the driver.
#include "base/guard.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

#include "base/file.h"

namespace hamcell {
namespace {

/// More groups than that at one time are not guarded.
constexpr std::size_t most_groups = 1024;

/// What the guard does, behind a fork: only what is safe there, and nothing that needs memory.
[[noreturn]] void stand_guard(int pipe) {
  std::array<pid_t, most_groups> groups{};
  // Of a group of its own, which no Ctrl-C reaches.
  ::setpgid(0, 0);
  ::prctl(PR_SET_NAME, "hamcell-guard");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(signal, SIG_IGN);
  ::dup2(pipe, 0);
  ::close_range(1, UINT_MAX, 0);
  while (true) {
    pid_t change = 0;
    const ssize_t got = ::read(0, &change, sizeof change);
    if (got < 0 && errno == EINTR) continue;
    if (got != static_cast<ssize_t>(sizeof change)) break;
    // A new group takes a free place; one that has ended, given as its negative, leaves its own.
    const auto place = std::find(groups.begin(), groups.end(), change > 0 ? 0 : -change);
    if (place != groups.end()) *place = change > 0 ? change : 0;
  }
  for (const pid_t group : groups)
    if (group > 0) ::kill(-group, SIGKILL);
  ::_exit(0);
}

class Guard {
 public:
  Guard() {
    int pipes[2];
    if (::pipe2(pipes, O_CLOEXEC) != 0) return;
    const OwnedFd read_end(pipes[0]);
    OwnedFd write_end(pipes[1]);
    const pid_t guard = ::fork();
    if (guard == 0) stand_guard(read_end.get());
    if (guard > 0) pipe_ = std::move(write_end);
  }
  void tell(pid_t change) const {
    // Less than a pipe's buffer is written at once or not at all.
    if (pipe_) [[maybe_unused]]
      const ssize_t written = ::write(pipe_.get(), &change, sizeof change);
  }

 private:
  OwnedFd pipe_;
};

const Guard& guard() {
  static const Guard only;
  return only;
}

}  // namespace

void guard_group(pid_t group) { guard().tell(group); }

void forget_group(pid_t group) { guard().tell(-group); }

}  // namespace hamcell
