// Cells made by hand for unit tests of the stages that come after discovery.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cell/discover.h"
#include "value/type_table.h"

namespace hamcell::test {

/// Indexes of the types that every made cell has.
enum : std::uint32_t {
  int_type,
  double_type,
  string_type,
  string_view_type,
  days_type,
  day_type,
  pointer_type
};

inline Type make_type(TypeKind kind, const std::string& name) {
  Type type;
  type.kind = kind;
  type.name = name;
  type.cpp_name = name;
  return type;
}

inline TypeTable made_types() {
  TypeTable table;
  table.types = {make_type(TypeKind::integer, "int"),
                 make_type(TypeKind::floating, "double"),
                 make_type(TypeKind::text, "std::string"),
                 make_type(TypeKind::view, "std::string_view"),
                 make_type(TypeKind::sequence, "std::vector<Day>"),
                 make_type(TypeKind::structure, "Day"),
                 make_type(TypeKind::opaque, "int*")};
  table.types[int_type].bits = 32;
  table.types[int_type].is_signed = true;
  table.types[double_type].bits = 64;
  table.types[string_view_type].arguments = {string_type};
  table.types[days_type].arguments = {day_type};
  table.types[day_type].members = {{"date", string_type, false, 0}, {"rain", double_type, false, 0}};
  table.types[pointer_type].why_opaque = "int* is a pointer";
  fill_derived(table);
  fill_digests(table);
  return table;
}

struct MadeParameter {
  std::string name;
  std::uint32_t type = int_type;
  std::optional<DefaultArgument> default_argument = std::nullopt;
};

/// A cell whose functions stand on lines 1, 2, 3, …
class MadeCell {
 public:
  MadeCell() {
    cell.path = "made.cpp";
    cell.folder = "/made";
    cell.stem = "made";
    cell.model.types = made_types();
  }

  NodeFunction& node(const std::string& name, std::vector<MadeParameter> parameters = {},
                     std::uint32_t result = int_type) {
    NodeFunction function;
    function.name = name;
    function.function = name;
    function.place = {"made.cpp", static_cast<unsigned>(cell.model.functions.size() + 1), 5};
    function.result = result;
    function.spelled_result = cell.model.types[result].name;
    for (MadeParameter& made : parameters) {
      Parameter parameter;
      parameter.name = made.name;
      parameter.place = {"made.cpp", function.place.line, 20};
      parameter.type = made.type;
      parameter.spelled = cell.model.types[made.type].name;
      parameter.default_argument = std::move(made.default_argument);
      function.parameters.push_back(std::move(parameter));
    }
    function.code.version = digest_of(name);
    cell.model.functions.push_back(std::move(function));
    return cell.model.functions.back();
  }

  Cell cell;
};

inline DefaultArgument literal_default(const std::string& text, const std::string& cbor) {
  DefaultArgument argument;
  argument.text = text;
  argument.value = cbor;
  return argument;
}

}  // namespace hamcell::test
