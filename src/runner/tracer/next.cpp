// Finds the functions behind those that the runner replaces: by the names that it exports.
#include "runner/tracer/next.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "runner/tracer/dynamic_tables.h"

namespace hamcell::tracer {
namespace {

struct NextFunction {
  const char* name;
  void* function;
};

bool comes_before(const NextFunction& a, const NextFunction& b) { return std::strcmp(a.name, b.name) < 0; }

/// Sorted by name. Made before there is a second thread, and never changed or freed then.
constinit const std::vector<NextFunction>* replaced_functions = nullptr;

/// The first object is the program itself.
int add_functions(dl_phdr_info* object, std::size_t, void* functions) {
  const DynamicTables tables(*object);
  const std::size_t count = tables.symbol_count();
  for (std::size_t i = 0; i < count; ++i) {
    const ElfW(Sym)& symbol = tables.symbols[i];
    if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol.st_info) != STT_FUNC) continue;
    static_cast<std::vector<NextFunction>*>(functions)->push_back({tables.name_of(symbol), nullptr});
  }
  return 1;
}

}  // namespace

void* next_function(const char* name) {
  if (replaced_functions != nullptr) {
    const auto found = std::lower_bound(replaced_functions->begin(), replaced_functions->end(),
                                        NextFunction{name, nullptr}, comes_before);
    if (found != replaced_functions->end() && std::strcmp(found->name, name) == 0) return found->function;
  }
  return ::dlsym(RTLD_NEXT, name);
}

void find_replaced_functions() {
  auto* const functions = new std::vector<NextFunction>;
  ::dl_iterate_phdr(&add_functions, functions);
  for (NextFunction& next : *functions) next.function = ::dlsym(RTLD_NEXT, next.name);
  std::ranges::sort(*functions, comes_before);
  replaced_functions = functions;
}

}  // namespace hamcell::tracer
