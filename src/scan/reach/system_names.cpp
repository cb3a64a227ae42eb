// Which names the headers of the system mention and call.
#include "scan/reach/system_names.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/digest.h"
#include "base/file.h"

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

constexpr std::array<Character, 256> classes = make_classes();

/// Collects words of C++ text in one pass. What it takes for a string may be a digit separator or a raw
/// string: a quote ends at the next one or at the end of the line, so that at worst the rest of one line is
/// left out of a string or taken into one; then the words in it count twice or, in a raw string, count as
/// code.
class WordFinder {
 public:
  WordFinder(const std::unordered_set<std::string>& names, SystemNames& out) : names_(names), out_(out) {
    for (const std::string& name : names) {
      if (name.empty()) continue;
      is_first_[static_cast<unsigned char>(name.front())] = true;
      longest_ = std::max(longest_, name.size());
    }
  }

  /// A name that a header may put together from pieces counts as mentioned.
  void finish() {
    static constexpr std::size_t shortest = 3;
    for (const std::string& name : names_)
      for (const std::string& piece : pieces_)
        if (piece.size() >= shortest && name.find(piece) != std::string::npos) out_.mentioned.insert(name);
  }

  void read(std::string_view text, bool is_standard) {
    counts_calls_ = !is_standard;
    const auto class_at = [&](std::size_t i) { return classes[static_cast<unsigned char>(text[i])]; };
    before_ = {};
    bool is_line_start = true;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t begin = i;
      switch (class_at(i)) {
        case Character::word:
          while (i < text.size() && class_at(i) == Character::word) i++;
          // A digit separator: 1'000.
          while (i + 1 < text.size() && text[i] == '\'' && text[begin] >= '0' && text[begin] <= '9') {
            i++;
            while (i < text.size() && class_at(i) == Character::word) i++;
          }
          add(text, begin, i);
          break;
        case Character::quote:
          i = behind_quote(text, i);
          break;
        case Character::slash:
          i = behind_comment(text, i);
          if (i > begin + 1) continue;  // a comment stands for white space
          break;
        default:
          if (text[i] == '#' && is_line_start) before_.is_directive = true;
          if (text[i] == '\n') {
            is_line_start = true;
            const bool is_continued = i > 0 && text[i - 1] == '\\';
            if (before_.is_directive && !is_continued) before_ = {};
          }
          i++;
          if (is_space(text[begin])) continue;
      }
      is_line_start = false;
      note_pasting(text, begin, i);
      before_.last = text.substr(begin, i - begin);
      before_.is_scope = before_.last == ":" && begin > 0 && text[begin - 1] == ':';
      before_.is_arrow = before_.last == ">" && begin > 0 && text[begin - 1] == '-';
    }
  }

 private:
  /// What stands in front of a word.
  struct Before {
    std::string_view last;  ///< word, character or string; empty: nothing
    bool is_scope = false;  ///< `::`
    bool is_arrow = false;  ///< `->`
    bool is_directive = false;
  };

  /// The words on both sides of `##`.
  void note_pasting(std::string_view text, std::size_t begin, std::size_t end) {
    if (!counts_calls_) return;
    const std::string_view token = text.substr(begin, end - begin);
    const bool is_word = classes[static_cast<unsigned char>(token.front())] == Character::word;
    if (is_pasting_ && is_word) pieces_.emplace(token);
    is_pasting_ = token == "#" && before_.last == "#" && begin > 0 && text[begin - 1] == '#';
    if (is_pasting_ && !last_word_.empty()) pieces_.emplace(last_word_);
    if (token != "#") last_word_ = is_word ? token : std::string_view();
  }

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

  void add(std::string_view text, std::size_t begin, std::size_t end) {
    const std::string_view word = text.substr(begin, end - begin);
    if (word.size() > longest_ || !is_first_[static_cast<unsigned char>(word.front())]) return;
    buffer_.assign(word);
    if (!names_.contains(buffer_)) return;
    out_.mentioned.insert(buffer_);
    if (counts_calls_ && !out_.called.contains(buffer_) && is_opened(text, end) &&
        !is_qualified_or_declared())
      out_.called.insert(buffer_);
  }

  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\\'; }

  /// Whether `(`, or `<...>(`, follows.
  static bool is_opened(std::string_view text, std::size_t at) {
    static constexpr std::size_t longest_arguments = 400;
    while (at < text.size() && is_space(text[at])) at++;
    if (at < text.size() && text[at] == '<') {
      int depth = 0;
      const std::size_t limit = std::min(text.size(), at + longest_arguments);
      for (; at < limit; at++) {
        if (text[at] == '<') depth++;
        if (text[at] == '>' && --depth == 0) break;
        if (text[at] == ';') return false;
      }
      at++;
      while (at < text.size() && is_space(text[at])) at++;
    }
    return at < text.size() && text[at] == '(';
  }

  /// Behind `::`, `.` and `->` no function is found by its arguments, and a name behind another word is
  /// declared there, unless that word can stand in front of an expression. In a directive any word may be a
  /// macro's name.
  bool is_qualified_or_declared() const {
    if (before_.is_scope || before_.is_arrow || before_.last == ".") return true;
    if (before_.is_directive || before_.last.empty()) return false;
    if (classes[static_cast<unsigned char>(before_.last.front())] != Character::word) return false;
    static constexpr std::array<std::string_view, 20> openers = {
        "return", "throw",  "else",   "do",       "case",     "co_return", "co_await",
        "and",    "or",     "not",    "noexcept", "co_yield", "requires",  "delete",
        "sizeof", "typeid", "bitand", "bitor",    "xor",      "compl"};
    return std::find(openers.begin(), openers.end(), before_.last) == openers.end();
  }

  const std::unordered_set<std::string>& names_;
  SystemNames& out_;
  Before before_;
  std::string_view last_word_;  ///< the token before, where that is a word
  bool is_pasting_ = false;     ///< the token before was `##`
  std::unordered_set<std::string> pieces_;
  bool counts_calls_ = true;
  std::array<bool, 256> is_first_{};
  std::size_t longest_ = 0;
  std::string buffer_;
};

/// libstdc++ and libc++ live in a folder of that name, what comes with a compiler in its own.
bool is_of_standard_library(std::string_view path) {
  static constexpr std::array<std::string_view, 3> folders = {"/c++/", "/gcc/", "/clang/"};
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return path.find(folder) != std::string_view::npos; });
}

/// What the parser read of a file. From a precompiled file it would have to look it up among all that is in
/// there, which takes a hundred times as long as to read it again.
class Content {
 public:
  Content(const CellSource& source, const IncludedFile& file) : text_(file.content) {
    if (text_.data() != nullptr) return;
    read_ = read_file(file.source.path).value_or("");
    text_ = digest_of(read_) == file.source.content ? read_ : content_of(source.unit, file.file);
  }
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  std::string_view text() const { return text_; }

 private:
  std::string read_;
  std::string_view text_;
};

}  // namespace

SystemNames find_system_names(const CellSource& source, const IncludedFiles& files,
                              const std::unordered_set<std::string>& names) {
  SystemNames out;
  if (names.empty()) return out;
  WordFinder finder(names, out);
  for (const IncludedFile& file : files.files)
    if (file.source.is_system && file.file != nullptr)
      finder.read(Content(source, file).text(), is_of_standard_library(file.source.path));
  finder.finish();
  return out;
}

}  // namespace hamcell
