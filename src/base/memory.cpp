// How this process, and those that it starts, get their memory from the system.
#include "base/memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace hamcell {

void prefer_huge_pages() {
  constexpr std::uintptr_t huge_page = std::uintptr_t{2} << 20;
  constexpr int room = 64 << 20;
  // What is larger than this is likely a value, and goes back to the system when it is freed.
  constexpr int most_on_heap = 16 << 20;
  ::mallopt(M_TOP_PAD, room);
  ::mallopt(M_TRIM_THRESHOLD, room);
  ::mallopt(M_MMAP_THRESHOLD, most_on_heap);
  const auto heap_end = [] { return static_cast<char*>(::sbrk(0)); };
  char* const first = heap_end() + (-reinterpret_cast<std::uintptr_t>(heap_end()) % huge_page);
  // What the heap has no room for yet makes it larger, by as much more as was set above.
  void* volatile const block = std::malloc(most_on_heap / 2);
  std::free(block);
  if (heap_end() > first) ::madvise(first, static_cast<std::size_t>(heap_end() - first), MADV_HUGEPAGE);
}

std::vector<std::pair<std::string, std::string>> huge_page_environment() {
  constexpr const char* name = "GLIBC_TUNABLES";
  if (const char* set = std::getenv(name); set != nullptr && *set != '\0') return {};
  // A heap that grows by the usual 128 KiB has no room for a huge page when it is written to.
  return {
      {name, "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=16777216:glibc.malloc.mmap_threshold=16777216"}};
}

}  // namespace hamcell
