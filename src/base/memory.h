// How this process gets its memory from the system.
#pragma once

namespace hamcell {

/// Asks for the heap in huge pages, where the system gives them (Documentation/admin-guide/mm/transhuge.rst).
/// A cell of 10,000 nodes fills ten thousand usual pages, and the first write to each is a fault that takes
/// as long as a node's share of the work. Called before there is much on the heap.
void prefer_huge_pages();

}  // namespace hamcell
