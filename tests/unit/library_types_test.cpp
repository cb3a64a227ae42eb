// Which types of a cell are compiled apart from its functions.
#include "build/library_types.h"

#include <doctest/doctest.h>

#include "build/glue.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Adds a type that is made of others, by index.
std::uint32_t add(CellModel& model, TypeKind kind, const std::string& name,
                  std::vector<std::uint32_t> arguments, bool unordered = false) {
  Type type = make_type(kind, name);
  type.arguments = std::move(arguments);
  type.unordered = unordered;
  model.types.types.push_back(type);
  return static_cast<std::uint32_t>(model.types.types.size() - 1);
}

}  // namespace

TEST_CASE("Apart are types of the library alone that need code") {
  MadeCell made;
  CellModel& model = made.cell.model;
  const std::uint32_t numbers = add(model, TypeKind::sequence, "std::vector<double>", {double_type});
  const std::uint32_t table =
      add(model, TypeKind::map, "std::map<std::string, unsigned long>", {string_type, int_type});
  const std::uint32_t pair = add(model, TypeKind::tuple, "std::pair<int, std::array<char, 3UL>>", {int_type});
  const std::uint32_t by_user =
      add(model, TypeKind::map, "std::map<std::string, int, Less>", {string_type, int_type});
  const std::uint32_t in_other = add(model, TypeKind::set, "std::set<int, own::std::less<int>>", {int_type});
  const std::uint32_t of_pairs =
      add(model, TypeKind::set, "std::unordered_set<std::pair<int, int>>", {pair}, true);
  const std::uint32_t of_texts =
      add(model, TypeKind::set, "std::unordered_set<std::string>", {string_type}, true);
  const std::uint32_t nested = add(model, TypeKind::optional, "std::optional<std::vector<Day>>", {days_type});
  const LibraryTypes types(model);
  for (const std::uint32_t type : {std::uint32_t{string_type}, numbers, table, pair, of_texts})
    CHECK(types.contains(type));
  for (const std::uint32_t type :
       {std::uint32_t{int_type}, std::uint32_t{double_type}, std::uint32_t{string_view_type},
        std::uint32_t{days_type}, std::uint32_t{day_type}, std::uint32_t{pointer_type}, by_user, in_other,
        of_pairs, nested})
    CHECK_FALSE(types.contains(type));
  const std::string unit = types.unit("#include <map>\n");
  CHECK(unit.starts_with("#include <map>\n#include <hamcell/glue.h>\n"));
  CHECK(has(unit,
            "const ham::type_entry " + types.entry(numbers) + " = ham::glue::stored<std::vector<double>>;"));
  CHECK(has(unit,
            types.layout(table) + " = ham::detail::described<std::map<std::string, unsigned long>>::value;"));
  CHECK_FALSE(has(unit, "Less"));
}

TEST_CASE("A cell without such types has no object for them") {
  CellModel model;
  model.types.types = {make_type(TypeKind::integer, "int")};
  CHECK(LibraryTypes(model).empty());
  CHECK(LibraryTypes().empty());
  CHECK_FALSE(LibraryTypes().contains(0));
}

TEST_CASE("What is apart is named in the glue, and not made there") {
  MadeCell made;
  made.cell.content = "";
  made.node("f", {{"text", string_type}}, days_type);
  const Graph graph = build_graph(made.cell, GraphRequest{});
  const LibraryTypes types(made.cell.model);
  const std::string apart = generate_glue(made.cell, graph, {}, types).text;
  const std::string whole = generate_glue(made.cell, graph).text;
  const std::string text_type = "ham_t" + std::to_string(string_type);
  CHECK(has(whole, "&ham::glue::stored<" + text_type + ">"));
  CHECK(has(whole, "ham::detail::member<decltype(ham_t5::date)>(\"date\""));
  CHECK_FALSE(has(apart, "&ham::glue::stored<" + text_type + ">"));
  CHECK(has(apart, types.declaration(string_type, text_type)));
  CHECK(has(apart,
            "{\"date\", &" + types.layout(string_type) + ", __builtin_offsetof(ham_t5, date), nullptr}"));
  // What is made of the user's types stays.
  CHECK(has(apart, "ham::glue::written<ham_t4>"));
}
