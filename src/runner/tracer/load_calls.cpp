// In front of dlopen.
#include "runner/tracer/loaded_objects.h"
#include "runner/tracer/next.h"
#include "runner/tracer/tracer.h"

// Where the loader looks depends on who calls (its own RUNPATH, $ORIGIN), which it tells from the return
// address: so this must end in a jump, which it does where it is compiled with optimisation, as
// CMakeLists.txt asks for.
HAMCELL_REPLACES void* dlopen(const char* name, int mode) noexcept {
  hamcell::tracer::note_load(name, __builtin_return_address(0));
  static constinit hamcell::tracer::Next<decltype(::dlopen)> next("dlopen");
  return next(name, mode);
}
