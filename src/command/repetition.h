// Runs that only say again what the last one said: the way to an answer in milliseconds.
//
// A run in which every node came from the cache leaves behind, in the user's cache folder, all that its
// answer depended on: the cell, its headers, the folders that were searched for them, the files and variables
// that its nodes had read, the state of the cache. The same command in the same surroundings then looks at
// just these. While all of them are as they were, every stage would decide as it did, so none of them is
// asked. Whatever is not as it was, or cannot be known, leads back to the usual way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/options.h"
#include "run/execute.h"

namespace hamcell {

/// Stands for a command line, without the program's name, and for all around it that can change what it does:
/// the working folder, the environment, the terminal, the user, this very hamcell.
Invocation invocation_of(const std::vector<std::string>& arguments);

/// Does again what an earlier run of the same invocation did, if nothing has changed since: the run gets into
/// the history, its table onto standard output. Nothing if that cannot be; then nothing has happened yet.
std::optional<ExitStatus> repeat_run(const Invocation& invocation);

/// What a run printed: the table, and on the line below what stands beside counts and times.
struct PrintedRun {
  std::string table;
  std::vector<std::string> pictures;  ///< paths as written
};

/// The cache as it was before a run asked it anything: what others have stored since may have been too late
/// for it.
struct CacheState {
  std::string folder;
  std::int64_t generation = 0;
};

/// Keeps a run for repeat_run, if it is one whose answer the same command would get again. A failure to do so
/// costs the next run time and nothing else.
void keep_for_repetition(const Options& options, const Cell& cell, const RunResult& result,
                         const CacheState& cache, const PrintedRun& printed);

/// Prints the line below the table.
void print_summary(const std::string& summary, const std::vector<std::string>& pictures);

}  // namespace hamcell
