// Where lines of an earlier state of a cell are in its text of now.
//
// Only code is looked for that did not change. Lines that are there once in both texts tell how far what
// stands beside them has moved: a line that several functions have (`return sum;`) goes by the nearest of
// these, as long as everything between the two is the same.
#include "build/moved_lines.h"

#include <algorithm>

#include "base/text.h"

namespace hamcell {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines = {""};
  for (std::string& line : split(text, '\n')) {
    std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    lines.push_back(std::move(line));
  }
  return lines;
}

std::unordered_map<std::string_view, unsigned> single_lines(const std::vector<std::string>& lines) {
  std::unordered_map<std::string_view, unsigned> numbers;  // 0: there are several
  for (unsigned i = 1; i < lines.size(); ++i) {
    const auto [found, is_new] = numbers.try_emplace(lines[i], i);
    if (!is_new) found->second = 0;
  }
  std::erase_if(numbers, [](const auto& line) { return line.second == 0; });
  return numbers;
}

}  // namespace

MovedLines::MovedLines(std::string_view then, std::string_view now) : is_same_(then == now) {
  if (is_same_) return;
  before_ = lines_of(then);
  now_ = lines_of(now);
  anchors_ = single_lines(before_);
  const std::unordered_map<std::string_view, unsigned> single = single_lines(now_);
  std::erase_if(anchors_, [&](const auto& line) { return !single.contains(line.first); });
  for (auto& [line, number] : anchors_) number = single.at(line);
}

unsigned MovedLines::line_of(unsigned line) const {
  if (is_same_) return line;
  if (line == 0 || line >= before_.size()) return 0;
  if (const unsigned above = line_beside(line, -1); above != 0) return above;
  return line_beside(line, 1);
}

/// By the nearest anchor in one direction.
unsigned MovedLines::line_beside(unsigned line, int direction) const {
  const long count = static_cast<long>(before_.size());
  const long now_count = static_cast<long>(now_.size());
  long anchor = line;
  while (anchor > 0 && anchor < count && !anchors_.contains(before_[static_cast<std::size_t>(anchor)]))
    anchor += direction;
  if (anchor <= 0 || anchor >= count) return 0;
  const long moved = static_cast<long>(anchors_.at(before_[static_cast<std::size_t>(anchor)])) - anchor;
  for (long at = anchor;; at -= direction) {
    const long there = at + moved;
    if (there <= 0 || there >= now_count) return 0;
    if (before_[static_cast<std::size_t>(at)] != now_[static_cast<std::size_t>(there)]) return 0;
    if (at == static_cast<long>(line)) return static_cast<unsigned>(there);
  }
}

}  // namespace hamcell
