// Formats problems for the terminal.
#include "base/error.h"

#include "base/text.h"

namespace hamcell {

std::string Place::text() const {
  if (file.empty()) return {};
  std::string out = file;
  if (line == 0) return out;
  out += ':' + std::to_string(line);
  if (column != 0) out += ':' + std::to_string(column);
  return out;
}

std::string format_problem(const Problem& problem, Severity severity, bool color) {
  struct Look {
    const char* word;
    const char* escape;
  };
  static constexpr Look looks[] = {
      {"error", "\033[1;31m"}, {"warning", "\033[1;35m"}, {"note", "\033[1;36m"}};
  const Look& look = looks[static_cast<int>(severity)];
  const char* bold = color ? "\033[1m" : "";
  const char* reset = color ? "\033[0m" : "";

  std::string out = problem.verbatim;
  if (!out.empty() && out.back() != '\n') out += '\n';
  out += bold;
  out += problem.place.file.empty() ? "hamcell" : visible(problem.place.text());
  out += ": ";
  out += reset;
  out += color ? look.escape : "";
  out += look.word;
  out += ": ";
  out += reset;
  out += visible(problem.what, {.keep_layout = true}) + '\n';
  for (const Note& note : problem.notes) {
    out += "  ";
    if (!note.place.file.empty()) out += visible(note.place.text()) + ": ";
    out += visible(note.text, {.keep_layout = true}) + '\n';
  }
  if (!problem.next.empty()) out += "  help: " + visible(problem.next, {.keep_layout = true}) + '\n';
  return out;
}

}  // namespace hamcell
