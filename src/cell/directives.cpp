// The build needs that a cell states in line comments near its top: `//hamcell:pkg eigen3`.
#include "cell/directives.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace hamcell {
namespace {

/// What stands behind "hamcell:" in a line comment; nothing when the line is no directive. Blanks behind the
/// slashes are allowed, since clang-format puts one there.
std::optional<std::string_view> directive_in(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("//")) return std::nullopt;
  line.remove_prefix(2);
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || !line.substr(first).starts_with("hamcell:")) return std::nullopt;
  return line.substr(first + std::string_view("hamcell:").size());
}

/// Walks over the head of a cell line by line, and knows whether a line is still part of it.
class Head {
 public:
  /// Whether `line` belongs to the head; once one does not, none does.
  bool continues_with(std::string_view line) {
    if (ended_) return false;
    if (in_continued_directive_) {
      in_continued_directive_ = line.ends_with('\\');
      return true;
    }
    while (true) {
      if (in_comment_) {
        const std::size_t end = line.find("*/");
        if (end == std::string_view::npos) return true;
        in_comment_ = false;
        line.remove_prefix(end + 2);
      }
      line = trimmed(line);
      if (line.empty() || line.starts_with("//")) return true;
      if (!line.starts_with("/*")) break;
      in_comment_ = true;
      line.remove_prefix(2);
    }
    if (line.front() == '#') {
      in_continued_directive_ = line.ends_with('\\');
      return true;
    }
    ended_ = true;
    return false;
  }

 private:
  bool ended_ = false;
  bool in_comment_ = false;
  bool in_continued_directive_ = false;
};

void read_one(Directives& directives, const Place& place, std::string_view text) {
  static const std::array<std::string, 5> known = {"pkg", "source", "cxxflags", "ldflags", "std"};
  static const std::string all = "the directives are pkg, source, cxxflags, ldflags and std";
  const std::size_t end = text.find_first_of(" \t\r");
  const std::string word(text.substr(0, end));
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view() : trimmed(text.substr(end));
  const std::optional<std::vector<std::string>> values = shell_words(rest);
  const auto problem = [&](std::string what, std::string next) {
    directives.problems.push_back({place, std::move(what), std::move(next), {}});
  };
  if (!values) return problem("a quote in this directive has no end", "close the quote");
  if (word.empty())
    return problem("no directive stands right behind '//hamcell:'",
                   "write it without a blank, for example: //hamcell:pkg sqlite3; " + all);
  bool is_known = false;
  for (const std::string& candidate : known) is_known = is_known || candidate == word;
  if (!is_known) {
    const std::string near = closest_word(word, known);
    return problem("unknown directive '//hamcell:" + word + "'",
                   near.empty() ? all : "did you mean '//hamcell:" + near + "'?");
  }
  if (values->empty())
    return problem("'//hamcell:" + word + "' has no value",
                   "write it behind the directive, or remove the line");
  if (word == "std") {
    if (values->size() != 1)
      return problem("'//hamcell:std' takes one value", "for example: //hamcell:std c++23");
    directives.standard = values->front();
    directives.standard_place = place;
  } else if (word == "cxxflags" || word == "ldflags") {
    (word == "cxxflags" ? directives.cxxflags : directives.ldflags).push_back({*values, place});
  } else {
    std::vector<std::string>& list = word == "pkg" ? directives.packages : directives.sources;
    list.insert(list.end(), values->begin(), values->end());
    (word == "pkg" ? directives.package_places : directives.source_places).resize(list.size(), place);
  }
}

}  // namespace

Directives read_directives(const std::string& cell_path, std::string_view content) {
  Directives directives;
  Head head;
  unsigned number = 0;
  while (!content.empty()) {
    ++number;
    const std::size_t end = content.find('\n');
    const std::string_view line = content.substr(0, end);
    content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
    const bool in_head = head.continues_with(line);
    const std::optional<std::string_view> directive = directive_in(line);
    if (!directive) continue;
    const Place place{cell_path, number, static_cast<unsigned>(line.find("//") + 1)};
    if (in_head) {
      read_one(directives, place, *directive);
    } else {
      directives.problems.push_back({place,
                                     "a directive must stand above the first declaration of the cell",
                                     "move the line to the top of the file",
                                     {}});
    }
  }
  return directives;
}

}  // namespace hamcell
