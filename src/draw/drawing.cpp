// The driver's side of hamcell-draw.
#include "draw/drawing.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

#include "base/guard.h"
#include "base/interrupt.h"
#include "base/message.h"
#include "base/process.h"
#include "draw/known_picture.h"

namespace hamcell {
namespace {

[[noreturn]] void cannot_start(int error) {
  throw Failure(ExitStatus::storage, "cannot start '" + installation().draw + "': " + std::strerror(error),
                "install hamcell anew");
}

/// Not for long, so that whoever waits looks at what the user wants.
void wait_for_socket(int socket, int events) {
  pollfd waited{socket, static_cast<short>(events), 0};
  ::poll(&waited, 1, 1000);
}

[[noreturn]] void was_interrupted() {
  throw Failure(ExitStatus::interrupted, "interrupted before the pictures were drawn", "run it again");
}

/// Writes a text where it is to be, unless it is there already.
PictureAnswer written_text(const PictureRequest& request, bool is_there) {
  PictureAnswer answer;
  if (is_there) return answer;
  const std::string text = text_of(request.diagram, request.format);
  if (request.file == "-") {
    answer.picture = text;
    return answer;
  }
  write_file(request.file, text);
  answer.content = digest_of(text);
  answer.stamp = stamp_of_link(request.file);
  return answer;
}

}  // namespace

Drawing::~Drawing() {
  if (pid_ < 0) return;
  try {
    if (is_interrupted()) {
      end(true);
    } else {
      finish();
    }
  } catch (const Failure&) {
    // What keeps the driver from asking for the answers is what it reports.
  }
}

void Drawing::start() {
  int sockets[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) cannot_start(errno);
  OwnedFd socket(sockets[0]);
  const OwnedFd other_end(sockets[1]);
  errors_.reset(::memfd_create("hamcell-draw's errors", MFD_CLOEXEC));
  const OwnedFd nothing(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const std::string& program = installation().draw;
  if (!errors_ || !nothing || ::access(program.c_str(), X_OK) != 0) cannot_start(errno);
  ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
  std::string name = "hamcell-draw";
  char* arguments[] = {name.data(), nullptr};

  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) cannot_start(errno);
  if (child == 0) {
    // Only async-signal-safe calls from here to execv.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    // Of a group of its own: Ctrl-C reaches the driver alone.
    ::setpgid(0, 0);
    ::dup2(other_end.get(), 0);
    ::dup2(nothing.get(), 1);
    ::dup2(errors_.get(), 2);
    ::execv(program.c_str(), arguments);
    ::_exit(127);
  }
  // In both processes, so that the group is there whichever of them goes on first.
  ::setpgid(child, child);
  guard_group(child);
  pid_ = child;
  socket_ = std::move(socket);
}

void Drawing::send_some() {
  while (!to_send_.empty()) {
    const ssize_t sent = ::send(socket_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      to_send_.erase(0, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      to_send_.clear();
    }
  }
}

void Drawing::begin(PictureRequest request, std::int64_t made_from_ns) {
  Picture picture;
  picture.file = request.file;
  const bool to_file = request.file != "-" && !request.comes_back;
  // By its name, hamcell-draw would find what it has open itself.
  picture.is_written_here = to_file && place_of_file(request.file).empty();
  request.comes_back = !to_file || picture.is_written_here;
  if (to_file) {
    check_place_for_file(request.file);
    picture.description = description_of(request);
  }
  const bool is_there = to_file && is_drawn(request.file, picture.description, made_from_ns);
  if (is_there || is_text(request.format)) {
    picture.answer = written_text(request, is_there);
    if (to_file) remember_picture(picture.file, picture.description, picture.answer);
  } else {
    const bool is_first = pid_ < 0;
    if (is_first) start();
    picture.is_asked_for = true;
    add_message(to_send_, to_bytes(request));
    send_some();
    // It takes the first request at once, and the others when it has laid out the graph.
    const bool stays = is_interrupted();
    while (is_first && !to_send_.empty()) {
      if (is_interrupted() && !stays) was_interrupted();
      wait_for_socket(socket_.get(), POLLOUT);
      send_some();
    }
  }
  pictures_.push_back(std::move(picture));
}

void Drawing::take(Picture& picture) {
  if (!picture.is_written_here) return remember_picture(picture.file, picture.description, picture.answer);
  const std::string bytes = std::exchange(picture.answer.picture, {});
  if (!picture.answer.problems.empty()) return;
  try {
    write_file(picture.file, bytes);
  } catch (const Failure& failure) {
    picture.answer.problems = failure.problems();
  }
}

std::vector<PictureAnswer> Drawing::finish() {
  if (pid_ >= 0) {
    const bool goes_on = collect_answers();
    end(!goes_on);
    if (!goes_on) was_interrupted();
  }
  std::vector<PictureAnswer> answers;
  for (Picture& picture : std::exchange(pictures_, {})) answers.push_back(std::move(picture.answer));
  return answers;
}

bool Drawing::collect_answers() {
  const bool stays = is_interrupted();
  MessageReader reader;
  bool is_gone = false;
  int status = 0;
  for (Picture& picture : pictures_) {
    if (!picture.is_asked_for) continue;
    std::string_view bytes;
    MessageReader::State state = is_gone ? MessageReader::State::closed : reader.read(socket_.get(), bytes);
    while (state == MessageReader::State::waiting) {
      if (is_interrupted() && !stays) return false;
      send_some();
      if (to_send_.empty()) ::shutdown(socket_.get(), SHUT_WR);
      wait_for_socket(socket_.get(), to_send_.empty() ? POLLIN : POLLIN | POLLOUT);
      state = reader.read(socket_.get(), bytes);
    }
    if (state == MessageReader::State::message && from_bytes(bytes, picture.answer)) {
      take(picture);
      continue;
    }
    if (!std::exchange(is_gone, true)) status = end(false);
    const std::string said = read_file("/proc/self/fd/" + std::to_string(errors_.get())).value_or("");
    picture.answer = {};
    picture.answer.problems = {drawing_problem(picture.file, status, said)};
  }
  return true;
}

int Drawing::end(bool must_end) {
  int status = 0;
  if (pid_ < 0) return status;
  socket_.reset();
  if (must_end) ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  forget_group(pid_);
  pid_ = -1;
  return status;
}

}  // namespace hamcell
