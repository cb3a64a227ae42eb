// What calls of the library do with the object that they are given.
#include "scan/reach/library_calls.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "scan/type_names.h"

namespace hamcell {
namespace {

template <class Names>
bool is_named(CXCursor declaration, const Names& names) {
  const std::string name = text_of(clang_getCursorSpelling(declaration));
  return is_of_library(declaration) && std::find(names.begin(), names.end(), name) != names.end();
}

/// Of the standard library, whose functions do what their names say.
template <class Names>
bool is_standard(CXCursor declaration, const Names& names) {
  if (!is_named(declaration, names)) return false;
  const std::string name = qualified_name(declaration);
  return name.starts_with("std::") || name.starts_with("__gnu_cxx::");
}

}  // namespace

bool is_of_library(CXCursor declaration) {
  return clang_Location_isInSystemHeader(clang_getCursorLocation(declaration)) != 0;
}

bool gives_element(CXCursor method) {
  static constexpr std::array<std::string_view, 10> names = {
      "at", "front", "back", "operator[]", "value", "get", "data", "operator->", "operator*", "top"};
  if (!is_named(method, names)) return false;
  const std::string owner = text_of(clang_getCursorSpelling(clang_getCursorSemanticParent(method)));
  return text_of(clang_getCursorSpelling(method)) != "operator[]" || owner.find("map") == std::string::npos;
}

bool gives_iterator(CXCursor method) {
  // Not equal_range: a pair of iterators is none.
  static constexpr std::array<std::string_view, 7> names = {"begin", "end",         "rbegin",     "rend",
                                                            "find",  "lower_bound", "upper_bound"};
  return is_standard(method, names);
}

bool only_looks(CXCursor method) {
  static constexpr std::array<std::string_view, 10> names = {
      "size", "empty", "count", "contains", "length", "max_size", "cbegin", "cend", "crbegin", "crend"};
  return is_named(method, names);
}

bool steps_iterator(CXCursor method) {
  static constexpr std::array<std::string_view, 4> names = {"operator++", "operator--",
                                                            "operator+=", "operator-="};
  return is_standard(method, names);
}

bool compares(CXCursor called, CXCursor call) {
  static constexpr std::array<std::string_view, 7> names = {
      "operator==", "operator!=", "operator<", "operator>", "operator<=", "operator>=", "operator<=>"};
  static constexpr std::array<std::string_view, 1> difference = {"operator-"};
  if (is_named(called, names)) return true;
  return is_named(called, difference) &&
         clang_getCanonicalType(clang_getCursorType(call)).kind != CXType_Record;
}

bool only_reads_range(CXCursor function) {
  // None that writes to a third iterator, which could be the one that is asked about.
  static constexpr std::array<std::string_view, 18> names = {
      "accumulate", "reduce",         "inner_product", "transform_reduce", "count",
      "count_if",   "all_of",         "any_of",        "none_of",          "equal",
      "distance",   "is_sorted",      "binary_search", "includes",         "lexicographical_compare",
      "is_heap",    "is_partitioned", "is_permutation"};
  return clang_getCursorKind(function) == CXCursor_FunctionDecl && is_standard(function, names);
}

bool finds_in_range(CXCursor function) {
  static constexpr std::array<std::string_view, 11> names = {
      "find",        "find_if",       "find_if_not", "max_element", "min_element", "lower_bound",
      "upper_bound", "adjacent_find", "search",      "next",        "prev"};
  return clang_getCursorKind(function) == CXCursor_FunctionDecl && is_standard(function, names);
}

bool is_copy(CXCursor constructor) {
  return clang_getCursorKind(constructor) == CXCursor_Constructor && is_of_library(constructor) &&
         (clang_CXXConstructor_isCopyConstructor(constructor) != 0 ||
          clang_CXXConstructor_isMoveConstructor(constructor) != 0);
}

}  // namespace hamcell
