// What a type lets those do who hold a const object of it, or a callable inside it.
#include "scan/reach/type_access.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>

#include "scan/type_names.h"

namespace hamcell {
namespace {

bool is_array(CXType type) {
  return type.kind == CXType_ConstantArray || type.kind == CXType_IncompleteArray ||
         type.kind == CXType_DependentSizedArray;
}

bool is_closure(CXType canonical) {
  return text_of(clang_getTypeSpelling(canonical)).find("(lambda at ") != std::string::npos;
}

/// A type that only an instantiation will tell.
bool is_dependent(CXType canonical) {
  return canonical.kind == CXType_Unexposed || canonical.kind == CXType_Dependent;
}

template <class Visit>
void for_each_field(CXType canonical, Visit&& visit) {
  using Plain = std::remove_reference_t<Visit>;
  clang_Type_visitFields(
      canonical,
      [](CXCursor field, CXClientData data) {
        (*static_cast<Plain*>(data))(field);
        return CXVisit_Continue;
      },
      &visit);
}

/// Asks a type, and all that objects of it consist of or lead to. Each type is asked once.
class TypeWalk {
 public:
  enum class Question { access, callable };
  explicit TypeWalk(Question question) : question_(question) {}

  bool holds_for(CXType type) {
    const CXType canonical = element_of(type);
    if (answers(canonical)) return true;
    if (canonical.kind == CXType_Pointer || canonical.kind == CXType_LValueReference) {
      const CXType pointee = clang_getPointeeType(canonical);
      return pointee.kind != CXType_FunctionProto && holds_for(pointee);
    }
    if (canonical.kind != CXType_Record) return false;
    if (!asked_.insert(text_of(clang_getTypeSpelling(clang_getUnqualifiedType(canonical)))).second)
      return false;
    const CXCursor declaration = clang_getTypeDeclaration(canonical);
    return clang_Location_isInSystemHeader(clang_getCursorLocation(declaration)) != 0
               ? holds_for_arguments(canonical)
               : holds_for_parts(canonical, declaration);
  }

 private:
  bool answers(CXType canonical) const {
    if (question_ == Question::access && is_pointer_like(canonical)) return true;
    if (canonical.kind != CXType_Record) return false;
    const CXCursor declaration = clang_getTypeDeclaration(canonical);
    const std::string name = qualified_name(declaration);
    if (name == "std::any") return true;
    return question_ == Question::callable &&
           (is_closure(canonical) || hides_callable(name) || is_polymorphic(declaration));
  }

  static bool hides_callable(const std::string& name) {
    static constexpr std::array<std::string_view, 4> names = {"std::function", "std::move_only_function",
                                                              "std::copyable_function", "std::packaged_task"};
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  /// A class of the user's that others derive from: which one it is only shows when it is called.
  static bool is_polymorphic(CXCursor declaration) {
    if (clang_Location_isInSystemHeader(clang_getCursorLocation(declaration)) != 0) return false;
    bool has_virtual = false;
    const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
    for_each_child(is_null(pattern) ? declaration : pattern, [&](CXCursor child) {
      has_virtual = has_virtual || clang_CXXMethod_isVirtual(child) != 0;
    });
    return has_virtual;
  }

  /// Of a template of the library: its members are its own matter, what it holds is not.
  bool holds_for_arguments(CXType canonical) {
    const int count = clang_Type_getNumTemplateArguments(canonical);
    for (int i = 0; i < count; i++) {
      const CXType argument = clang_Type_getTemplateArgumentAsType(canonical, static_cast<unsigned>(i));
      if (argument.kind != CXType_Invalid && argument.kind != CXType_FunctionProto && holds_for(argument))
        return true;
    }
    return false;
  }

  bool holds_for_parts(CXType canonical, CXCursor declaration) {
    bool found = false;
    for_each_field(canonical, [&](CXCursor field) {
      const CXType member = clang_getCursorType(field);
      const bool is_mutable = question_ == Question::access && clang_CXXField_isMutable(field) != 0 &&
                              !is_synchronisation(member);
      found = found || is_mutable || holds_for(member);
    });
    const CXCursor pattern = clang_getSpecializedCursorTemplate(declaration);
    for_each_child(is_null(pattern) ? declaration : pattern, [&](CXCursor child) {
      if (clang_getCursorKind(child) != CXCursor_CXXBaseSpecifier) return;
      const CXType base = clang_getCanonicalType(clang_getCursorType(child));
      found = found || is_dependent(base) || holds_for(base);
    });
    return found;
  }

  Question question_;
  std::set<std::string> asked_;
};

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

bool is_reference_to_changeable(CXType type) {
  const CXType canonical = clang_getCanonicalType(type);
  return (canonical.kind == CXType_LValueReference || canonical.kind == CXType_RValueReference) &&
         clang_isConstQualifiedType(clang_getPointeeType(canonical)) == 0;
}

bool gives_access(CXType type) { return TypeWalk(TypeWalk::Question::access).holds_for(type); }

bool can_hold_callable(CXType type) { return TypeWalk(TypeWalk::Question::callable).holds_for(type); }

}  // namespace hamcell
