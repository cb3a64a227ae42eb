// In front of the functions that end the process: who called them is told to the driver first.
#include <cstdlib>

#include "runner/crash_handlers.h"
#include "runner/tracer/next.h"

using hamcell::tracer::Next;

HAMCELL_REPLACES void exit(int status) noexcept {
  static constinit Next<void(int)> next("exit");
  hamcell::note_exit("exit", status);
  next(status);
  __builtin_unreachable();
}
HAMCELL_REPLACES void quick_exit(int status) noexcept {
  static constinit Next<void(int)> next("quick_exit");
  hamcell::note_exit("quick_exit", status);
  next(status);
  __builtin_unreachable();
}
// NOLINTBEGIN(bugprone-reserved-identifier): the C library's names.
HAMCELL_REPLACES void _exit(int status) {
  static constinit Next<void(int)> next("_exit");
  hamcell::note_exit("_exit", status);
  next(status);
  __builtin_unreachable();
}
HAMCELL_REPLACES void _Exit(int status) noexcept {
  static constinit Next<void(int)> next("_Exit");
  hamcell::note_exit("_Exit", status);
  next(status);
  __builtin_unreachable();
}
// NOLINTEND(bugprone-reserved-identifier)
