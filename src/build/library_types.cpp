// Types of a cell that are made of the standard library's types alone.
#include "build/library_types.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/digest.h"

namespace hamcell {
namespace {

constexpr std::string_view head_of_entry =
    "extern \"C\" __attribute__((visibility(\"hidden\"))) const ham::type_entry ";
constexpr std::string_view head_of_layout = "extern \"C\" __attribute__((visibility(\"hidden\"))) decltype(";

bool starts_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_word(char c) { return starts_word(c) || (c >= '0' && c <= '9') || c == ':'; }

/// Whether every word of a name in C++ is of the language or begins with "std::", numbers aside.
bool is_of_library(std::string_view name) {
  static constexpr std::array<std::string_view, 15> of_language = {
      "bool", "char", "char16_t", "char32_t", "char8_t", "const",    "double", "float",
      "int",  "long", "short",    "signed",   "true",    "unsigned", "wchar_t"};
  for (std::size_t at = 0; at < name.size();) {
    if (!starts_word(name[at]) && name[at] != ':') {
      // With what a number ends with: "3UL".
      const bool is_number = name[at] >= '0' && name[at] <= '9';
      for (++at; is_number && at < name.size() && continues_word(name[at]);) ++at;
      continue;
    }
    std::size_t end = at;
    while (end < name.size() && continues_word(name[end])) ++end;
    const std::string_view word = name.substr(at, end - at);
    if (!word.starts_with("std::") && std::ranges::find(of_language, word) == of_language.end()) return false;
    at = end;
  }
  return true;
}

bool needs_code(TypeKind kind) {
  switch (kind) {
    case TypeKind::text:
    case TypeKind::sequence:
    case TypeKind::set:
    case TypeKind::map:
    case TypeKind::optional:
    case TypeKind::variant:
    case TypeKind::tuple:
    case TypeKind::path:
      return true;
    default:
      return false;
  }
}

/// Whether a type is one of those, and whatever is in it.
class Search {
 public:
  explicit Search(const TypeTable& types) : types_(types), answers_(types.types.size(), Answer::open) {}

  bool is_of_library(std::uint32_t index) {
    if (answers_[index] == Answer::open) {
      // What holds itself is a class of the user's.
      answers_[index] = Answer::no;
      if (look_at(types_[index])) answers_[index] = Answer::yes;
    }
    return answers_[index] == Answer::yes;
  }

 private:
  enum class Answer : std::uint8_t { open, yes, no };

  bool look_at(const Type& type) {
    switch (type.kind) {
      case TypeKind::enumeration:
      case TypeKind::structure:
      case TypeKind::custom:
      case TypeKind::tensor:
      case TypeKind::view:
      case TypeKind::opaque:
        return false;
      default:
        break;
    }
    if (!type.storable() || !type.adapter.empty() || type.cpp_name.empty()) return false;
    // A hash of a pair or the like is the user's own, wherever he has put it.
    const bool is_hashed = type.unordered && (type.kind == TypeKind::set || type.kind == TypeKind::map);
    if (is_hashed && !is_hashed_by_library(types_[type.arguments[0]].kind)) return false;
    return hamcell::is_of_library(type.cpp_name) &&
           std::ranges::all_of(type.arguments, [&](std::uint32_t part) { return is_of_library(part); });
  }

  static bool is_hashed_by_library(TypeKind kind) {
    return kind == TypeKind::boolean || kind == TypeKind::integer || kind == TypeKind::floating ||
           kind == TypeKind::text;
  }

  const TypeTable& types_;
  std::vector<Answer> answers_;
};

}  // namespace

LibraryTypes::LibraryTypes(const CellModel& model) : numbers_(model.types.types.size()) {
  Search search(model.types);
  constexpr std::size_t digits = 16;
  for (std::uint32_t i = 0; i < numbers_.size(); ++i) {
    const Type& type = model.types[i];
    if (!needs_code(type.kind) || !search.is_of_library(i)) continue;
    numbers_[i] = digest_of(type.cpp_name).hex().substr(0, digits);
    names_.emplace(type.cpp_name, numbers_[i]);
  }
}

std::string LibraryTypes::declaration(std::uint32_t type, const std::string& alias) const {
  return std::string(head_of_entry) + entry(type) + "; " + std::string(head_of_layout) +
         "ham::detail::described<" + alias + ">::value) " + layout(type) + ";";
}

std::string LibraryTypes::unit(const std::string& includes) const {
  std::string text = includes + "#include <hamcell/glue.h>\n";
  for (const auto& [name, number] : names_) {
    const std::string described = "ham::detail::described<" + name + ">::value";
    text.append(head_of_entry).append("ham_stored_").append(number).append(";\n");
    text.append("const ham::type_entry ham_stored_").append(number).append(" = ham::glue::stored<");
    text.append(name).append(">;\n");
    text.append(head_of_layout).append(described).append(") ham_layout_").append(number).append(";\n");
    text.append("decltype(").append(described).append(") ham_layout_").append(number).append(" = ");
    text.append(described).append(";\n");
  }
  return text;
}

}  // namespace hamcell
