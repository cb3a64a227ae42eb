// Standard output and standard error as a user sees them.
#pragma once

#include <string_view>

#include "base/error.h"
#include "cli/options.h"
#include "report/progress.h"

namespace hamcell {

/// Whether colours go to this file descriptor: by --color, NO_COLOR (https://no-color.org) and what it is.
bool wants_color(ColorWhen when, int fd);

/// Columns of the terminal on `fd`; COLUMNS, else 100, where it is none.
std::size_t terminal_columns(int fd);

/// One line on a terminal that can be told to go back in it, plain lines elsewhere, nothing with --quiet.
ProgressOptions progress_options(const Options& options);

/// Writes to standard output. A reader that has gone (`| head`) is no error; anything else is: Failure
/// (storage).
void print(std::string_view text);

/// Writes problems to standard error in the one format.
void report(const std::vector<Problem>& problems, Severity severity, bool color);

}  // namespace hamcell
