// Finds the functions behind those that the runner replaces: by the names that it exports.
#include "runner/tracer/next.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace hamcell::tracer {
namespace {

struct NextFunction {
  const char* name;
  void* function;
};

bool comes_before(const NextFunction& a, const NextFunction& b) { return std::strcmp(a.name, b.name) < 0; }

/// Sorted by name. Made before there is a second thread, and never changed or freed then.
constinit const std::vector<NextFunction>* replaced_functions = nullptr;

// NOLINTBEGIN(performance-no-int-to-ptr): the loader's tables hold addresses as numbers.
/// The dynamic symbols of an object (System V ABI, chapter "Dynamic Linking").
struct Symbols {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const std::uint32_t* hash = nullptr;
  const std::uint32_t* gnu_hash = nullptr;

  explicit Symbols(const dl_phdr_info& object) {
    for (int i = 0; i < object.dlpi_phnum; ++i) {
      if (object.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
      const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + object.dlpi_phdr[i].p_vaddr);
      for (; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_HASH) hash = reinterpret_cast<const std::uint32_t*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_GNU_HASH) gnu_hash = reinterpret_cast<const std::uint32_t*>(entry->d_un.d_ptr);
      }
    }
  }

  /// No table says how many there are, but both kinds of hash table have all that are defined.
  std::size_t count() const {
    if (symbols == nullptr || names == nullptr) return 0;
    if (hash != nullptr) return hash[1];  // nchain
    if (gnu_hash == nullptr) return 0;
    const std::uint32_t bucket_count = gnu_hash[0];
    const std::uint32_t first_symbol = gnu_hash[1];
    const std::uint32_t* const buckets =
        gnu_hash + 4 + gnu_hash[2] * (sizeof(ElfW(Addr)) / sizeof(std::uint32_t));
    const std::uint32_t* const chains = buckets + bucket_count;
    std::uint32_t last = *std::max_element(buckets, buckets + bucket_count);
    if (last < first_symbol) return first_symbol;
    // The lowest bit of a hash marks the end of its chain.
    while ((chains[last - first_symbol] & 1U) == 0) ++last;
    return last + 1;
  }
};
// NOLINTEND(performance-no-int-to-ptr)

/// The first object is the program itself.
int add_functions(dl_phdr_info* object, std::size_t, void* functions) {
  const Symbols table(*object);
  const std::size_t count = table.count();
  for (std::size_t i = 0; i < count; ++i) {
    const ElfW(Sym)& symbol = table.symbols[i];
    if (symbol.st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol.st_info) != STT_FUNC) continue;
    static_cast<std::vector<NextFunction>*>(functions)->push_back({table.names + symbol.st_name, nullptr});
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
