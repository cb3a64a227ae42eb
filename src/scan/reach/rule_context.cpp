// The questions that several rules of reach ask.
#include "scan/reach/rule_context.h"

#include <algorithm>
#include <array>

namespace hamcell {

void RuleContext::add(std::uint32_t from, std::uint32_t to) {
  if (from != to) uses(from).push_back(to);
}

void RuleContext::add_named(std::uint32_t from, const std::vector<std::uint32_t>* to) {
  if (to == nullptr) return;
  for (const std::uint32_t unit : *to) {
    add(from, unit);
    reach.parts[from].by_name.push_back(unit);
  }
}

bool RuleContext::is_variable_template(std::uint32_t unit) const {
  const std::vector<CXCursor>& cursors = units.list[unit].cursors;
  return std::any_of(cursors.begin(), cursors.end(), [](CXCursor cursor) {
    return clang_getCursorKind(cursor) == CXCursor_UnexposedDecl &&
           !text_of(clang_getCursorSpelling(cursor)).empty() && !is_deduction_guide(cursor);
  });
}

bool RuleContext::is_late(std::uint32_t unit) const {
  const std::vector<CXCursor>& cursors = units.list[unit].cursors;
  return reach.parts[unit].tree.has_late_names ||
         std::any_of(cursors.begin(), cursors.end(),
                     [](CXCursor cursor) { return clang_getCursorKind(cursor) == CXCursor_UnexposedDecl; });
}

void RuleContext::collect_types(CXCursor cursor, std::set<std::uint32_t>& out) const {
  const auto look = [&](CXCursor below) {
    const CXCursorKind kind = clang_getCursorKind(below);
    if (kind != CXCursor_TypeRef && kind != CXCursor_TemplateRef) return;
    const CXCursor named = clang_getCursorReferenced(below);
    // Not the parameters of a template, which stand in its own text.
    if (!is_null(named) && (is_type_kind(clang_getCursorKind(named)) || is_alias(named)))
      add_type(named, out);
  };
  look(cursor);
  for_each_descendant(cursor, [&](CXCursor below) {
    look(below);
    return true;
  });
}

void RuleContext::add_type(CXCursor named, std::set<std::uint32_t>& out) const {
  for (const std::uint32_t unit : reach.targets.of(named).units) {
    if (!out.insert(unit).second) continue;
    if (is_alias(named)) for_each_child(named, [&](CXCursor child) { collect_types(child, out); });
  }
}

std::string_view text_at(const Unit& unit, std::size_t k) { return unit.text->tokens[unit.tokens[k]].text; }

bool is_alias(CXCursor cursor) {
  const CXCursorKind kind = clang_getCursorKind(cursor);
  return kind == CXCursor_TypedefDecl || kind == CXCursor_TypeAliasDecl ||
         kind == CXCursor_TypeAliasTemplateDecl;
}

bool is_deduction_guide(CXCursor cursor) {
  return text_of(clang_getCursorSpelling(cursor)).starts_with("<deduction guide");
}

bool is_class_kind(CXCursorKind kind) { return is_type_kind(kind) && kind != CXCursor_EnumDecl; }

bool names_for_linker(std::string_view word) {
  constexpr std::array<std::string_view, 9> words = {
      "alias", "__alias__", "ifunc", "__ifunc__", "weakref", "__weakref__", "asm", "__asm__", "__asm"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace hamcell
