// What a reference in the tree refers to, in terms of units.
#include "scan/reach/targets.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "scan/reach/callable_state.h"
#include "scan/reach/type_access.h"

namespace hamcell {
namespace {

const void* pointer_of(CXCursor cursor) { return cursor.data[0]; }

/// Functions of the C library that only compute, allocate or print: calling one while variables are
/// initialised changes nothing for later.
bool only_computes(const std::string& name, const std::string& file) {
  static constexpr std::array<std::string_view, 11> headers = {
      "math",   "string.h", "cstring", "ctype.h",      "cctype",  "wchar.h",
      "cwchar", "wctype.h", "numeric", "basic_string", "charconv"};
  for (const std::string_view header : headers)
    if (file.find(header) != std::string::npos) return true;
  static constexpr std::array<std::string_view, 36> names = {
      "abs",    "labs",    "llabs",   "div",     "ldiv",     "lldiv",  "atoi",    "atol",     "atoll",
      "atof",   "strtol",  "strtoll", "strtoul", "strtoull", "strtod", "strtof",  "strtold",  "malloc",
      "calloc", "realloc", "free",    "qsort",   "bsearch",  "printf", "fprintf", "snprintf", "sprintf",
      "puts",   "fputs",   "putchar", "getenv",  "abort",    "exit",   "memcpy",  "memset",   "memcmp"};
  return std::find(names.begin(), names.end(), name) != names.end() || name.starts_with("__builtin") ||
         name.starts_with("operator");
}

/// libclang has no kind for variable templates and structured bindings.
bool is_variable_kind(CXCursorKind kind) {
  return kind == CXCursor_VarDecl || kind == CXCursor_UnexposedDecl;
}

/// `#pragma omp declare reduction(merge : …)` declares something that libclang takes for a variable.
bool is_in_directive(CXCursor declaration, const Unit& unit) {
  const Position at = position_of(declaration);
  const std::size_t token = unit.text->index_at(at.offset);
  return unit.file == at.file && token < unit.text->tokens.size() && unit.text->tokens[token].in_directive;
}

/// An instantiation of a variable stands for what it was instantiated from: templates name that one.
CXCursor pattern_or_self(CXCursor declaration) {
  const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
  return clang_getCanonicalCursor(is_null(pattern) ? declaration : pattern);
}

}  // namespace

const Target& Targets::of(CXCursor declaration) {
  const auto known = known_.find(pointer_of(declaration));
  if (known != known_.end()) return known->second;
  Target target;
  find_units(declaration, target);
  if (target.units.empty())
    read_system(declaration, target);
  else if (is_variable_kind(clang_getCursorKind(declaration)))
    read_variable(declaration, target);
  else
    read_function(declaration, target);
  return known_.emplace(pointer_of(declaration), std::move(target)).first->second;
}

void Targets::add_units_at(CXCursor declaration, Target& out) {
  if (is_null(declaration)) return;
  const Position at = position_of(declaration);
  for (const std::uint32_t unit : units_.at(at.file, at.offset))
    if (std::find(out.units.begin(), out.units.end(), unit) == out.units.end()) out.units.push_back(unit);
}

/// An instantiation stands where its template stands, or where the cell asked for it explicitly; both count.
void Targets::find_units(CXCursor declaration, Target& out) {
  const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
  // Which of its declarations a name leads to depends on where the name stands; the definition does not.
  add_units_at(clang_getCursorDefinition(declaration), out);
  if (!is_null(pattern)) add_units_at(clang_getCursorDefinition(pattern), out);
  add_units_at(clang_getCanonicalCursor(declaration), out);
  if (!out.units.empty()) out.representative = out.units.front();
  add_units_at(declaration, out);
  add_units_at(pattern, out);
  if (out.units.size() == 1) out.representative = out.units.front();
}

void Targets::read_system(CXCursor declaration, Target& out) {
  const CXCursorKind kind = clang_getCursorKind(declaration);
  const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
  out.identity = text_of(clang_getCursorUSR(is_null(pattern) ? declaration : pattern));
  if (kind == CXCursor_Constructor)
    out.makes_callable_with_state = class_changes_when_called(clang_getCursorSemanticParent(declaration));
  if (kind != CXCursor_FunctionDecl && kind != CXCursor_CXXMethod) return;
  // Of a template, only the arguments tell which of its instantiations is meant, and these are the unit's
  // own.
  out.tells_callers_place =
      text_of(clang_getTypeSpelling(clang_getCursorType(declaration))).find("source_location") !=
      std::string::npos;
  if (!is_null(pattern) || (kind == CXCursor_CXXMethod && clang_CXXMethod_isStatic(declaration) == 0)) return;
  const Position at = position_of(declaration);
  out.has_outside_effects = !only_computes(text_of(clang_getCursorSpelling(declaration)), path_of(at.file));
}

namespace {

/// Of a variable template that is not instantiated where it is named libclang tells no type; its words do:
///     template <class T> inline constexpr bool is_small = sizeof(T) < 8;
/// With a pointer or a deduced type they do not say enough.
bool is_constant_by_its_words(const Unit& unit) {
  bool is_const = false;
  for (const std::size_t index : unit.tokens) {
    const std::string_view word = unit.text->tokens[index].text;
    if (word == unit.name) return is_const;
    if (word == "*" || word == "&" || word == "auto") return false;
    is_const = is_const || word == "constexpr" || word == "const";
  }
  return false;
}

}  // namespace

bool Targets::is_constexpr(const Target& target) const {
  return std::any_of(target.units.begin(), target.units.end(),
                     [&](std::uint32_t unit) { return says_constant(units_.list[unit]); });
}

void Targets::read_variable(CXCursor declaration, Target& out) {
  const CXCursor canonical = pattern_or_self(declaration);
  if (is_in_directive(declaration, units_.list[out.units.front()])) return;
  const Unit& unit = units_.list[out.units.front()];
  const bool is_open = clang_getCursorKind(declaration) == CXCursor_UnexposedDecl;
  if (is_open && is_constant_by_its_words(unit)) return;
  const void* const key = is_open ? &unit : pointer_of(canonical);
  const auto known = known_variables_.find(key);
  if (known != known_variables_.end()) {
    out.variable = known->second;
    return;
  }
  const CXCursorKind parent = clang_getCursorKind(clang_getCursorSemanticParent(canonical));
  const bool is_in_function = parent == CXCursor_FunctionDecl || parent == CXCursor_CXXMethod ||
                              parent == CXCursor_FunctionTemplate || parent == CXCursor_Constructor ||
                              parent == CXCursor_Destructor || parent == CXCursor_ConversionFunction ||
                              parent == CXCursor_LambdaExpr;
  if (is_in_function && clang_getCursorTLSKind(canonical) == CXTLS_None &&
      clang_Cursor_getStorageClass(canonical) != CX_SC_Static &&
      clang_Cursor_getStorageClass(canonical) != CX_SC_Extern)
    return;
  const CXType type = element_of(clang_getCursorType(canonical));
  if (is_synchronisation(type)) return;
  Variable variable;
  const bool is_const = is_const_throughout(clang_getCursorType(canonical));
  variable.is_pointer = is_pointer_like(type);
  variable.is_deep = !variable.is_pointer && gives_access(type);
  variable.is_member = is_type_kind(parent);
  variable.is_callable = can_hold_callable(type);
  variable.is_const = is_const && !variable.is_pointer && !variable.is_deep;
  if (variable.is_const && !variable.is_callable) return;
  variable.unit = out.units.front();
  out.variable = add_variable(key, canonical, std::move(variable));
}

std::uint32_t Targets::add_variable(const void* key, CXCursor canonical, Variable variable) {
  variable.name = text_of(clang_getCursorSpelling(canonical));
  variable.place = position_of(canonical);
  const auto index = static_cast<std::uint32_t>(variables.size());
  known_variables_.emplace(key, index);
  variables.push_back(std::move(variable));
  return index;
}

std::uint32_t Targets::add_set_by_first_call(CXCursor declaration, std::uint32_t unit) {
  const CXCursor canonical = clang_getCanonicalCursor(declaration);
  const auto known = known_variables_.find(pointer_of(canonical));
  if (known != known_variables_.end()) return known->second;
  Variable variable;
  variable.unit = unit;
  return add_variable(pointer_of(canonical), canonical, std::move(variable));
}

void Targets::read_function(CXCursor declaration, Target& out) {
  const CXCursorKind kind = clang_getCursorKind(declaration);
  if (kind != CXCursor_FunctionDecl && kind != CXCursor_CXXMethod && kind != CXCursor_FunctionTemplate)
    return;
  const CXType result = clang_getCanonicalType(clang_getCursorResultType(declaration));
  // What a template deduces as its result is not known here.
  const bool is_open = result.kind == CXType_Auto || result.kind == CXType_Dependent;
  if (!is_open && !is_pointer_like(result)) return;
  const CXCursor canonical = pattern_or_self(declaration);
  const auto [found, is_new] = known_accessors_.try_emplace(pointer_of(canonical), accessors);
  if (is_new) accessors++;
  out.accessor = found->second;
}

}  // namespace hamcell
