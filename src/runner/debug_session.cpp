// A runner under a debugger: gdb sees the node's call as it is in any run, in a thread of its own.
#include "runner/debug_session.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"
#include "run/debug_script.h"

// Its name is debug_stop. It must stay a call that a breakpoint can be put on.
extern "C" __attribute__((visibility("default"), noinline)) void hamcell_before_node();
extern "C" void hamcell_before_node() { asm volatile(""); }

namespace hamcell {
namespace {

/// A node has no standard input in any run, and here it would take the debugger's.
void close_input() {
  const OwnedFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::dup2(nothing.get(), STDIN_FILENO);
}

std::string failure_text(const Answer& answer) {
  if (answer.damaged_argument >= 0) return "an argument cannot be loaded: " + answer.error;
  return answer.error_type.empty() ? answer.error : "threw " + answer.error_type + ": " + answer.error;
}

}  // namespace

int debug_session(const std::string& file, const std::function<Answer(const Command&)>& answer) {
  close_input();
  DebugScript script;
  if (!from_bytes(read_file(file).value_or(""), script)) {
    std::fputs("hamcell-runner: the script is not of this version of hamcell\n", stderr);
    return 1;
  }
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    Command command;
    if (!from_bytes(script.commands[i], command)) return 1;
    if (i + 1 == script.commands.size()) hamcell_before_node();
    const Answer result = answer(command);
    if (result.ok) continue;
    std::fprintf(stderr, "hamcell-runner: %s\n", failure_text(result).c_str());
    return 1;
  }
  return 0;
}

}  // namespace hamcell
