// The tokens of a file as they stand in its text, before any macro is expanded: where attributes and layout
// are.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scan/clang.h"

namespace hamcell {

enum class TokenKind : std::uint8_t { punctuation, keyword, identifier, literal };

struct Token {
  TokenKind kind = TokenKind::punctuation;
  std::string_view text;
  unsigned begin = 0;             ///< byte offset
  unsigned end = 0;               ///< byte offset just behind
  unsigned line = 0;              ///< 1-based
  unsigned column = 0;            ///< 1-based, in bytes
  bool space_before = false;      ///< white space or a comment stands before it
  bool in_directive = false;      ///< part of a preprocessor directive
  bool begins_directive = false;  ///< the '#' of one
  bool skipped = false;           ///< in a branch that the preprocessor left out
};

/// A file's text and its tokens; comments are dropped. The views point into libclang's own copy.
struct TokenText {
  CXFile file = nullptr;
  std::string_view content;
  std::vector<Token> tokens;
  std::deque<std::string> spliced;  ///< texts of tokens that lines' ends stand in, without these

  /// The index of the first token that begins at `offset` or behind it.
  std::size_t index_at(unsigned offset) const;
};

/// Whether the words of a declaration, in their order, say that the compiler works out its value: before what
/// the value is made of.
template <class Words>
bool says_constant(const Words& words) {
  for (const std::string_view word : words) {
    if (word == "constexpr" || word == "constinit") return true;
    if (word == "=" || word == "{" || word == "(") return false;
  }
  return false;
}

/// Tokenises a file once, in one call.
TokenText tokenize(CXTranslationUnit unit, CXFile file);

/// Every file that was tokenised, each once.
class TokenTexts {
 public:
  explicit TokenTexts(CXTranslationUnit unit) : unit_(unit) {}
  const TokenText& of(CXFile file);

 private:
  CXTranslationUnit unit_;
  std::map<CXFile, TokenText> texts_;
};

/// The tokens of one stretch of text, by value: for macro definitions.
std::vector<Token> tokens_of(CXTranslationUnit unit, CXSourceRange range);

}  // namespace hamcell
