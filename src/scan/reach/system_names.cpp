// Which names the headers of the system mention.
#include "scan/reach/system_names.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hamcell {
namespace {

enum class Character : unsigned char { other, word, quote, slash };

constexpr std::array<Character, 256> make_classes() {
  std::array<Character, 256> out{};
  for (unsigned c = 0; c < 256; c++) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    if (is_letter || (c >= '0' && c <= '9')) out[c] = Character::word;
  }
  out['"'] = out['\''] = Character::quote;
  out['/'] = Character::slash;
  return out;
}

/// Collects words of C++ text in one pass. What it takes for a string may be a digit separator or a raw
/// string: a quote ends at the next one or at the end of the line, so that at worst the rest of one line is
/// left out of a string or taken into one; then the words in it count twice or, in a raw string, count as
/// code.
class WordFinder {
 public:
  WordFinder(const std::unordered_set<std::string>& names, std::unordered_set<std::string>& out)
      : names_(names), out_(out) {
    for (const std::string& name : names) {
      if (name.empty()) continue;
      is_first_[static_cast<unsigned char>(name.front())] = true;
      longest_ = std::max(longest_, name.size());
    }
  }

  void read(std::string_view text) {
    static constexpr std::array<Character, 256> classes = make_classes();
    const auto class_at = [&](std::size_t i) { return classes[static_cast<unsigned char>(text[i])]; };
    for (std::size_t i = 0; i < text.size();) {
      switch (class_at(i)) {
        case Character::word: {
          const std::size_t begin = i;
          while (i < text.size() && class_at(i) == Character::word) i++;
          // A digit separator: 1'000.
          while (i + 1 < text.size() && text[i] == '\'' && text[begin] >= '0' && text[begin] <= '9') {
            i++;
            while (i < text.size() && class_at(i) == Character::word) i++;
          }
          add(text.substr(begin, i - begin));
          break;
        }
        case Character::quote:
          i = behind_quote(text, i);
          break;
        case Character::slash:
          i = behind_comment(text, i);
          break;
        default:
          i++;
      }
    }
  }

 private:
  static std::size_t behind_quote(std::string_view text, std::size_t i) {
    const char quote = text[i++];
    while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
    return i + 1;
  }

  static std::size_t behind_comment(std::string_view text, std::size_t i) {
    if (text.substr(i, 2) == "//") return std::min(text.find('\n', i), text.size());
    if (text.substr(i, 2) != "/*") return i + 1;
    const std::size_t end = text.find("*/", i + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }

  void add(std::string_view word) {
    if (word.size() > longest_ || !is_first_[static_cast<unsigned char>(word.front())]) return;
    buffer_.assign(word);
    if (names_.contains(buffer_)) out_.insert(buffer_);
  }

  const std::unordered_set<std::string>& names_;
  std::unordered_set<std::string>& out_;
  std::array<bool, 256> is_first_{};
  std::size_t longest_ = 0;
  std::string buffer_;
};

}  // namespace

std::unordered_set<std::string> names_in_system_headers(const CellSource& source, const IncludedFiles& files,
                                                        const std::unordered_set<std::string>& names) {
  std::unordered_set<std::string> out;
  if (names.empty()) return out;
  WordFinder finder(names, out);
  for (const IncludedFile& file : files.files)
    if (file.source.is_system && file.file != nullptr) finder.read(content_of(source.unit, file.file));
  return out;
}

}  // namespace hamcell
