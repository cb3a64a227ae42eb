// What a reference in the tree refers to, in terms of units.
#include "scan/reach/targets.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "scan/type_names.h"

namespace hamcell {
namespace {

const void* pointer_of(CXCursor cursor) { return cursor.data[0]; }

bool is_array(CXType type) {
  return type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray ||
         type.kind == CXType_DependentSizedArray;
}

CXType element_of(CXType type) {
  CXType canonical = clang_getCanonicalType(type);
  while (is_array(canonical)) canonical = clang_getCanonicalType(clang_getArrayElementType(canonical));
  return canonical;
}

/// Types whose const objects give access to something that is not const.
bool is_pointer_like(CXType type) {
  static constexpr std::array<std::string_view, 8> names = {"std::unique_ptr",
                                                            "std::shared_ptr",
                                                            "std::weak_ptr",
                                                            "std::span",
                                                            "std::reference_wrapper",
                                                            "std::atomic_ref",
                                                            "std::experimental::observer_ptr",
                                                            "std::experimental::propagate_const"};
  const CXType canonical = clang_getCanonicalType(type);
  if (canonical.kind == CXType_Pointer || canonical.kind == CXType_LValueReference) {
    const CXType pointee = clang_getPointeeType(canonical);
    return pointee.kind != CXType_FunctionProto && clang_isConstQualifiedType(pointee) == 0;
  }
  if (canonical.kind != CXType_Record) return false;
  const std::string name = qualified_name(clang_getTypeDeclaration(canonical));
  if (std::find(names.begin(), names.end(), name) == names.end()) return false;
  const CXType pointee = clang_Type_getTemplateArgumentAsType(canonical, 0);
  return clang_isConstQualifiedType(pointee) == 0;
}

/// Objects that only order threads: their state is no part of any value.
bool is_synchronisation(CXType type) {
  static constexpr std::array<std::string_view, 9> names = {
      "std::mutex",       "std::recursive_mutex",       "std::shared_mutex",
      "std::timed_mutex", "std::recursive_timed_mutex", "std::shared_timed_mutex",
      "std::once_flag",   "std::condition_variable",    "std::condition_variable_any"};
  const std::string name = qualified_name(clang_getTypeDeclaration(clang_getCanonicalType(type)));
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Of an array, whose const may stand with it or with its elements.
bool is_const_throughout(CXType type) {
  for (CXType canonical = clang_getCanonicalType(type);;
       canonical = clang_getCanonicalType(clang_getArrayElementType(canonical))) {
    if (clang_isConstQualifiedType(canonical) != 0) return true;
    if (!is_array(canonical)) return false;
  }
}

/// Whether const access to a value gives access to something that can be changed: a pointer in it, a
/// `mutable` member. Of the library's own types only what they hold counts: a const object of them can be
/// shared between threads ([res.on.data.races]), so its users cannot change what others see.
bool gives_access(CXType type, unsigned depth = 0) {
  static constexpr unsigned deepest = 6;
  const CXType canonical = element_of(type);
  if (depth > deepest) return true;
  if (is_pointer_like(canonical)) return true;
  if (canonical.kind != CXType_Record) return false;
  const CXCursor declaration = clang_getTypeDeclaration(canonical);
  if (clang_Location_isInSystemHeader(clang_getCursorLocation(declaration)) != 0) {
    const int count = clang_Type_getNumTemplateArguments(canonical);
    for (int i = 0; i < count; i++) {
      const CXType argument = clang_Type_getTemplateArgumentAsType(canonical, static_cast<unsigned>(i));
      if (argument.kind != CXType_Invalid && argument.kind != CXType_FunctionProto &&
          gives_access(argument, depth + 1))
        return true;
    }
    return false;
  }
  bool found = false;
  const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
  for_each_child(is_null(pattern) ? declaration : pattern, [&](CXCursor child) {
    const CXCursorKind kind = clang_getCursorKind(child);
    const CXType member = clang_getCursorType(child);
    if (kind == CXCursor_FieldDecl)
      found = found || (clang_CXXField_isMutable(child) != 0 && !is_synchronisation(member)) ||
              gives_access(member, depth + 1);
    if (kind == CXCursor_CXXBaseSpecifier) found = found || gives_access(member, depth + 1);
  });
  return found;
}

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

void Targets::read_variable(CXCursor declaration, Target& out) {
  const CXCursor canonical = pattern_or_self(declaration);
  if (is_in_directive(declaration, units_.list[out.units.front()])) return;
  const void* const key = clang_getCursorKind(declaration) == CXCursor_UnexposedDecl
                              ? &units_.list[out.units.front()]
                              : pointer_of(canonical);
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
  if (is_const && !variable.is_pointer && !variable.is_deep) return;
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
