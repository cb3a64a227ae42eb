// What the text of a unit says by itself: its digest, and the words in it.
#include "scan/reach/unit_text.h"

#include <algorithm>
#include <array>

namespace hamcell {
namespace {

/// Reads tokens one by one.
class TextReader {
 public:
  TextReader(CellSource& source, UnitText& out) : source_(source), out_(out) {}

  void add(const TokenText& text, std::size_t index) {
    const Token& token = text.tokens[index];
    // The end of a directive's line ends the directive, and white space in it tells `F(x)` from `F (x)`.
    if (token.begins_directive || token.in_directive != was_in_directive_) tokens_.add("\n");
    was_in_directive_ = token.in_directive;
    if (token.in_directive && token.space_before) tokens_.add(" ");
    tokens_.add(token.text);
    positions_.add(std::uint64_t{token.line}).add(std::uint64_t{token.column});
    if (token.kind == TokenKind::identifier || token.kind == TokenKind::keyword) add_word(text, index);
  }

  /// A file that is included inside the unit, as a whole.
  void add_file(CXFile file) {
    const TokenText& text = source_.texts.of(file);
    // Where a file is not C++ text to the lexer its tokens may say too little.
    if (text.tokens.empty()) tokens_.add(text.content);
    for (std::size_t i = 0; i < text.tokens.size(); i++) add(text, i);
  }

  void finish() {
    out_.tokens = tokens_.finish();
    out_.positions = positions_.finish();
  }

 private:
  void add_word(const TokenText& text, std::size_t index) {
    const Token& token = text.tokens[index];
    MacroTable& macros = source_.declarations.macros;
    out_.effects.add(macros.effects(std::string(token.text)));
    if (token.kind == TokenKind::keyword && !macros.has(std::string(token.text))) return;
    Word word;
    word.text = token.text;
    word.file = text.file;
    word.offset = token.begin;
    if (index > 0) {
      const std::string_view before = text.tokens[index - 1].text;
      word.is_member = before == "." || before == "->";
      if (before == "::" && index > 1) {
        word.qualifier = text.tokens[index - 2].text;
        word.qualifier_offset = text.tokens[index - 2].begin;
      }
    }
    out_.words.push_back(word);
  }

  CellSource& source_;
  UnitText& out_;
  Digester tokens_;
  Digester positions_;
  bool was_in_directive_ = false;
};

}  // namespace

bool is_overloadable(std::string_view token) {
  static constexpr std::array<std::string_view, 38> tokens = {
      "+",  "-",  "*",  "/",   "%",  "^",  "&",  "|",  "~",  "!",   "=",   "<",   ">",
      "+=", "-=", "*=", "/=",  "%=", "^=", "&=", "|=", "<<", ">>",  "<<=", ">>=", "==",
      "!=", "<=", ">=", "<=>", "&&", "||", "++", "--", ",",  "->*", "->",  "[]"};
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

UnitText read_text(CellSource& source, const Unit& unit) {
  UnitText out;
  TextReader reader(source, out);
  for (const std::size_t token : unit.tokens) reader.add(*unit.text, token);
  for (CXFile file : unit.included) reader.add_file(file);
  reader.finish();
  return out;
}

}  // namespace hamcell
