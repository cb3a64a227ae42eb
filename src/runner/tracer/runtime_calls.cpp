// Calls that a sanitizer's runtime makes for itself.
#include "runner/tracer/runtime_calls.h"

#include <link.h>

#include <cstdint>
#include <string_view>

namespace hamcell::tracer {
namespace {

/// Where a runtime's code is; there is one runtime at most. Empty: none.
struct Code {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

bool is_runtime_name(std::string_view path) {
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  for (const std::string_view beginning : {"libasan.", "libtsan.", "libubsan.", "liblsan.", "libclang_rt."})
    if (name.starts_with(beginning)) return true;
  return false;
}

int find_code(dl_phdr_info* object, std::size_t /*size*/, void* found) {
  if (!is_runtime_name(object->dlpi_name)) return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
    const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
    *static_cast<Code*>(found) = {begin, begin + segment.p_memsz};
    return 1;
  }
  return 0;
}

/// Found before main, when preloaded objects are there and no node has run.
const Code runtime = [] {
  Code code;
  ::dl_iterate_phdr(&find_code, &code);
  return code;
}();

}  // namespace

bool is_runtimes(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  return at >= runtime.begin && at < runtime.end;
}

}  // namespace hamcell::tracer
