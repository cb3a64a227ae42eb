// Shortens and wraps C++ types textually: a picture must also show types that no parser here would know.
#include "draw/type_text.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/text.h"

namespace hamcell {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

/// Where the template argument that starts at `begin` ends: at its "," or ">"; npos when it never does.
std::size_t end_of_argument(std::string_view text, std::size_t begin) {
  int depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (depth == 0 && (c == ',' || c == '>')) return i;
    if (c == '<' || c == '(' || c == '[' || c == '{') ++depth;
    if (c == '>' || c == ')' || c == ']' || c == '}') --depth;
  }
  return std::string_view::npos;
}

/// Leaves out later template arguments such as `std::allocator<Day>`, which the library fills in by itself.
void drop_default_arguments(std::string& type) {
  constexpr std::array<std::string_view, 6> defaults = {"std::allocator<", "std::char_traits<",
                                                        "std::less<",      "std::hash<",
                                                        "std::equal_to<",  "std::default_delete<"};
  for (std::size_t comma = type.find(','); comma != std::string::npos; comma = type.find(',', comma)) {
    const std::size_t begin = type.find_first_not_of(' ', comma + 1);
    const bool is_default =
        begin != std::string::npos && std::ranges::any_of(defaults, [&](std::string_view name) {
          return std::string_view(type).substr(begin).starts_with(name);
        });
    const std::size_t end = is_default ? end_of_argument(type, begin) : std::string::npos;
    if (end == std::string::npos) {
      ++comma;
    } else {
      type.erase(comma, end - comma);
    }
  }
}

/// Removes `std::` where it is a whole qualifier: not in `mystd::x`, not in `my::std::x`.
void drop_std(std::string& type) {
  constexpr std::string_view qualifier = "std::";
  for (std::size_t at = type.find(qualifier); at != std::string::npos; at = type.find(qualifier, at)) {
    const bool inside = at != 0 && (is_word(type[at - 1]) || type[at - 1] == ':');
    if (inside) {
      ++at;
    } else {
      type.erase(at, qualifier.size());
    }
  }
}

/// The words of `text`, each with the separator behind it, so that joined they are `text` again.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    word += text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool ends = (text[i] == ' ') || (text[i] == ',' && next != ' ') ||
                      (text[i] == '<' && word.size() > 1 && is_word(next)) ||
                      (text[i] == ':' && is_word(next)) || (text[i] == '_' && next != '_' && is_word(next));
    if (ends) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

/// A word without underscores that is longer than a line, at its humps: "MeanTemperature" in "Mean" and
/// "Temperature".
std::vector<std::string> humps_of(const std::string& word) {
  std::vector<std::string> humps(1);
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool begins = i > 0 && word[i] >= 'A' && word[i] <= 'Z' && word[i - 1] >= 'a' && word[i - 1] <= 'z';
    if (begins) humps.emplace_back();
    humps.back() += word[i];
  }
  return humps;
}

std::vector<std::string> words_for_lines(std::string_view text, std::size_t columns) {
  std::vector<std::string> words;
  for (std::string& word : words_of(text)) {
    if (display_width(trimmed(word)) > columns)
      std::ranges::move(humps_of(word), std::back_inserter(words));
    else
      words.push_back(std::move(word));
  }
  return words;
}

bool ends_at_space(const std::string& word) { return word.back() == ' ' || word.back() == ','; }

/// The words from `first` on that fit on a line, at least one; `first` moves behind them. A line that would
/// end inside a template's arguments or a qualified name ends behind an earlier comma or space instead, if it
/// has one.
std::string take_line(const std::vector<std::string>& words, std::size_t& first, std::size_t columns) {
  std::string line;
  std::string until_space;
  std::size_t next = first;
  std::size_t behind_space = first;
  while (next < words.size()) {
    const std::string longer = line + words[next];
    if (display_width(trimmed(longer)) > columns && !line.empty()) break;
    line = longer;
    ++next;
    if (ends_at_space(words[next - 1])) {
      until_space = line;
      behind_space = next;
    }
  }
  if (next < words.size() && !until_space.empty()) {
    line = until_space;
    next = behind_space;
  }
  first = next;
  return shortened(trimmed(line), columns);
}

/// "…" and as many of the last words, none before `first`, as fit on a line.
std::string last_line(const std::vector<std::string>& words, std::size_t first, std::size_t columns) {
  std::string line;
  for (std::size_t i = words.size(); i > first + 1; --i) {
    const std::string longer = words[i - 1] + line;
    if (display_width(trimmed(longer)) + 1 > columns) break;
    line = longer;
  }
  return "…" + std::string(trimmed(line));
}

}  // namespace

std::string short_type(std::string_view type) {
  std::string text(type);
  replace_all(text, "std::__cxx11::", "std::");
  replace_all(text, "std::__1::", "std::");
  drop_default_arguments(text);
  replace_all(text, "std::basic_string<char>", "std::string");
  replace_all(text, "std::basic_string_view<char>", "std::string_view");
  drop_std(text);
  replace_all(text, "> >", ">>");
  if (text.starts_with("const ") && text.ends_with('&') && !text.ends_with("&&")) {
    text = trimmed(std::string_view(text).substr(6, text.size() - 7));
  }
  return text;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::size_t max_lines) {
  const std::vector<std::string> words = words_for_lines(text, columns);
  std::vector<std::string> lines;
  std::size_t next = 0;
  while (next < words.size()) {
    const std::size_t start = next;
    std::string line = take_line(words, next, columns);
    const bool is_last = lines.size() + 1 == max_lines;
    if (is_last && next < words.size()) {
      if (lines.empty()) {
        lines.push_back(shortened(line, columns - 1) + "…");
      } else {
        lines.push_back(last_line(words, start, columns));
      }
      break;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace hamcell
