// One hamcell-runner as the driver sees it.
#include "run/runner_process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/guard.h"
#include "base/process.h"
#include "base/text.h"

namespace hamcell {
namespace {

/// A longer line is shown in pieces.
constexpr std::size_t longest_line = std::size_t{1} << 20U;

constexpr std::string_view preload_variable = "LD_PRELOAD=";

/// "LD_PRELOAD=…" with what the user has there behind it; empty where nothing is to be preloaded.
std::string preload_entry(const std::vector<std::string>& preload) {
  if (preload.empty()) return {};
  const char* users = std::getenv("LD_PRELOAD");
  return std::string(preload_variable) + join(preload, ":") +
         (users != nullptr ? std::string(":") + users : "");
}

}  // namespace

RunnerProcess::RunnerProcess(const std::vector<std::string>& preload, const std::string& variable) {
  int sockets[2];
  int pipes[2];
  const auto cannot = [] {
    throw Failure(ExitStatus::storage, std::string("cannot start a runner: ") + std::strerror(errno));
  };
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) cannot();
  socket_.reset(sockets[0]);
  OwnedFd runner_end(sockets[1]);
  if (::pipe2(pipes, O_CLOEXEC) != 0) cannot();
  output_.reset(pipes[0]);
  OwnedFd print_end(pipes[1]);
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  const OwnedFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));

  SpawnRequest request{installation().runner, "hamcell-runner", {}, {}};
  std::string added = variable;
  std::string preloaded = preload_entry(preload);
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (preloaded.empty() || !std::string_view(*entry).starts_with(preload_variable))
      request.environment.push_back(*entry);
  if (!preloaded.empty()) request.environment.push_back(preloaded.data());
  if (!added.empty()) request.environment.push_back(added.data());
  request.environment.push_back(nullptr);
  static_assert(runner_socket == 3 && last_words_memory == 4);
  request.files = {nothing.get(), print_end.get(), print_end.get(), runner_end.get(), memory_.fd()};
  // Ctrl-C reaches the whole terminal group; the driver decides what becomes of the runners.
  pid_ = spawn(request);
  if (pid_ < 0) cannot();
  guard_group(pid_);
}

RunnerProcess::~RunnerProcess() {
  if (status_) return;
  kill_group();
  end();
}

void RunnerProcess::kill() const {
  if (!status_) kill_group();
}

void RunnerProcess::kill_group() const { ::kill(-pid_, SIGKILL); }

bool RunnerProcess::has_ended() {
  if (status_) return true;
  siginfo_t info{};
  // It stays a zombie, so that its number, which is its group's too, cannot become another's.
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT);
  stop_signal_ = info.si_code == CLD_STOPPED ? info.si_status : 0;
  return info.si_code == CLD_EXITED || info.si_code == CLD_KILLED || info.si_code == CLD_DUMPED;
}

MessageReader::State RunnerProcess::receive(Answer& answer) {
  std::string_view bytes;
  const MessageReader::State state = reader_.read(socket_.get(), bytes);
  if (state == MessageReader::State::message && !from_bytes(bytes, answer))
    return MessageReader::State::closed;
  return state;
}

void RunnerProcess::read_output() {
  LastWords& words = memory_.words();
  char piece[65536];
  // As much as a pipe can hold: what prints faster than it is read must not keep the driver from all else.
  for (int turn = 0; output_ && turn < 16; ++turn) {
    words.is_taking = true;
    const ssize_t got = ::read(output_.get(), piece, sizeof piece);
    if (got > 0) words.taken += static_cast<std::uint64_t>(got);
    words.is_taking = false;
    if (got > 0) printed_.append(piece, static_cast<std::size_t>(got));
    if (got == 0) output_.reset();
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
  }
}

std::string RunnerProcess::take_lines(bool all) {
  std::size_t end = all ? printed_.size() : printed_.find_last_of('\n') + 1;
  const bool is_too_long = end == 0 && printed_.size() > longest_line;
  if (is_too_long) end = longest_line;
  std::string lines = printed_.substr(0, end);
  printed_.erase(0, end);
  taken_early_ += end;
  if ((all || is_too_long) && !lines.empty() && lines.back() != '\n') lines += '\n';
  return lines;
}

std::string RunnerProcess::take_printed(std::uint64_t bytes) {
  if (bytes == uncounted) {
    read_output();
    return take_lines(true);
  }
  if (bytes <= taken_early_) {
    taken_early_ -= bytes;
    return {};
  }
  const std::uint64_t rest = bytes - std::exchange(taken_early_, 0);
  if (printed_.size() < rest) read_output();
  std::string lines = printed_.substr(0, rest);
  printed_.erase(0, rest);
  if (!lines.empty() && lines.back() != '\n') lines += '\n';
  return lines;
}

RunnerEnd RunnerProcess::end() {
  bool was_stopped = false;
  if (!status_) {
    // A process that has closed its connection is about to end; one that goes on has no way to answer any
    // more.
    for (int i = 0; i < 40 && !has_ended(); ++i) ::usleep(5'000);
    was_stopped = !has_ended();
    kill_group();
    int ended = 0;
    while (::waitpid(pid_, &ended, 0) < 0 && errno == EINTR) {
    }
    status_ = ended;
    forget_group(pid_);
  }
  RunnerEnd end = runner_end(*status_, memory_.words());
  if (was_stopped)
    end.text =
        "broke its runner's connection to hamcell, by closing or writing to a file descriptor that is not "
        "its own";
  return end;
}

void RunnerProcess::interrupt_node() const {
  const std::int32_t thread = memory_.words().thread;
  // The handler of SIGABRT notes where it was.
  if (!status_) ::tgkill(pid_, memory_.words().began_ns != 0 && thread > 0 ? thread : pid_, SIGABRT);
}

std::uint64_t RunnerProcess::resident_memory() const {
  const std::string text = read_file("/proc/" + std::to_string(pid_) + "/statm").value_or("");
  unsigned long long pages = 0;
  // Size and resident set, in pages.
  if (std::sscanf(text.c_str(), "%*u %llu", &pages) != 1) return 0;
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace hamcell
