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
bool is_used(const LinkedNames& names, const CellSource& source, CXCursor cursor) {
  const CXCursorKind kind = clang_getCursorKind(cursor);
  if (!is_function(kind) && kind != CXCursor_VarDecl) return false;
  if (clang_getCursorLinkage(cursor) != CXLinkage_External) return false;
  if (is_null(clang_getCursorDefinition(cursor))) return false;
  const CXCursor owner = clang_getCursorSemanticParent(cursor);
  if (is_type_kind(clang_getCursorKind(owner)))
    return names.mentions(text_of(clang_getCursorSpelling(owner)));
  const std::string name = text_of(clang_getCursorSpelling(cursor));
  if (name.starts_with("operator")) return names.mentions("operator") || names.has_symbols();
  if (kind != CXCursor_VarDecl) return names.mentions(name);
  const Position first = position_of(clang_getCanonicalCursor(cursor));
  return names.may_use_variable(name, first.file != source.main_file);
}

/// Whether the cursor declares a function or a variable, or has a member, that this text does not define.
bool is_defined_elsewhere(CXCursor cursor) {
  const CXCursorKind kind = clang_getCursorKind(cursor);
  if (clang_CXXMethod_isPureVirtual(cursor) != 0 || clang_CXXMethod_isDeleted(cursor) != 0) return false;
  if (is_function(kind) || kind == CXCursor_VarDecl) return is_null(clang_getCursorDefinition(cursor));
  bool found = false;
  if (is_type_kind(kind))
    for_each_child(cursor, [&](CXCursor member) { found = found || is_defined_elsewhere(member); });
  return found;
}

class CallbackFinder {
 public:
  CallbackFinder(const CellSource& source, Reach& reach)
      : source_(source), reach_(reach), names_(source.request.linked) {}

  LinkedCallbacks find() {
    for (std::uint32_t i = 0; i < reach_.units.list.size(); i++) {
      bool is_caller = reach_.parts[i].tree.declares_elsewhere;
      is_called_ = false;
      for (const CXCursor cursor : reach_.units.list[i].cursors) {
        is_caller = is_caller || is_defined_elsewhere(cursor);
        note(cursor);
      }
      if (is_caller) out_.callers.push_back(i);
      if (is_called_) out_.called.push_back(i);
    }
    return std::move(out_);
  }

 private:
  /// Members of a class that are defined in it stand in the class's own unit.
  void note(CXCursor cursor) {
    if (is_type_kind(clang_getCursorKind(cursor)))
      for_each_child(cursor, [&](CXCursor member) { note(member); });
    if (!is_used(names_, source_, cursor)) return;
    is_called_ = true;
    const Target& target = reach_.targets.of(cursor);
    if (target.variable) out_.variables.push_back(*target.variable);
    if (target.accessor) out_.accessors.push_back(*target.accessor);
  }

  const CellSource& source_;
  Reach& reach_;
  LinkedNames names_;
  LinkedCallbacks out_;
  bool is_called_ = false;
};

}  // namespace

LinkedCallbacks find_linked_callbacks(const CellSource& source, Reach& reach) {
  return CallbackFinder(source, reach).find();
}

}  // namespace hamcell
