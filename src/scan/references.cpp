// Which node functions a piece of the tree refers to.
#include "scan/references.h"

namespace hamcell {

NodeReferences::NodeReferences(CellSource& source, const FoundFunctions& found) {
  for (std::size_t i = 0; i < found.functions.size(); i++) {
    const auto index = static_cast<std::uint32_t>(i);
    const FunctionEntity& entity = source.declarations.functions[found.nodes[i].entity];
    const CXCursor canonical = clang_getCanonicalCursor(entity.definition);
    by_cursor_[clang_hashCursor(canonical)].emplace_back(canonical, index);
    by_name_[found.functions[i].function].push_back(index);
    for (const CXCursor declaration : entity.declarations) {
      const Position name = position_of(declaration);
      if (name.file == source.main_file) declared_at_.insert(name.offset);
    }
  }
}

void NodeReferences::add(CXCursor function, std::set<std::uint32_t>& out) const {
  const CXCursor canonical = clang_getCanonicalCursor(function);
  const auto bucket = by_cursor_.find(clang_hashCursor(canonical));
  if (bucket == by_cursor_.end()) return;
  for (const auto& [known, index] : bucket->second)
    if (clang_equalCursors(known, canonical) != 0) out.insert(index);
}

void NodeReferences::collect(CXCursor cursor, std::set<std::uint32_t>& out) const {
  for_each_descendant(cursor, [&](CXCursor below) {
    const CXCursorKind kind = clang_getCursorKind(below);
    if (kind == CXCursor_DeclRefExpr || kind == CXCursor_UnexposedExpr) {
      const CXCursor target = clang_getCursorReferenced(below);
      if (!is_null(target) && clang_getCursorKind(target) == CXCursor_FunctionDecl) add(target, out);
    } else if (kind == CXCursor_OverloadedDeclRef) {
      const unsigned count = clang_getNumOverloadedDecls(below);
      for (unsigned i = 0; i < count; i++) add(clang_getOverloadedDecl(below, i), out);
    }
    return true;
  });
}

void NodeReferences::collect_calls(const TokenText& text, std::size_t begin, std::size_t end,
                                   const std::set<std::string_view>& hidden,
                                   std::set<std::uint32_t>& out) const {
  for (std::size_t i = begin; i < end && i + 1 < text.tokens.size(); i++) {
    const Token& token = text.tokens[i];
    if (token.kind != TokenKind::identifier || text.tokens[i + 1].text != "(" || hidden.contains(token.text))
      continue;
    const bool is_member = i > 0 && (text.tokens[i - 1].text == "." || text.tokens[i - 1].text == "->");
    if (is_member || declared_at_.contains(token.begin)) continue;
    const auto named = by_name_.find(token.text);
    if (named != by_name_.end()) out.insert(named->second.begin(), named->second.end());
  }
}

}  // namespace hamcell
