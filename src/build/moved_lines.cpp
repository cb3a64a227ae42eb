// Where lines of an earlier state of a cell are in its text of now.
//
// Only code is looked for that did not change. Lines that are there once in both texts tell how far what
// stands around them has moved; a line that several functions have (`return sum;`) goes by the nearest of
// these.
#include "build/moved_lines.h"

#include <cstdlib>
#include <utility>

#include "build/glue.h"

namespace hamcell {
namespace {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

void set_line(std::vector<std::string_view>& lines, std::size_t number, std::string_view line) {
  if (lines.size() <= number) lines.resize(number + 1);
  lines[number] = line;
}

/// The cell's part of a unit. Where a marker (`# 12 "cell.cpp"`) says the number again, a line of the glue
/// stood.
std::vector<std::string_view> lines_of_cell(std::string_view unit) {
  std::vector<std::string_view> lines;
  std::size_t number = 0;
  while (!unit.empty()) {
    const std::string_view line = take_line(unit);
    const bool is_marker = line.starts_with("# ") && line.ends_with('"');
    if (is_marker && line.find(glue_file_name) != std::string_view::npos) break;
    if (is_marker)
      number = std::strtoul(std::string(line.substr(2)).c_str(), nullptr, 10);
    else
      set_line(lines, number++, line);
  }
  return lines;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t number = 1; !text.empty(); ++number) set_line(lines, number, take_line(text));
  return lines;
}

std::unordered_map<std::string_view, unsigned> single_lines(const std::vector<std::string_view>& lines) {
  std::unordered_map<std::string_view, unsigned> numbers;  // 0: there are several
  for (unsigned i = 1; i < lines.size(); ++i) {
    const auto [found, is_new] = numbers.try_emplace(lines[i], i);
    if (!is_new) found->second = 0;
  }
  std::erase_if(numbers, [](const auto& line) { return line.second == 0; });
  return numbers;
}

}  // namespace

MovedLines::MovedLines(std::string unit, std::string content)
    : unit_(std::move(unit)),
      content_(std::move(content)),
      before_(lines_of_cell(unit_)),
      after_(lines_of(content_)),
      anchors_(single_lines(before_)) {
  const std::unordered_map<std::string_view, unsigned> now = single_lines(after_);
  std::erase_if(anchors_, [&](const auto& line) { return !now.contains(line.first); });
  for (auto& [line, number] : anchors_) number = now.at(line);
}

unsigned MovedLines::line_of(unsigned line) const {
  if (line == 0 || line >= before_.size()) return 0;
  if (const unsigned above = line_beside(line, -1); above != 0) return above;
  return line_beside(line, 1);
}

/// By the nearest anchor in one direction.
unsigned MovedLines::line_beside(unsigned line, int direction) const {
  for (long at = line; at > 0 && at < static_cast<long>(before_.size()); at += direction) {
    const auto anchor = anchors_.find(before_[static_cast<std::size_t>(at)]);
    if (anchor == anchors_.end()) continue;
    const long now = static_cast<long>(anchor->second) + (static_cast<long>(line) - at);
    const bool is_same = now > 0 && now < static_cast<long>(after_.size()) &&
                         after_[static_cast<std::size_t>(now)] == before_[line];
    return is_same ? static_cast<unsigned>(now) : 0;
  }
  return 0;
}

}  // namespace hamcell
