// Which names of the cell the linked sources, objects and libraries use.
//
// Sources are read as words, not parsed: a name that a source uses without defining it must be declared there
// or in a header of the user's, as a word behind a type. To find one too many costs needless runs; a local
// variable or a member of the same name mostly shows itself by the way it stands.
#include "scan/reach/linked_names.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/file.h"

namespace hamcell {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Words that stand before an expression, so that what follows is no declared name.
bool begins_expression(std::string_view word) {
  static constexpr std::array<std::string_view, 16> words = {
      "return", "else",      "do",       "case",     "throw",  "new", "delete", "goto",
      "sizeof", "co_return", "co_yield", "co_await", "typeid", "not", "and",    "or"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Cuts C++ into words and single characters of punctuation, without comments, blanks and literals.
class SourceWords {
 public:
  explicit SourceWords(std::string_view text) : text_(text) {}

  /// The next word or character; nothing at the end.
  std::string_view next() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      const char c = rest.front();
      if (rest.starts_with("//")) {
        skip_past("\n");
      } else if (rest.starts_with("/*")) {
        skip_past("*/");
      } else if (rest.starts_with("R\"")) {
        skip_raw_string();
      } else if (c == '"' || c == '\'') {
        skip_literal(c);
      } else if (is_word(c)) {
        return take_word();
      } else {
        at_++;
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\\') return rest.substr(0, 1);
      }
    }
    return {};
  }

 private:
  void skip_past(std::string_view end) {
    const std::size_t found = text_.find(end, at_ + 1);
    at_ = found == std::string_view::npos ? text_.size() : found + end.size();
  }

  void skip_raw_string() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return skip_past("\n");
    skip_past(std::string(")").append(text_.substr(at_ + 2, open - at_ - 2)).append("\""));
  }

  void skip_literal(char quote) {
    for (at_++; at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n'; at_++)
      if (text_[at_] == '\\') at_++;
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view take_word() {
    const std::size_t begin = at_;
    const bool is_number = text_[begin] >= '0' && text_[begin] <= '9';
    while (at_ < text_.size() && (is_word(text_[at_]) || (is_number && text_[at_] == '\''))) at_++;
    // The prefix of a raw string: u8R"(…)".
    if (at_ < text_.size() && text_[at_] == '"' && text_[at_ - 1] == 'R') at_--;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

LinkedNames::LinkedNames(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const std::optional<std::string> content = read_file(path);
    if (!content) continue;
    if (content->find('\0') == std::string::npos)
      read_source(*content);
    else
      read_symbols(*content);
  }
}

void LinkedNames::read_source(std::string_view text) {
  SourceWords words(text);
  std::string_view before;
  std::string_view word = words.next();
  for (std::string_view after; !word.empty(); before = word, word = after) {
    after = words.next();
    if (!is_word(word.front())) continue;
    Occurrences& found = sources_[std::string(word)];
    const bool behind_word = !before.empty() && is_word(before.front()) && !begins_expression(before);
    // `a * area(b)` and `double* area(double)` look the same.
    const bool behind_mark = before == "*" || before == "&" || before == ">";
    if (behind_word || behind_mark) {
      found.declared = true;
      found.declared_as_function = found.declared_as_function || after == "(";
    }
    if (!behind_word) found.used = true;
  }
}

void LinkedNames::read_symbols(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (!is_word(bytes[at])) {
      at++;
      continue;
    }
    const std::size_t begin = at;
    while (at < bytes.size() && is_word(bytes[at])) at++;
    symbols_.append(" ").append(bytes.substr(begin, at - begin)).append(" ");
  }
}

LinkedNames::Occurrences LinkedNames::in_sources(std::string_view name) const {
  const auto found = sources_.find(std::string(name));
  return found == sources_.end() ? Occurrences() : found->second;
}

bool LinkedNames::uses_function(std::string_view name) const {
  const Occurrences found = in_sources(name);
  return (found.declared_as_function && found.used) || is_in_symbols(name);
}

bool LinkedNames::uses_variable(std::string_view name) const {
  const Occurrences found = in_sources(name);
  return (found.declared && found.used) || is_in_symbols(name);
}

bool LinkedNames::mentions(std::string_view name) const {
  return sources_.contains(std::string(name)) || is_in_symbols(name);
}

/// As it is, for C, or behind its length, as in the mangled names of the Itanium C++ ABI (5.1.2).
bool LinkedNames::is_in_symbols(std::string_view name) const {
  if (symbols_.empty()) return false;
  return symbols_.find(" " + std::string(name) + " ") != std::string::npos ||
         symbols_.find(std::to_string(name.size()) + std::string(name)) != std::string::npos;
}

}  // namespace hamcell
