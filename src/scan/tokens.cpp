// The tokens of a file as they stand in its text, before any macro is expanded: where attributes and layout
// are.
#include "scan/tokens.h"

#include <algorithm>

namespace hamcell {
namespace {

TokenKind kind_of(CXTokenKind kind) {
  switch (kind) {
    case CXToken_Keyword:
      return TokenKind::keyword;
    case CXToken_Identifier:
      return TokenKind::identifier;
    case CXToken_Literal:
      return TokenKind::literal;
    default:
      return TokenKind::punctuation;
  }
}

/// Only the offset: asking libclang for lines would search its line table for every token.
unsigned offset_of(CXSourceLocation location) {
  unsigned offset = 0;
  clang_getSpellingLocation(location, nullptr, nullptr, nullptr, &offset);
  return offset;
}

/// Whether a line ends between two tokens; a backslash before the line feed continues the line.
bool has_line_end(std::string_view gap) {
  for (std::size_t at = gap.find('\n'); at != std::string_view::npos; at = gap.find('\n', at + 1)) {
    std::size_t before = at;
    if (before > 0 && gap[before - 1] == '\r') before--;
    if (before == 0 || gap[before - 1] != '\\') return true;
  }
  return false;
}

/// Turns libclang's tokens into ours in one pass over the text.
class TokenReader {
 public:
  explicit TokenReader(std::string_view content) : content_(content) {}

  void read(CXTokenKind kind, unsigned begin, unsigned end) {
    if (begin < at_ || end > content_.size()) return;
    const std::string_view gap = content_.substr(at_, begin - at_);
    if (has_line_end(gap)) {
      line_start_ = true;
      in_directive_ = false;
    }
    space_before_ = space_before_ || !gap.empty();
    count_lines(begin);
    const unsigned column = begin - line_begin_ + 1;
    const unsigned line = line_;
    count_lines(end);
    at_ = end;
    if (kind == CXToken_Comment) {
      space_before_ = true;
      return;
    }
    Token token;
    token.kind = kind_of(kind);
    token.text = content_.substr(begin, end - begin);
    token.begin = begin;
    token.end = end;
    token.line = line;
    token.column = column;
    token.space_before = space_before_;
    token.begins_directive = line_start_ && (token.text == "#" || token.text == "%:");
    in_directive_ = in_directive_ || token.begins_directive;
    token.in_directive = in_directive_;
    tokens_.push_back(token);
    line_start_ = false;
    space_before_ = false;
  }

  std::vector<Token> take() { return std::move(tokens_); }

 private:
  void count_lines(unsigned until) {
    for (; counted_ < until; counted_++)
      if (content_[counted_] == '\n') {
        line_++;
        line_begin_ = counted_ + 1;
      }
  }

  std::string_view content_;
  std::vector<Token> tokens_;
  unsigned at_ = 0;       ///< behind the last token
  unsigned counted_ = 0;  ///< lines are counted up to here
  unsigned line_ = 1;
  unsigned line_begin_ = 0;  ///< offset of the first byte of `line_`
  bool line_start_ = true;
  bool in_directive_ = false;
  bool space_before_ = false;
};

/// Takes the backslashes at lines' ends out of tokens ([lex.phases], phase 2); a raw string keeps them.
void splice_lines(TokenText& text) {
  for (Token& token : text.tokens) {
    if (token.text.find('\n') == std::string_view::npos) continue;
    const std::size_t quote = token.text.find('"');
    if (token.kind == TokenKind::literal && quote != std::string_view::npos && quote > 0 &&
        token.text[quote - 1] == 'R')
      continue;
    std::string& whole = text.spliced.emplace_back();
    for (std::size_t i = 0; i < token.text.size(); i++) {
      if (token.text[i] == '\\' && token.text.substr(i + 1, 1) == "\n") {
        i++;
      } else if (token.text[i] == '\\' && token.text.substr(i + 1, 2) == "\r\n") {
        i += 2;
      } else {
        whole += token.text[i];
      }
    }
    token.text = whole;
  }
}

void mark_skipped(CXTranslationUnit unit, TokenText& text) {
  CXSourceRangeList* ranges = clang_getSkippedRanges(unit, text.file);
  if (ranges == nullptr) return;
  for (unsigned i = 0; i < ranges->count; i++) {
    const Span span = span_of(ranges->ranges[i]);
    for (std::size_t at = text.index_at(span.begin);
         at < text.tokens.size() && text.tokens[at].begin < span.end; at++)
      text.tokens[at].skipped = true;
  }
  clang_disposeSourceRangeList(ranges);
}

std::vector<Token> read_tokens(CXTranslationUnit unit, CXSourceRange range, std::string_view content) {
  CXToken* raw = nullptr;
  unsigned count = 0;
  clang_tokenize(unit, range, &raw, &count);
  TokenReader reader(content);
  for (unsigned i = 0; i < count; i++) {
    const CXSourceRange extent = clang_getTokenExtent(unit, raw[i]);
    reader.read(clang_getTokenKind(raw[i]), offset_of(clang_getRangeStart(extent)),
                offset_of(clang_getRangeEnd(extent)));
  }
  if (raw != nullptr) clang_disposeTokens(unit, raw, count);
  return reader.take();
}

}  // namespace

std::size_t TokenText::index_at(unsigned offset) const {
  const auto found = std::lower_bound(tokens.begin(), tokens.end(), offset,
                                      [](const Token& token, unsigned at) { return token.begin < at; });
  return static_cast<std::size_t>(found - tokens.begin());
}

TokenText tokenize(CXTranslationUnit unit, CXFile file) {
  TokenText text;
  text.file = file;
  text.content = content_of(unit, file);
  const auto size = static_cast<unsigned>(text.content.size());
  const CXSourceRange whole =
      clang_getRange(clang_getLocationForOffset(unit, file, 0), clang_getLocationForOffset(unit, file, size));
  text.tokens = read_tokens(unit, whole, text.content);
  splice_lines(text);
  mark_skipped(unit, text);
  return text;
}

const TokenText& TokenTexts::of(CXFile file) {
  const auto found = texts_.find(file);
  if (found != texts_.end()) return found->second;
  return texts_.emplace(file, tokenize(unit_, file)).first->second;
}

std::vector<Token> tokens_of(CXTranslationUnit unit, CXSourceRange range) {
  const Position begin = position_of(clang_getRangeStart(range));
  return read_tokens(unit, range, content_of(unit, begin.file));
}

}  // namespace hamcell
