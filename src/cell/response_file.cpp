// Response files: a word `@FILE` among a compiler's flags stands for the words in that file.
#include "cell/response_file.h"

#include <algorithm>
#include <optional>

#include "base/file.h"

namespace hamcell {
namespace {

/// Expands words into `out`; `open` are the files that the words come from, outermost first.
void expand(const std::vector<std::string>& words, const std::string& folder, std::vector<std::string>& open,
            std::vector<std::string>& files, std::vector<std::string>& out) {
  for (const std::string& word : words) {
    if (word.size() < 2 || word.front() != '@') {
      out.push_back(word);
      continue;
    }
    const std::string name = word.substr(1);
    const std::string path = absolute_path(name.starts_with('/') ? name : folder + '/' + name);
    const bool contains_itself = std::ranges::find(open, path) != open.end();
    files.push_back(path);
    const std::optional<std::string> text = contains_itself ? std::nullopt : read_file(path);
    if (!text) {
      out.push_back(word);
      continue;
    }
    open.push_back(path);
    expand(response_words(*text), folder, open, files, out);
    open.pop_back();
  }
}

}  // namespace

std::vector<std::string> response_words(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_space = std::string_view(" \t\n\v\f\r").find(c) != std::string_view::npos;
    if (quote == 0 && is_space) {
      if (word) words.push_back(*word);
      word.reset();
      continue;
    }
    if (!word) word.emplace();
    if (c == '\\') {
      if (i + 1 < text.size()) *word += text[++i];
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else {
      *word += c;
    }
  }
  if (word) words.push_back(*word);
  return words;
}

std::vector<std::string> expand_response_files(const std::vector<std::string>& words,
                                               const std::string& folder, std::vector<std::string>& files) {
  std::vector<std::string> out;
  std::vector<std::string> open;
  expand(words, folder, open, files, out);
  return out;
}

}  // namespace hamcell
