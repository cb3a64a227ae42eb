// From places in a built cell to source lines, by addr2line of the GNU binutils, which every compiler needs.
//
// Cells are compiled without debug information, which would cost each of them time for the few that crash. It
// does not change the code, so a second build that has it is asked where the places in the first one are.
#include "build/source_lines.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/process.h"
#include "base/text.h"
#include "build/build.h"
#include "build/moved_lines.h"

namespace hamcell {
namespace {

bool is_users(const Cell& cell, const std::string& file) {
  if (file == absolute_path(cell.path) || file == cell.path) return true;
  const auto& sources = cell.toolchain.sources;
  if (std::ranges::any_of(sources, [&](const std::string& source) { return absolute_path(source) == file; }))
    return true;
  const auto& files = cell.model.files;
  return std::ranges::any_of(files,
                             [&](const SourceFile& known) { return !known.is_system && known.path == file; });
}

/// "file:line", and perhaps more behind it.
Place place_in(const Cell& cell, const std::string& text) {
  const std::size_t colon = text.find_last_of(':');
  if (colon == std::string::npos) return {};
  Place place{text.substr(0, colon), 0, 0};
  place.line = static_cast<unsigned>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
  if (place.line == 0 || !is_users(cell, place.file)) return {};
  const std::string here = absolute_path(".") + '/';
  if (place.file == absolute_path(cell.path))
    place.file = cell.path;
  else if (place.file.starts_with(here))
    place.file.erase(0, here.size());
  return place;
}

std::vector<std::string> command(const std::string& library, const std::vector<std::uint64_t>& offsets) {
  std::vector<std::string> words = {"addr2line", "--exe=" + library, "--functions", "--demangle",
                                    "--inlines"};
  for (const std::uint64_t offset : offsets) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(offset));
    words.emplace_back(text);
  }
  return words;
}

}  // namespace

std::vector<CodeFrame> source_lines(const Cell& cell, const std::string& library,
                                    const std::vector<std::uint64_t>& offsets,
                                    const std::function<void()>& tick) {
  if (offsets.empty()) return {};
  std::vector<CodeFrame> frames;
  try {
    std::string then;
    const std::optional<std::string> located = build_for_locating(cell, library, tick, then);
    if (!located) return {};
    const ProcessResult result = run_process({command(*located, offsets), "", "", {}, tick});
    if (!result.succeeded()) return {};
    const MovedLines moved(then, cell.content);
    // A line for the function, and one for the place.
    const std::vector<std::string> lines = split(result.output, '\n');
    for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
      Place place = place_in(cell, lines[i + 1]);
      if (place.file == cell.path) place.line = moved.line_of(place.line);
      if (!place.file.empty()) frames.push_back({lines[i], std::move(place)});
    }
  } catch (const Failure&) {
    return {};  // that the node failed is said without them
  }
  return frames;
}

}  // namespace hamcell
