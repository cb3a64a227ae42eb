// What linked sources and objects can reach in the cell.
#include "scan/reach/linked_callbacks.h"

#include <string>

#include "scan/reach/linked_names.h"

namespace hamcell {
namespace {

bool is_function(CXCursorKind kind) {
  return kind == CXCursor_FunctionDecl || kind == CXCursor_FunctionTemplate || kind == CXCursor_CXXMethod ||
         kind == CXCursor_Constructor || kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction;
}

/// Whether linked code uses what the cursor defines. A member is used by any code that knows its class, and
/// an operator without its name.
bool is_used(const LinkedNames& names, CXCursor cursor) {
  const CXCursorKind kind = clang_getCursorKind(cursor);
  if (!is_function(kind) && kind != CXCursor_VarDecl) return false;
  if (clang_getCursorLinkage(cursor) != CXLinkage_External) return false;
  const CXCursor owner = clang_getCursorSemanticParent(cursor);
  if (is_type_kind(clang_getCursorKind(owner)))
    return names.mentions(text_of(clang_getCursorSpelling(owner)));
  const std::string name = text_of(clang_getCursorSpelling(cursor));
  if (name.starts_with("operator")) return true;
  return kind == CXCursor_VarDecl ? names.uses_variable(name) : names.uses_function(name);
}

/// Whether the cursor declares a function or a variable, or has a member, that this text does not define.
bool is_defined_elsewhere(CXCursor cursor) {
  const CXCursorKind kind = clang_getCursorKind(cursor);
  if (is_function(kind) || kind == CXCursor_VarDecl) return is_null(clang_getCursorDefinition(cursor));
  bool found = false;
  if (is_type_kind(kind))
    for_each_child(cursor, [&](CXCursor member) { found = found || is_defined_elsewhere(member); });
  return found;
}

}  // namespace

LinkedCallbacks find_linked_callbacks(const CellSource& source, Reach& reach) {
  LinkedCallbacks out;
  const LinkedNames names(source.request.linked);
  if (names.empty()) return out;
  for (std::uint32_t i = 0; i < reach.units.list.size(); i++) {
    bool is_caller = false;
    bool is_called = false;
    for (const CXCursor cursor : reach.units.list[i].cursors) {
      is_caller = is_caller || is_defined_elsewhere(cursor);
      if (!is_used(names, cursor)) continue;
      is_called = true;
      if (const auto variable = reach.targets.of(cursor).variable) out.variables.push_back(*variable);
    }
    if (is_caller) out.callers.push_back(i);
    if (is_called) out.called.push_back(i);
  }
  if (out.called.empty()) out.callers.clear();
  return out;
}

}  // namespace hamcell
