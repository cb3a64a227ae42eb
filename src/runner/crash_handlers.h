// What the runner does when a node crashes: it writes down how and where, for the driver.
#pragma once

#include <cstdint>

#include "run/last_words.h"

namespace hamcell {

/// Maps the memory for last words, and takes charge of the signals that end a process, as far as nothing else
/// has (a sanitizer does), and of std::terminate.
void prepare_last_words();

/// Frames in the shared object with this path, which must live on, are the cell's.
void set_cell_library(const char* path);

/// Gives this thread a stack for the handlers of signals, so that one that ran out of stack can still be
/// reported. Threads that nodes start have none.
void prepare_thread_for_crashes();

/// A node's function is about to be called in this thread, or has come back: --timeout and --memory count
/// from here. `most_memory`: bytes by which the process may grow meanwhile; 0: any number.
void note_node_begins(std::uint64_t most_memory);
void note_node_ends();

/// What the runner does next, for the driver to tell if that ends the process. `number`: of the value that
/// is released, or of the argument that is read.
void note_activity(LastWords::Activity activity, std::uint64_t number = 0);

/// Bytes by which the process has grown at most since note_node_begins(); 0 where the kernel does not say.
std::uint64_t memory_growth();

/// Writes down that `function` was called with `status`, which ends the process. What a child of this process
/// does is no matter of the driver's.
void note_exit(const char* function, int status);

}  // namespace hamcell
