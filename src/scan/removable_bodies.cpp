// Which functions can be left out when others are compiled.
//
// A body that is replaced by `;` takes with it what it refers to. So it may only go where nothing that stays
// refers to the function, and where the text in it does nothing to the text behind it. The rules may keep too
// much: a body that could have gone costs the time to compile it.
#include "scan/removable_bodies.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace hamcell {
namespace {

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
        for (const std::uint32_t used : reach.parts[unit].uses) must_stay_[used] = true;
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
  constexpr std::array<std::string_view, 22> words = {"__COUNTER__",
                                                      "_Pragma",
                                                      "__pragma",
                                                      "asm",
                                                      "__asm",
                                                      "__asm__",
                                                      "alias",
                                                      "__alias__",
                                                      "ifunc",
                                                      "__ifunc__",
                                                      "weakref",
                                                      "weak",
                                                      "__weak__",
                                                      "__weakref__",
                                                      "section",
                                                      "__section__",
                                                      "dlsym",
                                                      "dlvsym",
                                                      "redefine_extname",
                                                      "push_macro",
                                                      "pop_macro",
                                                      "init_seg"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_template_kind(CXCursorKind kind) {
  return kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization ||
         kind == CXCursor_FunctionTemplate || kind == CXCursor_UnexposedDecl;
}

/// A variable of a template is there, and initialised, where something that is compiled uses it:
///     template <class T> bool registered = registry().emplace(name<T>(), make<T>).second;
bool initialises_where_used(const Unit& unit, const ReachedUnit& part) {
  if (!part.tree.runs_at_load) return false;
  return std::any_of(unit.cursors.begin(), unit.cursors.end(), [](CXCursor cursor) {
    while (clang_isDeclaration(clang_getCursorKind(cursor)) != 0) {
      if (is_template_kind(clang_getCursorKind(cursor))) return true;
      cursor = clang_getCursorSemanticParent(cursor);
    }
    return false;
  });
}

}  // namespace

void find_removable_bodies(CellSource& source, const std::vector<std::uint32_t>& node_units,
                           const Reach& reach, FoundFunctions& found) {
  const BodyFinder finder(source, node_units, reach);
  for (std::size_t i = 0; i < found.functions.size(); ++i)
    found.functions[i].body =
        finder.body_of(source.declarations.functions[found.nodes[i].entity].definition, node_units[i]);
}

bool has_effects_uncalled(CellSource& source, const IncludedFiles& files, const Reach& reach) {
  for (std::uint32_t unit = 0; unit < reach.parts.size(); ++unit)
    if (initialises_where_used(reach.units.list[unit], reach.parts[unit])) return true;
  const auto reach_out = [&](CXFile file) {
    const std::vector<Token>& tokens = source.texts.of(file).tokens;
    return std::any_of(tokens.begin(), tokens.end(),
                       [](const Token& token) { return reaches_out(token.text); });
  };
  return reach_out(source.main_file) ||
         std::any_of(files.files.begin(), files.files.end(), [&](const IncludedFile& file) {
           return file.file != nullptr && !file.source.is_system && !file.is_embedded && reach_out(file.file);
         });
}

}  // namespace hamcell
