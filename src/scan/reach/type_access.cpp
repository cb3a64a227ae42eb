// What a type lets those do who hold a const object of it, or a callable inside it.
#include "scan/reach/type_access.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "scan/type_names.h"

namespace hamcell {
namespace {

/// Types that are nested deeper are taken for whatever is asked about.
constexpr unsigned deepest = 6;

bool is_array(CXType type) {
  return type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray ||
         type.kind == CXType_DependentSizedArray;
}

/// Whether `question` holds for a type that this one consists of: arguments of a template of the library,
/// whose members are its own matter, and members and bases of the user's classes.
template <class Question>
bool any_part(CXType canonical, Question&& question) {
  const CXCursor declaration = clang_getTypeDeclaration(canonical);
  if (clang_Location_isInSystemHeader(clang_getCursorLocation(declaration)) != 0) {
    const int count = clang_Type_getNumTemplateArguments(canonical);
    for (int i = 0; i < count; i++) {
      const CXType argument = clang_Type_getTemplateArgumentAsType(canonical, static_cast<unsigned>(i));
      if (argument.kind != CXType_Invalid && argument.kind != CXType_FunctionProto &&
          question(argument, clang_getNullCursor()))
        return true;
    }
    return false;
  }
  bool found = false;
  const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
  for_each_child(is_null(pattern) ? declaration : pattern, [&](CXCursor child) {
    const CXCursorKind kind = clang_getCursorKind(child);
    if (kind == CXCursor_FieldDecl || kind == CXCursor_CXXBaseSpecifier)
      found = found || question(clang_getCursorType(child), child);
  });
  return found;
}

bool gives_access(CXType type, unsigned depth) {
  const CXType canonical = element_of(type);
  if (depth > deepest || is_pointer_like(canonical)) return true;
  if (canonical.kind != CXType_Record) return false;
  if (qualified_name(clang_getTypeDeclaration(canonical)) == "std::any") return true;
  return any_part(canonical, [&](CXType part, CXCursor member) {
    const bool is_mutable = clang_getCursorKind(member) == CXCursor_FieldDecl &&
                            clang_CXXField_isMutable(member) != 0 && !is_synchronisation(part);
    return is_mutable || gives_access(part, depth + 1);
  });
}

bool is_closure(CXType canonical) {
  return text_of(clang_getTypeSpelling(canonical)).find("(lambda at ") != std::string::npos;
}

bool can_hold_callable(CXType type, unsigned depth) {
  static constexpr std::array<std::string_view, 5> names = {
      "std::function", "std::move_only_function", "std::copyable_function", "std::packaged_task", "std::any"};
  const CXType canonical = element_of(type);
  if (depth > deepest) return true;
  if (canonical.kind != CXType_Record) return false;
  const CXCursor declaration = clang_getTypeDeclaration(canonical);
  if (is_closure(canonical)) return true;
  const std::string name = qualified_name(declaration);
  if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  return any_part(canonical, [&](CXType part, CXCursor) { return can_hold_callable(part, depth + 1); });
}

}  // namespace

CXType element_of(CXType type) {
  CXType canonical = clang_getCanonicalType(type);
  while (is_array(canonical)) canonical = clang_getCanonicalType(clang_getArrayElementType(canonical));
  return canonical;
}

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

bool is_synchronisation(CXType type) {
  static constexpr std::array<std::string_view, 9> names = {
      "std::mutex",       "std::recursive_mutex",       "std::shared_mutex",
      "std::timed_mutex", "std::recursive_timed_mutex", "std::shared_timed_mutex",
      "std::once_flag",   "std::condition_variable",    "std::condition_variable_any"};
  const std::string name = qualified_name(clang_getTypeDeclaration(clang_getCanonicalType(type)));
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_const_throughout(CXType type) {
  for (CXType canonical = clang_getCanonicalType(type);;
       canonical = clang_getCanonicalType(clang_getArrayElementType(canonical))) {
    if (clang_isConstQualifiedType(canonical) != 0) return true;
    if (!is_array(canonical)) return false;
  }
}

bool gives_access(CXType type) { return gives_access(type, 0); }

bool can_hold_callable(CXType type) { return can_hold_callable(type, 0); }

}  // namespace hamcell
