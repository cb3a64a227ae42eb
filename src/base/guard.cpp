// A process that outlives the driver.
#include "base/guard.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <filesystem>
#include <system_error>
#include <thread>

#include "base/file.h"

namespace hamcell {
namespace {

/// More groups and folders than that at one time are not guarded.
constexpr std::size_t most_groups = 1024;
constexpr std::size_t most_folders = 16;

/// A longer path is not guarded either.
using FolderPath = std::array<char, 1024>;

/// What the driver tells the guard: a group or a folder, if its first character is one, has come or gone.
struct Change {
  bool is_new = false;
  pid_t group = 0;
  FolderPath folder{};
};
/// Less is written to a pipe at once or not at all.
static_assert(sizeof(Change) <= PIPE_BUF);

/// A new one takes a free place; one that has gone leaves its own.
template <class Places, class Item>
void note_change(Places& places, const Item& item, bool is_new) {
  const auto place = std::find(places.begin(), places.end(), is_new ? Item{} : item);
  if (place != places.end()) *place = is_new ? item : Item{};
}

/// What was killed may still be at work for a moment, and write.
void remove_folder(const char* folder) {
  constexpr int most_tries = 50;
  for (int tries = 0; tries < most_tries; ++tries) {
    std::error_code error;
    std::filesystem::remove_all(folder, error);
    if (stamp_of_link(folder).kind == Stamp::Kind::absent) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// What the guard does, behind a fork of a process that has but one thread.
[[noreturn]] void stand_guard(int pipe) {
  std::array<pid_t, most_groups> groups{};
  std::array<FolderPath, most_folders> folders{};
  // Of a group of its own, which no Ctrl-C reaches.
  ::setpgid(0, 0);
  ::prctl(PR_SET_NAME, "hamcell-guard");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(signal, SIG_IGN);
  ::dup2(pipe, 0);
  ::close_range(1, UINT_MAX, 0);
  while (true) {
    Change change;
    const ssize_t got = ::read(0, &change, sizeof change);
    if (got < 0 && errno == EINTR) continue;
    if (got != static_cast<ssize_t>(sizeof change)) break;
    if (change.group > 0) note_change(groups, change.group, change.is_new);
    if (change.folder[0] != '\0') note_change(folders, change.folder, change.is_new);
  }
  for (const pid_t group : groups)
    if (group > 0) ::kill(-group, SIGKILL);
  for (const FolderPath& folder : folders)
    if (folder[0] != '\0') remove_folder(folder.data());
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
  void tell(const Change& change) const {
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

void tell_of_folder(const std::string& folder, bool is_new) {
  const std::string path = absolute_path(folder);
  Change change;
  change.is_new = is_new;
  if (path.size() >= change.folder.size()) return;
  std::ranges::copy(path, change.folder.begin());
  guard().tell(change);
}

}  // namespace

void prepare_guard() { guard(); }

void guard_group(pid_t group) { guard().tell({true, group, {}}); }

void forget_group(pid_t group) { guard().tell({false, group, {}}); }

void guard_folder(const std::string& folder) { tell_of_folder(folder, true); }

void forget_folder(const std::string& folder) { tell_of_folder(folder, false); }

}  // namespace hamcell
