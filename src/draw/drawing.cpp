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
  throw Failure(ExitStatus::storage, std::string("cannot start hamcell-draw: ") + std::strerror(error),
                "install hamcell anew");
}

/// Writes DOT text where it is to be, unless it is there already.
PictureAnswer written_text(const PictureRequest& request, bool is_there) {
  PictureAnswer answer;
  if (is_there) return answer;
  const std::string text = to_dot(request.diagram);
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

void Drawing::begin(const PictureRequest& request, std::int64_t made_from_ns) {
  Picture picture;
  picture.file = request.file;
  const bool to_file = request.file != "-";
  if (to_file) {
    check_place_for_file(request.file);
    picture.description = description_of(request);
  }
  const bool is_there = to_file && is_drawn(request.file, picture.description, made_from_ns);
  if (is_there || request.format == PictureFormat::dot) {
    picture.answer = written_text(request, is_there);
    if (to_file) remember_picture(picture.file, picture.description, picture.answer);
  } else {
    if (pid_ < 0) start();
    picture.is_asked_for = true;
    // Where it has ended already, there will be no answer, which says enough.
    send_message(socket_.get(), to_bytes(request));
  }
  pictures_.push_back(std::move(picture));
}

std::vector<PictureAnswer> Drawing::finish() {
  if (pid_ >= 0) {
    const bool goes_on = collect_answers();
    end(!goes_on);
    if (!goes_on)
      throw Failure(ExitStatus::interrupted, "interrupted before the pictures were drawn", "run it again");
  }
  std::vector<PictureAnswer> answers;
  for (Picture& picture : std::exchange(pictures_, {})) answers.push_back(std::move(picture.answer));
  return answers;
}

bool Drawing::collect_answers() {
  const bool was_interrupted = is_interrupted();
  ::shutdown(socket_.get(), SHUT_WR);
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  MessageReader reader;
  bool is_gone = false;
  int status = 0;
  for (Picture& picture : pictures_) {
    if (!picture.is_asked_for) continue;
    std::string_view bytes;
    MessageReader::State state = is_gone ? MessageReader::State::closed : reader.read(socket_.get(), bytes);
    while (state == MessageReader::State::waiting) {
      if (is_interrupted() && !was_interrupted) return false;
      pollfd readable{socket_.get(), POLLIN, 0};
      ::poll(&readable, 1, 1000);
      state = reader.read(socket_.get(), bytes);
    }
    if (state == MessageReader::State::message && from_bytes(bytes, picture.answer)) {
      remember_picture(picture.file, picture.description, picture.answer);
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
