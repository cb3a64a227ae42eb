// Finds the includes at the top of a cell. What is not plainly one of them, or a comment, ends the search.
#include "cell/preamble.h"

#include <algorithm>
#include <optional>

namespace hamcell {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

class Reader {
 public:
  explicit Reader(std::string_view content) : content_(content) {
    if (content_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  }

  Preamble read() {
    Preamble found;
    while (skip_to_code() && content_[at_] == '#') {
      const std::size_t begin = at_;
      const std::optional<std::string_view> name = read_include();
      if (!name) break;
      found.includes.push_back({begin, "#include <" + std::string(*name) + ">"});
    }
    return found;
  }

 private:
  bool at_end() const { return at_ >= content_.size(); }
  bool is_next(std::string_view text) const { return content_.substr(at_).starts_with(text); }

  void skip_blanks() { at_ = std::min(content_.find_first_not_of(blanks, at_), content_.size()); }

  /// Goes to the first character on a line that is neither blank nor part of a comment. False where there is
  /// none, or where something cannot be told.
  bool skip_to_code() {
    while (true) {
      skip_blanks();
      if (at_end()) return false;
      if (is_next("\n")) {
        ++at_;
      } else if (!skip_comment()) {
        return !is_next("/") && !is_next("\\");
      }
    }
  }

  /// A line that goes on on the next one would take that into the comment.
  bool skip_comment() {
    if (is_next("/*")) {
      const std::size_t end = content_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return false;
      at_ = end + 2;
      return true;
    }
    if (!is_next("//")) return false;
    const std::size_t end = std::min(content_.find('\n', at_), content_.size());
    if (content_.substr(at_, end - at_).find('\\') != std::string_view::npos) return false;
    at_ = end;
    return true;
  }

  /// The name in `#include <name>` with nothing but a comment behind it; the reader is then at the line's
  /// end.
  std::optional<std::string_view> read_include() {
    ++at_;
    skip_blanks();
    constexpr std::string_view word = "include";
    if (!is_next(word)) return std::nullopt;
    at_ += word.size();
    skip_blanks();
    if (!is_next("<")) return std::nullopt;
    const std::size_t begin = at_ + 1;
    const std::size_t end = content_.find_first_of(">\n\\", begin);
    if (end == std::string_view::npos || content_[end] != '>' || end == begin) return std::nullopt;
    at_ = end + 1;
    skip_blanks();
    while (is_next("/")) {
      const std::size_t comment = at_;
      if (!skip_comment() || content_.substr(comment, at_ - comment).find('\n') != std::string_view::npos)
        return std::nullopt;
      skip_blanks();
    }
    if (!at_end() && !is_next("\n")) return std::nullopt;
    return content_.substr(begin, end - begin);
  }

  std::string_view content_;
  std::size_t at_ = 0;
};

}  // namespace

std::string Preamble::text(std::size_t count) const {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += includes[i].line + '\n';
  return out;
}

std::string Preamble::removed_from(std::string_view content, std::size_t count) const {
  return without_includes(content, std::span(includes).first(count));
}

std::string without_includes(std::string_view content, std::span<const Preamble::Include> includes) {
  std::string out(content);
  for (const Preamble::Include& include : includes) {
    const std::size_t end = out.find('>', include.offset) + 1;
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(include.offset),
              out.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  }
  return out;
}

bool includes_by_flag(const std::vector<std::string>& flags) {
  return std::ranges::any_of(flags, [](const std::string& flag) {
    return flag.starts_with("-include") || flag.starts_with("-imacros") || flag.starts_with("--include") ||
           flag.starts_with("--imacros");
  });
}

Digest digest_of_preamble(const std::vector<std::string>& arguments, const std::string& text) {
  Digester digester;
  digester.add(arguments.size());
  for (const std::string& argument : arguments) digester.add(argument);
  return digester.add(text).finish();
}

Preamble find_preamble(std::string_view content) { return Reader(content).read(); }

}  // namespace hamcell
