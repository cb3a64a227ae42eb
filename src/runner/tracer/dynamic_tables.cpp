// Reads the tables of a loaded object.
#include "runner/tracer/dynamic_tables.h"

#include <algorithm>

namespace hamcell::tracer {

static_assert(sizeof(void*) == 8, "relocations are read in their 64-bit form");

DynamicTables::DynamicTables(const dl_phdr_info& object) {
  // NOLINTBEGIN(performance-no-int-to-ptr): the loader's tables hold addresses as numbers.
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    if (object.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
    const auto* entry = reinterpret_cast<const ElfW(Dyn)*>(object.dlpi_addr + object.dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; ++entry) {
      // The loader has already made these absolute addresses.
      const auto address = entry->d_un.d_ptr;
      if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(address);
      if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(address);
      if (entry->d_tag == DT_RELA) relocations = reinterpret_cast<const ElfW(Rela)*>(address);
      if (entry->d_tag == DT_RELASZ) relocation_count = entry->d_un.d_val / sizeof(ElfW(Rela));
      if (entry->d_tag == DT_HASH) hash_ = reinterpret_cast<const std::uint32_t*>(address);
      if (entry->d_tag == DT_GNU_HASH) gnu_hash_ = reinterpret_cast<const std::uint32_t*>(address);
    }
  }
  // NOLINTEND(performance-no-int-to-ptr)
}

std::size_t DynamicTables::symbol_count() const {
  if (symbols == nullptr || names == nullptr) return 0;
  // No entry says it, but both kinds of hash table have all that are defined.
  if (hash_ != nullptr) return hash_[1];  // nchain
  if (gnu_hash_ == nullptr) return 0;
  const std::uint32_t bucket_count = gnu_hash_[0];
  const std::uint32_t first_symbol = gnu_hash_[1];
  const std::size_t filter_size = gnu_hash_[2] * (sizeof(ElfW(Addr)) / sizeof(std::uint32_t));
  const std::uint32_t* const buckets = gnu_hash_ + 4 + filter_size;
  const std::uint32_t* const chains = buckets + bucket_count;
  std::uint32_t last = *std::max_element(buckets, buckets + bucket_count);
  if (last < first_symbol) return first_symbol;
  // The lowest bit of a hash marks the end of its chain.
  while ((chains[last - first_symbol] & 1U) == 0) ++last;
  return last + 1;
}

}  // namespace hamcell::tracer
