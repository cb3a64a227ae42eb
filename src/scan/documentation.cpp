// The text of documentation comments.
#include "scan/documentation.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace hamcell {
namespace {

void strip_front(std::string_view& line, std::initializer_list<std::string_view> markers) {
  for (const std::string_view marker : markers)
    if (line.starts_with(marker)) {
      line.remove_prefix(marker.size());
      return;
    }
}

/// One line without white space in front, its marker, and white space behind.
std::string_view without_markers(std::string_view line, bool& in_block) {
  line = trimmed(line);
  const bool opens = line.starts_with("/*");
  if (opens) {
    strip_front(line, {"/**<", "/*!<", "/**", "/*!", "/*"});
  } else if (in_block) {
    if (!line.starts_with("*/")) strip_front(line, {"*"});
  } else {
    strip_front(line, {"///<", "//!<", "///", "//!", "//"});
  }
  in_block = in_block || opens;
  if (in_block && line.ends_with("*/")) {
    line.remove_suffix(2);
    while (line.ends_with("*")) line.remove_suffix(1);
    in_block = false;
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  return line;
}

std::size_t indentation(std::string_view line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

}  // namespace

std::string comment_text(std::string_view comment) {
  const std::vector<std::string> raw = split(comment, '\n');
  std::vector<std::string_view> lines;
  bool in_block = false;
  for (const std::string& line : raw) lines.push_back(without_markers(line, in_block));
  while (!lines.empty() && trimmed(lines.back()).empty()) lines.pop_back();
  while (!lines.empty() && trimmed(lines.front()).empty()) lines.erase(lines.begin());

  std::size_t common = std::string_view::npos;
  for (const std::string_view line : lines)
    if (!line.empty()) common = std::min(common, indentation(line));
  std::vector<std::string> out;
  for (const std::string_view line : lines)
    out.emplace_back(line.empty() ? line : line.substr(std::min(common, line.size())));
  return join(out, "\n");
}

}  // namespace hamcell
