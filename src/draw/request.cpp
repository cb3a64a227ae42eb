// What the driver asks of hamcell-draw, and how an end without an answer is told.
#include "draw/request.h"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

#include "base/text.h"

namespace hamcell {

Problem drawing_problem(const std::string& file, int status, const std::string& errors) {
  const std::string said = shortened(visible(split(trimmed(errors), '\n').front()), 300);
  std::string how = "gave no answer";
  if (WIFSIGNALED(status)) {
    how = WTERMSIG(status) == SIGXCPU ? "did not end within " + std::to_string(most_drawing_seconds) + " s"
                                      : std::string("was ended by ") + ::strsignal(WTERMSIG(status));
  } else if (WEXITSTATUS(status) == 127 && said.empty()) {
    how = "could not be started";  // the loader, where it is to blame, says what it misses
  } else if (WEXITSTATUS(status) != 0) {
    how = "failed" + (said.empty() ? " with status " + std::to_string(WEXITSTATUS(status)) : ": " + said);
  }
  return {{}, "cannot draw '" + file + "': hamcell-draw " + how, "draw with --format dot", {}, {}};
}

}  // namespace hamcell
