// Warnings that a compiler only gives because bodies were left out.
//
// No flag tells these from the warnings that a user wants to see: -Wunused-variable is about the variables of
// the file and about those of a function alike. But what some node can reach is known, with its place.
#include "build/unused_warnings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace hamcell {
namespace {

/// Without what colours it.
std::string plain(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      while (i < line.size() && !(line[i] >= 'A' && line[i] <= 'Z') && !(line[i] >= 'a' && line[i] <= 'z'))
        ++i;
      continue;
    }
    out += line[i];
  }
  return out;
}

/// The place at the start of "cell.cpp:3:12: warning: …"; nothing where a line does not begin a message.
std::optional<Place> place_of_message(const std::string& line) {
  for (const char* kind : {": warning: ", ": error: ", ": fatal error: "}) {
    const std::size_t end = line.find(kind);
    if (end == std::string::npos) continue;
    const std::vector<std::string> words = split(line.substr(0, end), ':');
    if (words.size() < 3) return Place{};
    Place place;
    place.column = static_cast<unsigned>(std::strtoul(words[words.size() - 1].c_str(), nullptr, 10));
    place.line = static_cast<unsigned>(std::strtoul(words[words.size() - 2].c_str(), nullptr, 10));
    place.file = line.substr(0, end - words[words.size() - 1].size() - words[words.size() - 2].size() - 2);
    return place;
  }
  return std::nullopt;
}

/// Lines in front of a message that say where it is.
bool leads_to_message(const std::string& line) {
  return line.starts_with("In file included from") || line.ends_with("At global scope:") ||
         (line.ends_with(':') && line.find(": In ") != std::string::npos);
}

/// "1 warning generated."
bool is_count(const std::string& line) { return line.ends_with(" generated."); }

bool says_unused(const std::string& line) {
  constexpr std::array<std::string_view, 8> warnings = {"unused-function",
                                                        "unused-variable",
                                                        "unused-const-variable",
                                                        "unused-macros",
                                                        "unused-template",
                                                        "unused-member-function",
                                                        "unneeded-internal-declaration",
                                                        "unneeded-member-function"};
  return std::ranges::any_of(warnings, [&](std::string_view warning) {
    return line.find("[-W" + std::string(warning)) != std::string::npos;
  });
}

class ReachedPlaces {
 public:
  explicit ReachedPlaces(const Cell& cell) : cell_(cell), table_(read_code_table(cell.model)) {
    for (std::size_t at = 0; at < cell.content.size(); at = cell.content.find('\n', at)) {
      if (at != 0 || !line_starts_.empty()) ++at;
      line_starts_.push_back(at);
      if (cell.content.find('\n', at) == std::string::npos) break;
    }
  }

  bool contain(const Place& place) const {
    const bool is_in_cell = place.file == cell_.path;
    return std::ranges::any_of(table_.parts, [&](const CodePart& part) {
      const bool is_same_file = is_in_cell ? part.place.file == cell_.path
                                           : absolute_path(part.place.file) == absolute_path(place.file);
      if (is_same_file && part.place.line == place.line && part.place.column == place.column) return true;
      return is_in_cell && is_in_head(part.text, place);
    });
  }

 private:
  /// One of several names that are declared together, or a variable with an initialiser; not what is in
  /// braces.
  bool is_in_head(const TextRange& text, const Place& place) const {
    if (place.line == 0 || place.line > line_starts_.size()) return false;
    const std::size_t at = line_starts_[place.line - 1] + place.column - 1;
    if (at < text.begin || at >= text.end) return false;
    return std::string_view(cell_.content).substr(text.begin, at - text.begin).find('{') ==
           std::string_view::npos;
  }

  const Cell& cell_;
  CodeTable table_;
  std::vector<std::size_t> line_starts_;
};

}  // namespace

std::string without_unused(const std::string& messages, const Cell& cell) {
  if (messages.find("-Wun") == std::string::npos) return messages;
  const ReachedPlaces reached(cell);
  std::string out, lead;
  bool is_dropped = false, has_dropped = false;
  for (const std::string& line : split(messages, '\n')) {
    const std::string text = plain(line);
    const std::optional<Place> place = place_of_message(text);
    if (place) {
      is_dropped = says_unused(text) && reached.contain(*place);
      has_dropped = has_dropped || is_dropped;
      if (!is_dropped) out += lead;
      lead.clear();
    } else if (leads_to_message(text)) {
      is_dropped = false;
      lead += line + '\n';
      continue;
    } else if (is_count(text)) {
      is_dropped = has_dropped;
    }
    if (!is_dropped) out += line + '\n';
  }
  out += lead;
  // The last line of the messages was followed by a line feed, too.
  while (out.ends_with("\n\n")) out.pop_back();
  return out == "\n" ? "" : out;
}

}  // namespace hamcell
