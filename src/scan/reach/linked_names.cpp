// Which names of the cell the linked sources, objects and libraries use.
//
// Sources are read as words, not parsed: a name that a source uses stands in it or in a header of the user's.
// To find one too many costs needless runs.
#include "scan/reach/linked_names.h"

#include <algorithm>
#include <optional>

#include "base/file.h"

namespace hamcell {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Whether a word in front of a quote makes it a raw string.
bool is_raw_prefix(std::string_view word) {
  return word == "R" || word == "LR" || word == "uR" || word == "UR" || word == "u8R";
}

/// Cuts C++ into its words, without comments. A literal that is a word by itself counts: `asm("area")`.
class SourceWords {
 public:
  explicit SourceWords(std::string_view text) : text_(text) {}

  /// The next word; nothing at the end.
  std::string_view next() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      const char c = rest.front();
      if (rest.starts_with("//")) {
        skip_past("\n");
      } else if (rest.starts_with("/*")) {
        skip_past("*/");
      } else if (c == '"' || c == '\'') {
        if (const std::string_view word = take_literal(c); !word.empty()) return word;
      } else if (is_word(c)) {
        const std::string_view word = take_word();
        if (!is_raw_prefix(word) || at_ == text_.size() || text_[at_] != '"') return word;
        skip_raw_string();
      } else {
        at_++;
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
    skip_past(std::string(")").append(text_.substr(at_ + 1, open - at_ - 1)).append("\""));
  }

  /// Skips a literal, and returns it if it is a word.
  std::string_view take_literal(char quote) {
    const std::size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    const std::string_view content = text_.substr(begin, at_ - begin);
    at_ = std::min(at_ + 1, text_.size());
    return std::all_of(content.begin(), content.end(), is_word) ? content : std::string_view();
  }

  std::string_view take_word() {
    const std::size_t begin = at_;
    const bool is_number = text_[begin] >= '0' && text_[begin] <= '9';
    while (at_ < text_.size() && (is_word(text_[at_]) || (is_number && text_[at_] == '\''))) at_++;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Every name in a symbol of C++ stands behind its length (Itanium C++ ABI, 5.1.2). Where a number stands for
/// something else, what is behind it is taken for a name too.
void add_parts(std::string_view symbol, std::unordered_set<std::string>& out) {
  for (std::size_t at = 0; at < symbol.size(); at++) {
    std::size_t size = 0;
    std::size_t end = at;
    while (end < symbol.size() && symbol[end] >= '0' && symbol[end] <= '9' && size < symbol.size())
      size = size * 10 + static_cast<std::size_t>(symbol[end++] - '0');
    if (size > 0 && size <= symbol.size() - end) out.emplace(symbol.substr(end, size));
  }
}

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
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) words_.emplace(word);
}

void LinkedNames::read_symbols(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (!is_word(bytes[at])) {
      at++;
      continue;
    }
    const std::size_t begin = at;
    while (at < bytes.size() && is_word(bytes[at])) at++;
    const std::string_view word = bytes.substr(begin, at - begin);
    if (word.starts_with("_Z")) add_parts(word, mangled_parts_);
    reversed_symbols_.emplace_back(word.rbegin(), word.rend());
  }
  std::sort(reversed_symbols_.begin(), reversed_symbols_.end());
  reversed_symbols_.erase(std::unique(reversed_symbols_.begin(), reversed_symbols_.end()),
                          reversed_symbols_.end());
}

bool LinkedNames::mentions(std::string_view name) const {
  return words_.contains(std::string(name)) || is_in_symbols(name);
}

bool LinkedNames::may_use_variable(std::string_view name, bool is_in_header) const {
  return is_in_symbols(name) ||
         (words_.contains(std::string(name)) && (is_in_header || words_.contains("extern")));
}

/// A linker's table of strings has a name that another one ends in only once, as the end of that one.
bool LinkedNames::is_in_symbols(std::string_view name) const {
  if (mangled_parts_.contains(std::string(name))) return true;
  const std::string reversed(name.rbegin(), name.rend());
  const auto found = std::lower_bound(reversed_symbols_.begin(), reversed_symbols_.end(), reversed);
  return found != reversed_symbols_.end() && found->starts_with(reversed);
}

}  // namespace hamcell
