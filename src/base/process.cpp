// Starts other programs: the scanner, the compiler, the runners.
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/guard.h"
#include "base/interrupt.h"
#include "base/text.h"

extern char** environ;

namespace hamcell {
namespace {

/// Whether SIGXFSZ was ignored when this process was started.
constinit bool ignored_file_sizes_before = false;

struct Pipe {
  OwnedFd read_end, write_end;
};

bool open_pipe(Pipe& pipe) {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return false;
  pipe.read_end.reset(fds[0]);
  pipe.write_end.reset(fds[1]);
  return true;
}

/// This process's environment with `changes` on top, as execve wants it. `storage` owns the changed strings.
std::vector<char*> environment_with(const std::vector<std::pair<std::string, std::string>>& changes,
                                    std::vector<std::string>& storage) {
  for (const auto& [name, value] : changes) storage.push_back(name + '=' + value);
  std::vector<char*> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    bool changed = false;
    for (const auto& change : changes) changed = changed || change.first == name;
    if (!changed) out.push_back(*entry);
  }
  for (std::string& entry : storage) out.push_back(entry.data());
  out.push_back(nullptr);
  return out;
}

/// How long a program may take to put its temporary files away once it was asked to end.
constexpr int patience_ms = 500;

/// Feeds `input` to the child and collects both its outputs until it has closed them.
void exchange(ProcessResult& result, pid_t child, Pipe& in, Pipe& out, Pipe& err,
              const ProcessRequest& request) {
  std::string_view input = request.input;
  ::fcntl(in.write_end.get(), F_SETFL, O_NONBLOCK);
  if (input.empty()) in.write_end.reset();
  char buffer[65536];
  bool is_asked_to_end = false;
  while (out.read_end || err.read_end) {
    if (is_interrupted() && !std::exchange(is_asked_to_end, true)) ::kill(-child, SIGTERM);
    pollfd fds[3] = {
        {out.read_end.get(), POLLIN, 0}, {err.read_end.get(), POLLIN, 0}, {in.write_end.get(), POLLOUT, 0}};
    const int ready = ::poll(fds, 3, is_asked_to_end ? patience_ms : request.tick ? 100 : 1000);
    if (ready == 0 && is_asked_to_end) break;
    if (ready < 0) {
      if (errno != EINTR) break;
      continue;  // what poll was to fill in says nothing
    }
    if (request.tick) request.tick();
    for (int i = 0; i < 2; ++i) {
      if (fds[i].revents == 0) continue;
      OwnedFd& end = i == 0 ? out.read_end : err.read_end;
      const ssize_t got = ::read(end.get(), buffer, sizeof buffer);
      if (got > 0) (i == 0 ? result.output : result.errors).append(buffer, static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) end.reset();
    }
    if (fds[2].revents != 0) {
      const ssize_t sent = ::write(in.write_end.get(), input.data(), input.size());
      if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
      if (input.empty() || (sent < 0 && errno != EINTR && errno != EAGAIN)) in.write_end.reset();
    }
  }
}

/// Starts the program with these as its standard streams. Gives its process, or -1, and then `result` says
/// why.
pid_t start(const ProcessRequest& request, const std::array<int, 3>& streams, ProcessResult& result) {
  const std::string program = find_program(request.arguments.front());
  if (program.empty()) {
    result.errors = "'" + request.arguments.front() + "' was not found";
    return -1;
  }
  std::vector<char*> arguments;
  for (const std::string& argument : request.arguments)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  std::vector<std::string> storage;
  std::vector<char*> environment = environment_with(request.environment, storage);

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) {
    result.errors = std::string("cannot start '") + program + "': " + std::strerror(errno);
    return -1;
  }
  if (child == 0) {
    // Only async-signal-safe calls from here to execve.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    // Of a group of its own: Ctrl-C reaches the driver alone, which then ends all that belongs to it.
    ::setpgid(0, 0);
    for (int stream = 0; stream < 3; ++stream) ::dup2(streams[static_cast<std::size_t>(stream)], stream);
    give_back_signals();
    if (!request.folder.empty() && ::chdir(request.folder.c_str()) != 0) ::_exit(127);
    ::execve(program.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  result.started = true;
  // In both processes, so that the group is there whichever of them goes on first.
  ::setpgid(child, child);
  guard_group(child);
  return child;
}

/// Waits for the end of the process.
void take_status(pid_t child, ProcessResult& result) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  forget_group(child);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
}

std::string content_of(const OwnedFd& file) {
  return read_file("/proc/self/fd/" + std::to_string(file.get())).value_or("");
}

}  // namespace

void prepare_own_process() {
  constexpr int modes[] = {O_WRONLY, O_RDONLY, O_WRONLY};
  for (int stream = 0; stream < 3; ++stream)
    if (::fcntl(stream, F_GETFD) < 0) [[maybe_unused]]
      const int opened = ::open("/dev/null", modes[stream]);
  // A closed pipe, or a file that would get larger than the user lets it, shows up where it is written to.
  ::signal(SIGPIPE, SIG_IGN);
  if (::signal(SIGXFSZ, SIG_IGN) == SIG_IGN) ignored_file_sizes_before = true;
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void give_back_signals() {
  ::signal(SIGPIPE, SIG_DFL);
  if (!ignored_file_sizes_before) ::signal(SIGXFSZ, SIG_DFL);
}

pid_t spawn(const SpawnRequest& request) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  // As give_back_signals has it.
  sigset_t given_back;
  ::sigemptyset(&given_back);
  ::sigaddset(&given_back, SIGPIPE);
  if (!ignored_file_sizes_before) ::sigaddset(&given_back, SIGXFSZ);
  ::posix_spawnattr_setsigdefault(&attributes, &given_back);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  // Out of the way of the numbers that are about to be given.
  std::vector<OwnedFd> moved;
  int error = 0;
  const int count = static_cast<int>(request.files.size());
  for (int number = 0; number < count; ++number) {
    const OwnedFd& file =
        moved.emplace_back(::fcntl(request.files[static_cast<std::size_t>(number)], F_DUPFD_CLOEXEC, count));
    if (!file) error = errno;
    ::posix_spawn_file_actions_adddup2(&actions, file.get(), number);
  }

  std::string name = request.name;
  char* arguments[] = {name.data(), nullptr};
  pid_t process = -1;
  if (error == 0)
    error = ::posix_spawn(&process, request.program.c_str(), &actions, &attributes, arguments,
                          request.environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  errno = error;
  return error == 0 ? process : -1;
}

ProcessResult run_process(const ProcessRequest& request) {
  ProcessResult result;
  Pipe in, out, err;
  if (!open_pipe(in) || !open_pipe(out) || !open_pipe(err)) {
    result.errors = "no pipe for '" + request.arguments.front() + "': " + std::strerror(errno);
    return result;
  }
  const pid_t child = start(request, {in.read_end.get(), out.write_end.get(), err.write_end.get()}, result);
  if (child < 0) return result;
  in.read_end.reset();
  out.write_end.reset();
  err.write_end.reset();
  exchange(result, child, in, out, err, request);
  if (is_interrupted()) ::kill(-child, SIGKILL);
  take_status(child, result);
  return result;
}

BackgroundProcess::BackgroundProcess(const ProcessRequest& request) {
  const OwnedFd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  output_.reset(::memfd_create("output", MFD_CLOEXEC));
  errors_.reset(::memfd_create("errors", MFD_CLOEXEC));
  if (!input || !output_ || !errors_)
    result_.errors = "no file for '" + request.arguments.front() + "': " + std::strerror(errno);
  else
    pid_ = start(request, {input.get(), output_.get(), errors_.get()}, result_);
}

BackgroundProcess::~BackgroundProcess() {
  if (pid_ < 0) return;
  // Asked first: a compiler then removes its temporary files.
  ::kill(-pid_, SIGTERM);
  for (int waited_ms = 0; waited_ms < patience_ms && !has_ended(); ++waited_ms) ::usleep(1000);
  ::kill(-pid_, SIGKILL);
  take_status(pid_, result_);
}

bool BackgroundProcess::has_ended() {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

ProcessResult BackgroundProcess::wait(const std::function<void()>& tick) {
  if (pid_ < 0) return result_;
  const OwnedFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  bool is_asked_to_end = false;
  while (!has_ended()) {
    if (is_interrupted() && std::exchange(is_asked_to_end, true)) break;
    if (is_asked_to_end) ::kill(-pid_, SIGTERM);
    // Where the kernel has no such descriptors the time is waited for.
    pollfd ended{end.get(), POLLIN, 0};
    ::poll(&ended, 1, is_asked_to_end ? patience_ms : end ? 100 : 10);
    if (tick) tick();
  }
  if (is_interrupted()) ::kill(-pid_, SIGKILL);
  take_status(std::exchange(pid_, -1), result_);
  result_.output = content_of(output_);
  result_.errors = content_of(errors_);
  return result_;
}

std::string find_program(const std::string& program) {
  if (program.find('/') != std::string::npos)
    return ::access(program.c_str(), X_OK) == 0 ? absolute_path(program) : "";
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path != nullptr ? path : "/usr/bin:/bin", ':')) {
    const std::string candidate = (folder.empty() ? std::string(".") : folder) + '/' + program;
    if (::access(candidate.c_str(), X_OK) == 0 && stamp_of(candidate).kind == Stamp::Kind::file)
      return absolute_path(candidate);
  }
  return {};
}

const Installation& installation() {
  static const Installation found = [] {
    char self[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", self, sizeof self);
    const std::string program(self, length > 0 ? static_cast<std::size_t>(length) : 0);
    constexpr std::string_view programs_folder = "/libexec/hamcell";
    const std::string folder = parent_folder(program);
    const std::string prefix = folder.ends_with(programs_folder)
                                   ? folder.substr(0, folder.size() - programs_folder.size())
                                   : parent_folder(folder);
    const std::string programs = prefix + std::string(programs_folder) + '/';
    return Installation{programs + "hamcell-scan", programs + "hamcell-runner", programs + "hamcell-draw",
                        prefix + "/include",       programs + "prepared",       prefix + "/share/hamcell"};
  }();
  return found;
}

}  // namespace hamcell
