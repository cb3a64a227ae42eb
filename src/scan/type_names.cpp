// Names of types: for generated code, and for people.
#include "scan/type_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace hamcell {
namespace {

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

}  // namespace

std::string qualified_name(CXCursor declaration) {
  std::string name = text_of(clang_getCursorSpelling(declaration));
  for (CXCursor parent = clang_getCursorSemanticParent(declaration);;
       parent = clang_getCursorSemanticParent(parent)) {
    const CXCursorKind kind = clang_getCursorKind(parent);
    if (is_null(parent) || kind == CXCursor_TranslationUnit || clang_isInvalid(kind) != 0) return name;
    if (kind == CXCursor_LinkageSpec) continue;
    if (kind == CXCursor_Namespace && clang_Cursor_isInlineNamespace(parent) != 0) continue;
    name.insert(0, text_of(clang_getCursorSpelling(parent)) + "::");
  }
}

std::string cpp_name_of(CXType canonical) {
  std::string name = text_of(clang_getTypeSpelling(canonical));
  // Inside the translation unit the enclosing namespace finds what an anonymous one holds.
  replace_all(name, "(anonymous namespace)::", "");
  static constexpr std::array<std::string_view, 4> nameless = {"(anonymous", "(unnamed", "(lambda",
                                                               "type-parameter-"};
  for (const std::string_view mark : nameless)
    if (name.find(mark) != std::string::npos) return {};
  return name;
}

std::string readable(std::string cpp_name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> shorter = {
      {{"std::basic_string<char>", "std::string"},
       {"std::basic_string_view<char>", "std::string_view"},
       {"std::basic_string<wchar_t>", "std::wstring"},
       {"(anonymous namespace)::", ""},
       {"std::chrono::_V2::", "std::chrono::"},
       {"std::chrono::duration<long, std::ratio<1, 1000000000>>", "std::chrono::nanoseconds"},
       {"std::chrono::duration<long, std::ratio<1, 1000000>>", "std::chrono::microseconds"},
       {"std::chrono::duration<long, std::ratio<1, 1000>>", "std::chrono::milliseconds"},
       {"std::chrono::duration<long>", "std::chrono::seconds"},
       {"std::chrono::duration<long, std::ratio<60>>", "std::chrono::minutes"},
       {"std::chrono::duration<long, std::ratio<3600>>", "std::chrono::hours"},
       {" &", "&"},
       {" *", "*"}}};
  for (const auto& [longer, name] : shorter) replace_all(cpp_name, longer, name);
  return cpp_name;
}

std::string template_name(std::string_view name, const std::vector<std::string>& arguments) {
  return std::string(name) + '<' + join(arguments, ", ") + '>';
}

}  // namespace hamcell
