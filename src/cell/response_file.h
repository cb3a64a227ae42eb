// Response files: a word `@FILE` among a compiler's flags stands for the words in that file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hamcell {

/// The words of a response file, by the rules that GCC documents for `@file` and clang follows: white space
/// separates, '…' and "…" group, and a backslash, also between quotes, takes the next character as it is. A
/// quote without an end reaches to the end of the file.
std::vector<std::string> response_words(std::string_view text);

/// `words` with every `@FILE` replaced by the words of the file, and so on in these. Relative names start at
/// `folder`, which is absolute. A file that cannot be read, or that stands for itself, stays as it is
/// written: the compiler then says what is wrong with it. Adds every file that was asked for to `files`.
std::vector<std::string> expand_response_files(const std::vector<std::string>& words,
                                               const std::string& folder, std::vector<std::string>& files);

}  // namespace hamcell
