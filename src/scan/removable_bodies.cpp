// Which functions can be left out when others are compiled.
//
// A body that is replaced by `;` takes with it what it refers to. So it may only go where nothing that stays
// refers to the function, and where the text in it does nothing to the text behind it. The rules may keep too
// much: a body that could have gone costs the time to compile it.
#include "scan/removable_bodies.h"

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <string_view>

#include "scan/reach/rule_context.h"

namespace hamcell {
namespace {

/// Whether the unit is just another declaration of what `defining` defines.
bool only_declares(const Unit& unit, const Unit& defining) {
  const auto declares = [&](CXCursor cursor) {
    if (clang_getCursorKind(cursor) != CXCursor_FunctionDecl || clang_isCursorDefinition(cursor) != 0)
      return false;
    return std::any_of(defining.cursors.begin(), defining.cursors.end(), [&](CXCursor other) {
      return clang_equalCursors(clang_getCanonicalCursor(cursor), clang_getCanonicalCursor(other)) != 0;
    });
  };
  return !unit.cursors.empty() && std::all_of(unit.cursors.begin(), unit.cursors.end(), declares);
}

/// The statement of a function's body; null where it is no plain one, as with `try`.
CXCursor body_statement(CXCursor definition) {
  CXCursor body = clang_getNullCursor();
  for_each_child(definition, [&](CXCursor child) {
    if (clang_getCursorKind(child) == CXCursor_CompoundStmt) body = child;
  });
  return body;
}

/// A place that no macro made.
std::optional<Position> written_at(CXSourceLocation location) {
  Position expanded, spelled;
  clang_getExpansionLocation(location, &expanded.file, &expanded.line, &expanded.column, &expanded.offset);
  clang_getSpellingLocation(location, &spelled.file, &spelled.line, &spelled.column, &spelled.offset);
  if (expanded.file != spelled.file || expanded.offset != spelled.offset) return std::nullopt;
  return expanded;
}

std::optional<TextRange> written_range(CXCursor cursor, CXFile file) {
  const CXSourceRange range = clang_getCursorExtent(cursor);
  const std::optional<Position> begin = written_at(clang_getRangeStart(range));
  const std::optional<Position> end = written_at(clang_getRangeEnd(range));
  if (!begin || !end || begin->file != file || end->file != file || begin->offset >= end->offset)
    return std::nullopt;
  return TextRange{begin->offset, end->offset};
}

///     __attribute__((constructor)) int start() { … }
/// Those of `ham` are not in the tree.
bool has_attributes(CXCursor definition) {
  bool has = false;
  for_each_child(definition, [&](CXCursor child) {
    const CXCursorKind kind = clang_getCursorKind(child);
    has = has || (clang_isAttribute(kind) != 0 && kind != CXCursor_WarnUnusedResultAttr);
  });
  return has;
}

/// Found by its plain name by whatever is linked.
bool has_c_linkage(CXCursor definition) {
  return text_of(clang_Cursor_getMangling(definition)) == text_of(clang_getCursorSpelling(definition));
}

class BodyFinder {
 public:
  BodyFinder(CellSource& source, const std::vector<std::uint32_t>& node_units, const Reach& reach)
      : source_(source), reach_(reach), text_(source.main_text()), nodes_in_(reach.parts.size()) {
    for (const std::uint32_t unit : node_units) ++nodes_in_[unit];
    must_stay_.resize(reach.parts.size());
    for (std::uint32_t unit = 0; unit < reach.parts.size(); ++unit)
      if (nodes_in_[unit] == 0)
        for (const std::uint32_t used : reach.parts[unit].uses)
          if (!only_declares(reach.units.list[unit], reach.units.list[used])) must_stay_[used] = true;
    for (const std::uint32_t unit : reach.closure(reach.for_all)) must_stay_[unit] = true;
  }

  TextRange body_of(CXCursor definition, std::uint32_t unit) const {
    // What several share, or a macro made, is not looked into.
    if (must_stay_[unit] || nodes_in_[unit] != 1 || reach_.units.list[unit].kind != UnitKind::declaration)
      return {};
    if (has_attributes(definition) || has_c_linkage(definition)) return {};
    const std::optional<TextRange> all = written_range(definition, source_.main_file);
    const CXCursor statement = body_statement(definition);
    if (!all || is_null(statement)) return {};
    const std::optional<TextRange> body = written_range(statement, source_.main_file);
    if (!body || body->begin < all->begin || body->end != all->end) return {};
    return is_plain(*all, *body) ? *body : TextRange{};
  }

 private:
  bool is_plain(const TextRange& all, const TextRange& body) const {
    const std::size_t first = text_.index_at(static_cast<unsigned>(all.begin));
    const Token* last = nullptr;
    bool has_open = false;
    for (std::size_t i = first; i < text_.tokens.size() && text_.tokens[i].begin < all.end; ++i) {
      const Token& token = text_.tokens[i];
      last = &token;
      // What is defined in it, or switched on, may last.
      if (token.in_directive || token.skipped) return false;
      // The result is known from the body alone.
      if (token.begin < body.begin && (token.text == "auto" || token.text == "decltype")) return false;
      has_open = has_open || (token.begin == body.begin && token.text == "{");
    }
    return has_open && last != nullptr && last->text == "}" && last->end == body.end;
  }

  CellSource& source_;
  const Reach& reach_;
  const TokenText& text_;
  std::vector<std::uint32_t> nodes_in_;  ///< by unit: how many nodes it defines
  std::vector<bool> must_stay_;          ///< by unit: something that is no node refers to it
};

/// Words by which a function can do something to others that no call shows: counting expansions, lasting
/// pragmas, names and places for assembler and linker.
bool reaches_out(std::string_view word) {
  constexpr std::array<std::string_view, 13> words = {
      "__COUNTER__", "_Pragma", "__pragma",         "weak",       "__weak__",  "section", "__section__",
      "dlsym",       "dlvsym",  "redefine_extname", "push_macro", "pop_macro", "init_seg"};
  return names_for_linker(word) || std::find(words.begin(), words.end(), word) != words.end();
}

bool has_word_that_reaches_out(std::string_view text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  for (std::size_t at = text.find_first_of(letters); at != std::string_view::npos;
       at = text.find_first_of(letters, at)) {
    const std::size_t end = std::min(text.find_first_not_of(letters, at), text.size());
    if (reaches_out(text.substr(at, end - at))) return true;
    at = end;
  }
  return false;
}

/// What a macro makes of it counts as well, wherever that is defined.
bool reaches_out(MacroTable& macros, const Token& token) {
  if (reaches_out(token.text)) return true;
  if (token.kind != TokenKind::identifier) return false;
  const std::string name(token.text);
  if (!macros.has(name)) return false;
  const std::vector<std::string>& words = macros.words(name);
  // Macros of the system silence warnings for what they expand to.
  const bool is_of_system = macros.is_of_system(name);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return reaches_out(word) && !(is_of_system && (word == "_Pragma" || word == "__asm__"));
  });
}

/// Pragmas that look beyond a function: with an error for what is unused, what is left out would have to be
/// used; and how numbers are rounded can depend on what is inlined:
///     #pragma GCC diagnostic error "-Wunused-function"
///     #pragma GCC optimize("fast-math")
bool has_pragma_beyond_functions(const std::vector<Token>& tokens) {
  constexpr std::array<std::string_view, 4> rounding = {"optimize", "FP_CONTRACT", "fp", "float_control"};
  bool is_pragma = false;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    const std::string_view word = tokens[i].text;
    if (tokens[i - 1].begins_directive) is_pragma = word == "pragma";
    if (!tokens[i].in_directive || !is_pragma) continue;
    if (word == "error" && tokens[i - 1].text == "diagnostic") return true;
    if (std::find(rounding.begin(), rounding.end(), word) != rounding.end()) return true;
  }
  return false;
}

bool is_template_kind(CXCursorKind kind) {
  return kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization ||
         kind == CXCursor_UnexposedDecl;
}

bool is_in_template(CXCursor cursor) {
  while (clang_isDeclaration(clang_getCursorKind(cursor)) != 0) {
    if (is_template_kind(clang_getCursorKind(cursor))) return true;
    cursor = clang_getCursorSemanticParent(cursor);
  }
  return false;
}

/// Looks at what templates have that is there only where something that is compiled uses it.
class TemplateEffects {
 public:
  explicit TemplateEffects(CellSource& source) : source_(source) {}

  bool are_in(const Unit& unit) {
    for (const CXCursor cursor : unit.cursors) look_at(cursor);
    return found_;
  }

 private:
  void look_at(CXCursor cursor) {
    const CXCursorKind kind = clang_getCursorKind(cursor);
    // A variable template is unexposed, and so is a block of `extern "C"`.
    const bool is_variable = kind == CXCursor_VarDecl || (kind == CXCursor_UnexposedDecl &&
                                                          !text_of(clang_getCursorSpelling(cursor)).empty() &&
                                                          !is_deduction_guide(cursor));
    if (is_variable && is_in_template(cursor) && !is_constant(cursor)) found_ = true;
    if (kind == CXCursor_FriendDecl && is_in_template(clang_getCursorSemanticParent(cursor)))
      look_at_friend(cursor);
    const bool has_members = is_type_kind(kind) || kind == CXCursor_Namespace ||
                             kind == CXCursor_UnexposedDecl || kind == CXCursor_LinkageSpec;
    if (has_members) for_each_child(cursor, [&](CXCursor child) { look_at(child); });
  }

  ///     template <class T> bool registered = registry().emplace(name<T>(), make<T>).second;
  ///     template <class T> struct Plugin { static inline int number = ++count; };
  bool is_constant(CXCursor variable) {
    const Span extent = span_of(variable);
    const TokenText& text = source_.texts.of(extent.file);
    const auto first = text.tokens.begin() + static_cast<std::ptrdiff_t>(text.index_at(extent.begin));
    return says_constant(
        std::ranges::subrange(first, text.tokens.end()) |
        std::views::take_while([&](const Token& token) { return token.begin < extent.end; }) |
        std::views::transform(&Token::text));
  }

  /// A function that one template declares and another one defines tells whether the other one was used:
  ///     template <int N> struct Flag { friend constexpr int get(Flag<N>); };
  void look_at_friend(CXCursor cursor) {
    for_each_child(cursor, [&](CXCursor child) {
      const CXCursorKind kind = clang_getCursorKind(child);
      const bool is_function = kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate;
      if (is_function && clang_isCursorDefinition(child) == 0) found_ = true;
    });
  }

  CellSource& source_;
  bool found_ = false;
};

}  // namespace

void find_removable_bodies(CellSource& source, const std::vector<std::uint32_t>& node_units,
                           const Reach& reach, FoundFunctions& found) {
  const BodyFinder finder(source, node_units, reach);
  for (std::size_t i = 0; i < found.functions.size(); ++i)
    found.functions[i].body =
        finder.body_of(source.declarations.functions[found.nodes[i].entity].definition, node_units[i]);
}

bool has_effects_uncalled(CellSource& source, const IncludedFiles& files, const Reach& reach) {
  TemplateEffects templates(source);
  for (const Unit& unit : reach.units.list)
    if (templates.are_in(unit)) return true;
  const auto reach_out = [&](CXFile file) {
    const std::vector<Token>& tokens = source.texts.of(file).tokens;
    return has_pragma_beyond_functions(tokens) ||
           std::any_of(tokens.begin(), tokens.end(),
                       [&](const Token& token) { return reaches_out(source.declarations.macros, token); });
  };
  // `-D ID=__COUNTER__`
  for (const std::string& argument : source.request.arguments)
    if (has_word_that_reaches_out(argument)) return true;
  return reach_out(source.main_file) ||
         std::any_of(files.files.begin(), files.files.end(), [&](const IncludedFile& file) {
           return file.file != nullptr && !file.source.is_system && !file.is_embedded && reach_out(file.file);
         });
}

}  // namespace hamcell
