// The user's text cut into units: the smallest pieces that a node reaches or does not reach as a whole.
//
// A unit is a declaration at namespace scope with everything in it (a function with its body, a class with
// its members, a variable with its initialiser), or the definition of a macro. Declarations that share text
// (`int a, b;`, `struct P { } p;`, several that one macro makes) are one unit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "scan/functions.h"
#include "scan/includes.h"
#include "scan/reach/order.h"

namespace hamcell {

enum class UnitKind : std::uint8_t {
  declaration,  ///< one or more declarations at namespace scope
  macro,        ///< `#define` or `#undef`
  expression,   ///< a default argument, looked at by itself
  text          ///< what has no name to be reached by: it counts for every node
};

struct Unit {
  UnitKind kind = UnitKind::declaration;
  std::vector<CXCursor> cursors;  ///< the declarations; none for macros and text
  std::string name;               ///< of the first one; of the macro
  Position place;                 ///< of that name
  std::string scope;              ///< enclosing namespaces and linkage: "physics::", "extern \"C\" "
  CXFile file = nullptr;
  unsigned begin = 0, end = 0;  ///< bytes of the file
  const TokenText* text = nullptr;
  std::vector<std::size_t> tokens;  ///< indices into text->tokens: what counts of the unit's text, in order
  std::vector<CXFile> included;     ///< files that are included inside the unit: a table's numbers
  OrderKey key;
  Digest prefix;  ///< of what stands above and has an effect on all that follows: pragmas, using-directives
  Digest line_prefix;           ///< of the `#line` directives above
  bool ends_elsewhere = false;  ///< its last token stands in a file that is included inside it
  bool counts_for_all = false;
};

/// See says_constant.
bool says_constant(const Unit& unit);

/// All units of a cell and its user headers, in the order of the text, and how to find them.
class Units {
 public:
  std::vector<Unit> list;

  /// The units that have this byte; several where a header that is included twice makes them several times.
  std::vector<std::uint32_t> at(CXFile file, unsigned offset) const;
  /// The units that declare `name` at namespace scope, enumerators included; null where there are none.
  const std::vector<std::uint32_t>* named(std::string_view name) const;
  /// The definitions of a macro in the user's files; null where there are none.
  const std::vector<std::uint32_t>* macros(std::string_view name) const;

  /// Makes the three above find what is in `list`. Default arguments that are added later are not found.
  void index();

 private:
  std::unordered_map<CXFile, std::vector<std::uint32_t>> by_file_;  ///< in the order of their text
  std::unordered_map<CXFile, std::vector<std::uint32_t>> inside_;   ///< units that a file is included in
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_name_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> macros_;
  std::vector<std::string> names_;  ///< what the views above point into
};

/// `is_attribute` is FoundFunctions::is_attribute.
Units read_units(CellSource& source, const IncludedFiles& files, const std::vector<bool>& is_attribute);

/// Whether a cursor stands for a class, struct, union, enumeration or a template of one.
bool is_type_kind(CXCursorKind kind);

}  // namespace hamcell
