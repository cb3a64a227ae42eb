// libclang's C interface in the terms of this program: strings, positions, and children by lambda.
#include "scan/clang.h"

#include <filesystem>
#include <map>

#ifdef __SANITIZE_ADDRESS__
// libclang keeps some memory of its own when a translation unit goes, which is no leak of this program.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libclang\nleak:libLLVM\n"; }
#endif

namespace hamcell {

std::string text_of(CXString string) {
  const char* text = clang_getCString(string);
  std::string out = text == nullptr ? "" : text;
  clang_disposeString(string);
  return out;
}

Position position_of(CXSourceLocation location) {
  Position at;
  clang_getExpansionLocation(location, &at.file, &at.line, &at.column, &at.offset);
  return at;
}

Position position_of(CXCursor cursor) { return position_of(clang_getCursorLocation(cursor)); }

Span span_of(CXSourceRange range) {
  const Position begin = position_of(clang_getRangeStart(range));
  const Position end = position_of(clang_getRangeEnd(range));
  if (begin.file != end.file) return {begin.file, begin.offset, begin.offset, begin.line, begin.line};
  return {begin.file, begin.offset, end.offset, begin.line, end.line};
}

Span span_of(CXCursor cursor) { return span_of(clang_getCursorExtent(cursor)); }

std::string path_of(CXFile file) {
  std::string path = file == nullptr ? std::string() : text_of(clang_getFileName(file));
  while (path.starts_with("./")) path.erase(0, 2);
  // The parser finds system headers through its own place: /usr/lib/gcc/…/12/../../../../include/c++/12.
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0 || path.find("/../") == std::string::npos ||
      path.front() != '/')
    return path;
  static std::map<std::string, std::string> known;
  const std::string folder = path.substr(0, slash);
  const auto [found, is_new] = known.try_emplace(folder);
  if (is_new) {
    std::error_code error;
    found->second = std::filesystem::canonical(folder, error).string();
    if (error) found->second = folder;
  }
  return found->second + path.substr(slash);
}

std::string_view content_of(CXTranslationUnit unit, CXFile file) {
  if (file == nullptr) return {};
  std::size_t size = 0;
  const char* bytes = clang_getFileContents(unit, file, &size);
  return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

}  // namespace hamcell
