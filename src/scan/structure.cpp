// Which classes are structures: all data members public, and a value can be made without a constructor of the
// user's own choosing.
#include "scan/structure.h"

#include <algorithm>

#include "scan/type_names.h"

namespace hamcell {
namespace {

bool is_public(CXCursor cursor) { return clang_getCXXAccessSpecifier(cursor) == CX_CXXPublic; }

bool is_hidden(CXCursor cursor) {
  const CX_CXXAccessSpecifier access = clang_getCXXAccessSpecifier(cursor);
  return access == CX_CXXPrivate || access == CX_CXXProtected;
}

/// What the declarations of a class say about how its values are made.
struct Construction {
  bool has_constructor = false;
  bool has_usable_default = false;
  bool is_virtual = false;
};

Construction construction_of(CXCursor pattern) {
  Construction out;
  for_each_child(pattern, [&](CXCursor child) {
    switch (clang_getCursorKind(child)) {
      case CXCursor_Constructor: {
        out.has_constructor = true;
        const bool is_usable =
            is_public(child) && clang_getCursorAvailability(child) != CXAvailability_NotAvailable;
        if (is_usable && clang_CXXConstructor_isDefaultConstructor(child) != 0) out.has_usable_default = true;
        break;
      }
      case CXCursor_FunctionTemplate:
        if (text_of(clang_getCursorSpelling(child)) == text_of(clang_getCursorSpelling(pattern)))
          out.has_constructor = true;
        break;
      case CXCursor_CXXMethod:
      case CXCursor_Destructor:
        out.is_virtual = out.is_virtual || clang_CXXMethod_isVirtual(child) != 0;
        break;
      default:
        break;
    }
  });
  return out;
}

bool is_nameless(const std::string& name) {
  return name.empty() || name.find("(anonymous") != std::string::npos ||
         name.find("(unnamed") != std::string::npos || name.find("(lambda") != std::string::npos;
}

/// Scans a member's text from behind its name to where its declarator ends.
bool has_initializer_in(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); at++) {
    const char c = text[at];
    if (c == '/' && at + 1 < text.size() && (text[at + 1] == '/' || text[at + 1] == '*')) {
      const std::string_view closing = text[at + 1] == '/' ? "\n" : "*/";
      at = text.find(closing, at + 2);
      if (at == std::string_view::npos) return false;
      continue;
    }
    if (c == '(' || c == '[') depth++;
    if (c == ')' || c == ']') depth--;
    if (depth > 0) continue;
    if (c == '=' || c == '{') return true;
    if (c == ';' || c == ',' || c == '}' || depth < 0) return false;
  }
  return false;
}

}  // namespace

std::string why_unreachable(CXCursor declaration, const std::string& name) {
  if (name.find("(lambda") != std::string::npos) return "the type of a lambda has no name";
  if (is_nameless(text_of(clang_getCursorSpelling(declaration))) && is_nameless(name))
    return "its type has no name";
  for (CXCursor at = declaration;; at = clang_getCursorSemanticParent(at)) {
    const CXCursorKind kind = clang_getCursorKind(at);
    if (is_null(at) || kind == CXCursor_TranslationUnit || clang_isInvalid(kind) != 0) return {};
    if (kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_FunctionTemplate ||
        kind == CXCursor_Constructor)
      return name + " is local to a function";
    if (is_hidden(at)) return name + " is private to a class";
  }
}

CXCursor pattern_of(CXCursor declaration) {
  const CXCursor general = clang_getSpecializedCursorTemplate(declaration);
  if (is_null(general)) return declaration;
  bool shows_anything = false;
  for_each_child(declaration, [&](CXCursor child) {
    const CXCursorKind kind = clang_getCursorKind(child);
    if (clang_isDeclaration(kind) != 0 || kind == CXCursor_CXXBaseSpecifier) shows_anything = true;
  });
  return shows_anything ? declaration : general;
}

std::vector<CXCursor> bases_of(CXCursor pattern) {
  std::vector<CXCursor> out;
  for_each_child(pattern, [&](CXCursor child) {
    if (clang_getCursorKind(child) == CXCursor_CXXBaseSpecifier) out.push_back(child);
  });
  return out;
}

std::vector<CXCursor> fields_of(CXType type) {
  std::vector<CXCursor> out;
  clang_Type_visitFields(
      type,
      [](CXCursor field, CXClientData data) {
        // An unnamed bit-field is padding.
        const bool is_padding =
            clang_Cursor_isBitField(field) != 0 && text_of(clang_getCursorSpelling(field)).empty();
        if (!is_padding) static_cast<std::vector<CXCursor>*>(data)->push_back(field);
        return CXVisit_Continue;
      },
      &out);
  return out;
}

std::string why_no_structure(CXType type, CXCursor declaration, CXCursor pattern, const std::string& name) {
  if (clang_getCursorKind(declaration) == CXCursor_UnionDecl) return name + " is a union";
  if (clang_Type_getSizeOf(type) == CXTypeLayoutError_Incomplete)
    return name + " is not complete in the cell";
  const Construction construction = construction_of(pattern);
  if (construction.is_virtual) return name + " has virtual functions";
  if (construction.has_constructor && !construction.has_usable_default)
    return name + " has constructors, but no public one without arguments";
  for (const CXCursor base : bases_of(pattern)) {
    if (clang_isVirtualBase(base) != 0) return name + " has a virtual base";
    if (!is_public(base)) return name + " has a base that is not public";
  }
  return {};
}

bool is_open_to_members(CXCursor pattern) {
  bool found = false;
  for_each_child(pattern, [&](CXCursor child) {
    if (clang_getCursorKind(child) != CXCursor_FriendDecl) return;
    for_each_child(child, [&](CXCursor named) {
      const CXCursorKind kind = clang_getCursorKind(named);
      const CXCursor meant = kind == CXCursor_TemplateRef ? clang_getCursorReferenced(named) : named;
      found = found || (clang_getCursorKind(meant) == CXCursor_ClassTemplate &&
                        qualified_name(meant) == "ham::members");
    });
  });
  return found;
}

std::string why_no_member(CXCursor field, const std::string& owner_name, bool is_open) {
  const std::string name = text_of(clang_getCursorSpelling(field));
  const CXType type = clang_getCursorType(field);
  if (is_nameless(name)) return owner_name + " has an anonymous member";
  const std::string member = "member '" + name + "' of " + owner_name;
  if (is_hidden(field) && !is_open) return member + " is not public";
  const CXType canonical = clang_getCanonicalType(type);
  switch (canonical.kind) {
    case CXType_Pointer:
      return member + " is a pointer";
    case CXType_LValueReference:
    case CXType_RValueReference:
      return member + " is a reference";
    default:
      break;
  }
  if (clang_isConstQualifiedType(canonical) != 0) return member + " is const";
  return {};
}

bool has_member_initializer(CXTranslationUnit unit, CXCursor field) {
  const Position name = position_of(field);
  const std::string_view content = content_of(unit, name.file);
  if (name.offset >= content.size()) return false;
  return has_initializer_in(content.substr(name.offset + text_of(clang_getCursorSpelling(field)).size()));
}

}  // namespace hamcell
