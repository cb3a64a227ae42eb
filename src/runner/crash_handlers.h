// What the runner does when a node crashes: it writes down how and where, for the driver.
#pragma once

#include <cstdint>
#include <optional>

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

/// The call that makes this value is at work; 0: none is.
void note_call(std::uint64_t value);

/// Whether the driver has taken back what it sent ahead in this period.
bool is_retracted(std::uint64_t period);

/// Bytes that were ever printed into the pipe with this descriptor, those in it and those that the driver has
/// taken out of it; nothing where that cannot be told.
std::optional<std::uint64_t> printed_bytes(int pipe);

/// Bytes by which the process has grown at most since note_node_begins(); 0 where the kernel does not say.
std::uint64_t memory_growth();

/// Writes down that `function` was called with `status`, which ends the process. What a child of this process
/// does is no matter of the driver's.
void note_exit(const char* function, int status);

}  // namespace hamcell
