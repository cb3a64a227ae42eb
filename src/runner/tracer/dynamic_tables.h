// What the loader keeps of an object in memory, to be walked: System V ABI, chapter "Dynamic Linking".
#pragma once

#include <link.h>

#include <cstddef>
#include <cstdint>

namespace hamcell::tracer {

/// Null, or 0, where the object has no such table.
struct DynamicTables {
  explicit DynamicTables(const dl_phdr_info& object);

  /// How many symbols there are; 0 where nothing says so.
  std::size_t symbol_count() const;
  const char* name_of(const ElfW(Sym) & symbol) const { return names + symbol.st_name; }

  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const ElfW(Rela) * relocations = nullptr;
  std::size_t relocation_count = 0;

 private:
  const std::uint32_t* hash_ = nullptr;
  const std::uint32_t* gnu_hash_ = nullptr;
};

}  // namespace hamcell::tracer
