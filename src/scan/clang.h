// libclang's C interface in the terms of this program: strings, positions, and children by lambda.
#pragma once

#include <clang-c/Index.h>

#include <string>
#include <string_view>
#include <type_traits>

namespace hamcell {

/// The text of a CXString, which is disposed of.
std::string text_of(CXString string);

/// A point in a file: where the user's eye has to go, also when a macro made what stands there.
struct Position {
  CXFile file = nullptr;  ///< null: in no file (command line, built-in)
  unsigned line = 0;      ///< 1-based
  unsigned column = 0;    ///< 1-based, in bytes
  unsigned offset = 0;    ///< 0-based, in bytes
};
Position position_of(CXSourceLocation location);
Position position_of(CXCursor cursor);

/// A stretch of one file; text that comes from a macro is the stretch of its outermost use.
struct Span {
  CXFile file = nullptr;
  unsigned begin = 0;  ///< byte offset
  unsigned end = 0;    ///< byte offset just behind
  unsigned begin_line = 0;
  unsigned end_line = 0;

  bool contains(CXFile other, unsigned offset) const {
    return file == other && offset >= begin && offset < end;
  }
};
Span span_of(CXSourceRange range);
Span span_of(CXCursor cursor);

/// The path of a file as libclang spells it, but without "./" and the detours ("/../") of absolute ones;
/// empty for null.
std::string path_of(CXFile file);

/// The content of a file as it was parsed; empty when libclang does not hold it.
std::string_view content_of(CXTranslationUnit unit, CXFile file);

inline bool is_null(CXCursor cursor) { return clang_Cursor_isNull(cursor) != 0; }
inline bool is_valid(CXType type) { return type.kind != CXType_Invalid; }

/// Calls `visit(child)` for every direct child.
template <class Visit>
void for_each_child(CXCursor parent, Visit&& visit) {
  using Plain = std::remove_reference_t<Visit>;
  clang_visitChildren(
      parent,
      [](CXCursor child, CXCursor, CXClientData data) {
        (*static_cast<Plain*>(data))(child);
        return CXChildVisit_Continue;
      },
      const_cast<std::remove_const_t<Plain>*>(&visit));
}

/// Calls `visit(descendant)` for everything below `parent`, in source order; `visit` returns false to leave
/// out what is below a cursor.
template <class Visit>
void for_each_descendant(CXCursor parent, Visit&& visit) {
  using Plain = std::remove_reference_t<Visit>;
  clang_visitChildren(
      parent,
      [](CXCursor child, CXCursor, CXClientData data) {
        return (*static_cast<Plain*>(data))(child) ? CXChildVisit_Recurse : CXChildVisit_Continue;
      },
      const_cast<std::remove_const_t<Plain>*>(&visit));
}

}  // namespace hamcell
