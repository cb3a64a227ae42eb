// hamcell-draw: takes PictureRequests on the socket that is its standard input, and answers with
// PictureAnswers when no more come.
//
// The layout is made once. Each picture is then painted in a process of its own: on two cores two of them are
// painted at once, for which Graphviz's global state leaves no other way, and a crash loses one picture.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/message.h"
#include "base/process.h"
#include "draw/request.h"
#include "painter/layout.h"
#include "painter/render.h"

namespace {

using namespace hamcell;

/// A picture that is being painted, or one that is not and why.
struct Painting {
  std::string file;
  pid_t process = -1;
  OwnedFd pipe;  ///< what the process answers
  std::vector<Problem> problems;
};

void limit_time() {
  rlimit limit{};
  ::getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_cur, most_drawing_seconds);
  ::setrlimit(RLIMIT_CPU, &limit);
}

PictureAnswer painted(const PictureRequest& request, const Layout& layout) {
  PictureAnswer answer;
  try {
    std::string picture = render(request.diagram, layout, request.format);
    if (request.comes_back) {
      answer.picture = std::move(picture);
      return answer;
    }
    write_file(request.file, picture);
    answer.content = digest_of(picture);
    answer.stamp = stamp_of_link(request.file);
  } catch (const Failure& failure) {
    answer.problems = failure.problems();
  }
  return answer;
}

Problem no_process(const std::string& file) {
  return {{}, "cannot draw '" + file + "': no process for it: " + std::strerror(errno), "", {}, {}};
}

Painting begin_painting(const PictureRequest& request, const Layout& layout) {
  Painting painting;
  painting.file = request.file;
  int pipes[2];
  if (::pipe2(pipes, 0) != 0) {
    painting.problems = {no_process(request.file)};
    return painting;
  }
  painting.pipe.reset(pipes[0]);
  const OwnedFd answer_end(pipes[1]);
  const pid_t parent = ::getpid();
  painting.process = ::fork();
  if (painting.process < 0) painting.problems = {no_process(request.file)};
  if (painting.process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    const bool is_told = write_fully(answer_end.get(), to_bytes(painted(request, layout)));
    // Nothing that Graphviz would put away is worth the time.
    ::_exit(is_told ? 0 : 1);
  }
  return painting;
}

/// Waits for the end of the painting. What a process that crashed cannot say is said for it.
std::string answer_of(const Painting& painting) {
  PictureAnswer answer;
  answer.problems = painting.problems;
  if (painting.process < 0) return to_bytes(answer);
  std::string bytes;
  char piece[65536];
  while (true) {
    const ssize_t got = ::read(painting.pipe.get(), piece, sizeof piece);
    if (got > 0) bytes.append(piece, static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EINTR)) break;
  }
  int status = 0;
  while (::waitpid(painting.process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return bytes;
  answer.problems = {drawing_problem(painting.file, status, "")};
  return to_bytes(answer);
}

int run() {
  MessageReader reader;
  std::string_view bytes;
  std::optional<Layout> layout;
  std::vector<Painting> paintings;
  while (reader.read(STDIN_FILENO, bytes) == MessageReader::State::message) {
    PictureRequest request;
    if (!from_bytes(bytes, request)) {
      std::fputs("standard input is not a request of this version of hamcell\n", stderr);
      return 1;
    }
    try {
      if (!layout) layout = lay_out(request.diagram);
      paintings.push_back(begin_painting(request, *layout));
    } catch (const Failure& failure) {
      paintings.push_back({request.file, -1, OwnedFd(), failure.problems()});
    }
  }
  for (const Painting& painting : paintings)
    if (!send_message(STDIN_FILENO, answer_of(painting))) return 1;
  return 0;
}

}  // namespace

int main() {
  prepare_own_process();
  limit_time();
  try {
    return run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
