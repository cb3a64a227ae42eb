// How this process, and those that it starts, get their memory from the system.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hamcell {

/// Asks for the heap in huge pages, where the system gives them (Documentation/admin-guide/mm/transhuge.rst).
/// A cell of 10,000 nodes fills ten thousand usual pages, and the first write to each is a fault that takes
/// as long as a node's share of the work. Called before there is much on the heap.
void prefer_huge_pages();

/// Environment variables that do the same for a program that is about to be started and works with much
/// memory from malloc: clang fills twenty thousand usual pages with the headers of a small cell, a fifth of
/// its time. (GCC has its memory from the system itself.) Empty where the user has set such variables.
/// https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
std::vector<std::pair<std::string, std::string>> huge_page_environment();

}  // namespace hamcell
