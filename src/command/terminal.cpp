// Standard output and standard error as a user sees them.
#include "command/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/file.h"

namespace hamcell {

namespace {

/// Whether this is a terminal that understands more than text.
bool takes_escape_sequences(int fd) {
  const char* term = std::getenv("TERM");
  return ::isatty(fd) == 1 && (term == nullptr || std::strcmp(term, "dumb") != 0);
}

}  // namespace

bool wants_color(ColorWhen when, int fd) {
  if (when != ColorWhen::automatic) return when == ColorWhen::always;
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && takes_escape_sequences(fd);
}

std::size_t terminal_columns(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  const unsigned long given = columns != nullptr ? std::strtoul(columns, nullptr, 10) : 0;
  return given >= 20 && given <= 10'000 ? given : 100;
}

ProgressOptions progress_options(const Options& options) {
  ProgressOptions progress;
  if (!options.quiet)
    progress.form = takes_escape_sequences(STDERR_FILENO) ? ProgressForm::one_line : ProgressForm::lines;
  progress.columns = [] { return terminal_columns(STDERR_FILENO); };
  progress.color = wants_color(options.color, STDERR_FILENO);
  progress.verbosity = options.quiet ? 0 : static_cast<int>(options.log_level);
  progress.log_file = options.log_file.value_or("");
  return progress;
}

void print(std::string_view text) {
  static bool reader_is_gone = false;
  if (reader_is_gone || write_fully(STDOUT_FILENO, text)) return;
  if (errno != EPIPE)
    throw Failure(ExitStatus::storage,
                  std::string("cannot write to standard output: ") + std::strerror(errno));
  reader_is_gone = true;
}

void report(const std::vector<Problem>& problems, Severity severity, bool color) {
  for (const Problem& problem : problems) write_to_user(format_problem(problem, severity, color));
}

}  // namespace hamcell
