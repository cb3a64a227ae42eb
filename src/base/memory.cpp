// How this process gets its memory from the system.
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

}  // namespace hamcell
