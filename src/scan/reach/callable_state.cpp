// Whether a callable can be another one after each call.
#include "scan/reach/callable_state.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "scan/reach/type_access.h"

namespace hamcell {
namespace {

unsigned offset_of(CXSourceLocation location) {
  unsigned offset = 0;
  clang_getFileLocation(location, nullptr, nullptr, nullptr, &offset);
  return offset;
}

/// The bytes of a lambda-expression: captures and parameters, then the body.
struct LambdaText {
  unsigned begin = 0, body = 0, end = 0;

  explicit LambdaText(CXCursor lambda) {
    const CXSourceRange range = clang_getCursorExtent(lambda);
    begin = offset_of(clang_getRangeStart(range));
    end = offset_of(clang_getRangeEnd(range));
    for_each_child(lambda, [&](CXCursor child) {
      if (clang_getCursorKind(child) == CXCursor_CompoundStmt)
        body = offset_of(clang_getRangeStart(clang_getCursorExtent(child)));
    });
  }

  /// A macro made it, so that places say nothing.
  bool is_of_macro() const { return body <= begin || end <= body; }
};

/// Calls `visit(method)` for each call operator that a class declares itself.
template <class Visit>
void for_each_call_operator(CXCursor owner, Visit&& visit) {
  const CXCursor pattern = clang_getSpecializedCursorTemplate(owner);
  for_each_child(is_null(pattern) ? owner : pattern, [&](CXCursor child) {
    const CXCursorKind kind = clang_getCursorKind(child);
    const bool is_function = kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate;
    if (is_function && text_of(clang_getCursorSpelling(child)) == "operator()") visit(child);
  });
}

bool changes_object(CXCursor method) {
  return clang_CXXMethod_isConst(method) == 0 && clang_CXXMethod_isStatic(method) == 0;
}

/// A variable of the function around, or of the capture itself.
bool is_captured(CXCursor variable, const LambdaText& lambda) {
  const CXCursorKind kind = clang_getCursorKind(variable);
  if (kind == CXCursor_ParmDecl) {
    const unsigned at = offset_of(clang_getCursorLocation(variable));
    return at < lambda.begin || at > lambda.end;
  }
  if (kind != CXCursor_VarDecl && kind != CXCursor_UnexposedDecl) return false;
  if (is_type_kind(clang_getCursorKind(clang_getCursorSemanticParent(variable)))) return false;
  const CX_StorageClass storage = clang_Cursor_getStorageClass(variable);
  const CXCursorKind owner = clang_getCursorKind(clang_getCursorSemanticParent(variable));
  if (storage == CX_SC_Static || storage == CX_SC_Extern || owner == CXCursor_TranslationUnit ||
      owner == CXCursor_Namespace || owner == CXCursor_LinkageSpec)
    return false;
  return offset_of(clang_getCursorLocation(variable)) < lambda.body;
}

bool has_children(CXCursor cursor) {
  bool has = false;
  for_each_child(cursor, [&](CXCursor) { has = true; });
  return has;
}

/// In a template the type may be anything.
bool may_give_access(CXType type) {
  const CXTypeKind kind = clang_getCanonicalType(type).kind;
  return kind == CXType_Unexposed || kind == CXType_Dependent || gives_access(type);
}

/// Whether what is captured gives access to something else: a pointer, the object around.
bool captures_access(CXCursor lambda, const LambdaText& text) {
  bool found = false;
  for_each_descendant(lambda, [&](CXCursor below) {
    const CXCursorKind kind = clang_getCursorKind(below);
    // `this`, which is not shown where it is left out.
    if (kind == CXCursor_CXXThisExpr || (kind == CXCursor_MemberRefExpr && !has_children(below)))
      found = true;
    if (kind == CXCursor_DeclRefExpr || kind == CXCursor_VariableRef) {
      const CXCursor named = clang_getCursorReferenced(below);
      if (!is_null(named) && is_captured(named, text))
        found = found || may_give_access(clang_getCursorType(named));
    }
    return !found;
  });
  return found;
}

}  // namespace

bool lambda_has_state(CXCursor lambda) {
  const LambdaText text(lambda);
  return text.is_of_macro() ||
         class_changes_when_called(clang_getTypeDeclaration(clang_getCursorType(lambda))) ||
         captures_access(lambda, text);
}

bool call_operator_has_state(CXCursor method) {
  if (text_of(clang_getCursorSpelling(method)) != "operator()") return false;
  if (changes_object(method)) return true;
  const CXCursor owner = clang_getCursorSemanticParent(method);
  const CXType type = clang_getCursorType(owner);
  if (type.kind == CXType_Record) return gives_access(type);
  // Of a template no more is known than that it has members or bases.
  bool has_parts = false;
  for_each_child(owner, [&](CXCursor child) {
    const CXCursorKind kind = clang_getCursorKind(child);
    has_parts = has_parts || kind == CXCursor_FieldDecl || kind == CXCursor_CXXBaseSpecifier;
  });
  return has_parts;
}

bool virtual_class_has_state(CXCursor declaration) {
  bool has_virtual = false;
  bool has_parts = false;
  for_each_child(declaration, [&](CXCursor child) {
    has_virtual = has_virtual || clang_CXXMethod_isVirtual(child) != 0;
    has_parts = has_parts || clang_getCursorKind(child) == CXCursor_FieldDecl;
  });
  const CXType type = clang_getCursorType(declaration);
  return has_virtual && (type.kind == CXType_Record ? gives_access(type) : has_parts);
}

bool class_changes_when_called(CXCursor owner) {
  bool changes = false;
  for_each_call_operator(owner, [&](CXCursor method) { changes = changes || changes_object(method); });
  return changes;
}

bool may_change_arguments(CXType type) {
  const CXType canonical = clang_getCanonicalType(type);
  bool may = false;
  if (canonical.kind == CXType_Record)
    for_each_call_operator(clang_getTypeDeclaration(canonical), [&](CXCursor method) {
      for_each_child(method, [&](CXCursor child) {
        if (clang_getCursorKind(child) == CXCursor_ParmDecl)
          may = may || is_reference_to_changeable(clang_getCursorType(child));
      });
    });
  CXType function = canonical;
  if (canonical.kind == CXType_Pointer || canonical.kind == CXType_LValueReference)
    function = clang_getCanonicalType(clang_getPointeeType(canonical));
  for (int i = 0; i < clang_getNumArgTypes(function); i++)
    may = may || is_reference_to_changeable(clang_getArgType(function, static_cast<unsigned>(i)));
  return may;
}

bool binds_arguments(const Unit& unit) {
  static constexpr std::array<std::string_view, 3> binders = {"bind", "bind_front", "bind_back"};
  return std::any_of(unit.tokens.begin(), unit.tokens.end(), [&](std::size_t token) {
    return std::find(binders.begin(), binders.end(), unit.text->tokens[token].text) != binders.end();
  });
}

}  // namespace hamcell
