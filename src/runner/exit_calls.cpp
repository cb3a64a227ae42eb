// In front of the functions that end the process: who called them is told to the driver first.
#include <cstdlib>

#include "runner/crash_handlers.h"
#include "runner/tracer/next.h"

namespace {

using Next = hamcell::tracer::Next<void(int)>;

[[noreturn]] void end_by(Next& next, const char* function, int status) {
  hamcell::note_exit(function, status);
  next(status);
  __builtin_unreachable();
}

}  // namespace

HAMCELL_REPLACES void exit(int status) noexcept {
  static constinit Next next("exit");
  end_by(next, "exit", status);
}
HAMCELL_REPLACES void quick_exit(int status) noexcept {
  static constinit Next next("quick_exit");
  end_by(next, "quick_exit", status);
}
// NOLINTBEGIN(bugprone-reserved-identifier): the C library's names.
HAMCELL_REPLACES void _exit(int status) {
  static constinit Next next("_exit");
  end_by(next, "_exit", status);
}
HAMCELL_REPLACES void _Exit(int status) noexcept {
  static constinit Next next("_Exit");
  end_by(next, "_Exit", status);
}
// NOLINTEND(bugprone-reserved-identifier)
