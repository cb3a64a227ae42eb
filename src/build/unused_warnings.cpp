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

/// Cuts ":12" off the end.
std::optional<unsigned> take_number(std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon + 1 == text.size() ||
      text.find_first_not_of("0123456789", colon + 1) != std::string::npos)
    return std::nullopt;
  const auto number = static_cast<unsigned>(std::strtoul(text.c_str() + colon + 1, nullptr, 10));
  text.erase(colon);
  return number;
}

/// The place at the start of "cell.cpp:3:12: warning: …"; nothing where a line does not begin a message.
std::optional<Place> place_of_message(const std::string& line) {
  for (const char* kind : {": warning: ", ": error: ", ": fatal error: "}) {
    const std::size_t end = line.find(kind);
    if (end == std::string::npos) continue;
    Place place{line.substr(0, end), 0, 0};
    // GCC tells no column of a macro.
    const std::optional<unsigned> last = take_number(place.file);
    const std::optional<unsigned> first = take_number(place.file);
    place.line = first ? *first : last.value_or(0);
    place.column = first ? last.value_or(0) : 0;
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

/// Members are anywhere in the part that is their class.
bool is_about_member(const std::string& line) { return line.find("member-function]") != std::string::npos; }

class ReachedPlaces {
 public:
  explicit ReachedPlaces(const Cell& cell) : cell_(cell), table_(read_code_table(cell.model)) {
    line_starts_ = {0};
    for (std::size_t end = cell.content.find('\n'); end != std::string::npos;
         end = cell.content.find('\n', end + 1))
      line_starts_.push_back(end + 1);
  }

  bool contain(const Place& place, bool is_member) const {
    const bool is_in_cell = place.file == cell_.path;
    // GCC counts a tab as eight columns.
    const bool has_column = place.column != 0 && !(is_in_cell && has_tab(place.line));
    return std::ranges::any_of(table_.parts, [&](const CodePart& part) {
      const bool is_same_file = is_in_cell ? part.place.file == cell_.path
                                           : absolute_path(part.place.file) == absolute_path(place.file);
      if (is_same_file && part.place.line == place.line && (!has_column || part.place.column == place.column))
        return true;
      return is_in_cell && is_declared_in(part.text, place, is_member);
    });
  }

 private:
  bool has_tab(unsigned line) const {
    if (line == 0 || line > line_starts_.size()) return false;
    const std::size_t begin = line_starts_[line - 1];
    return std::string_view(cell_.content)
               .substr(begin, cell_.content.find('\n', begin) - begin)
               .find('\t') != std::string_view::npos;
  }

  /// One of several names that are declared together: outside of all braces, or a member anywhere.
  bool is_declared_in(const TextRange& text, const Place& place, bool is_member) const {
    if (place.line == 0 || place.line > line_starts_.size()) return false;
    const std::size_t at = line_starts_[place.line - 1] + std::max(place.column, 1U) - 1;
    if (at < text.begin || at >= text.end) return false;
    const std::string_view before = std::string_view(cell_.content).substr(text.begin, at - text.begin);
    return is_member || std::ranges::count(before, '{') == std::ranges::count(before, '}');
  }

  const Cell& cell_;
  CodeTable table_;
  std::vector<std::size_t> line_starts_;
};

/// "2 warnings generated."
std::string count_text(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " warning" : " warnings") + " generated.";
}

}  // namespace

std::string without_unused(const std::string& messages, const Cell& cell) {
  if (messages.find("-Wun") == std::string::npos) return messages;
  const ReachedPlaces reached(cell);
  std::string out, lead;
  bool is_dropped = false, has_dropped = false;
  std::size_t warnings = 0;
  for (const std::string& line : split(messages, '\n')) {
    const std::string text = without_colors(line);
    const std::optional<Place> place = place_of_message(text);
    if (place) {
      is_dropped = says_unused(text) && reached.contain(*place, is_about_member(text));
      has_dropped = has_dropped || is_dropped;
      if (!is_dropped) out += lead;
      warnings += is_dropped ? 0 : 1;
      lead.clear();
    } else if (leads_to_message(text)) {
      is_dropped = false;
      lead += line + '\n';
      continue;
    } else if (is_count(text) && has_dropped) {
      if (warnings > 0) out += count_text(warnings) + '\n';
      is_dropped = true;
    } else if (is_count(text)) {
      is_dropped = false;
    }
    if (!is_dropped) out += line + '\n';
  }
  out += lead;
  // The last line of the messages was followed by a line feed, too.
  while (out.ends_with("\n\n")) out.pop_back();
  return out == "\n" ? "" : out;
}

}  // namespace hamcell
