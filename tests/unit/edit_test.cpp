// What an edit of a cell can have changed.
#include "cell/edit.h"

#include <doctest/doctest.h>

#include "cell/model_record.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

bool is(const TextRange& range, std::uint64_t begin, std::uint64_t end) {
  return range.begin == begin && range.end == end;
}

/// Functions a and b, both of which use a helper `h`, and c, which uses `k`; `all` counts for every node.
CellModel made_model() {
  MadeCell made;
  for (const char* name : {"a", "b", "c"}) made.node(name);
  CodeTable table;
  table.parts = {{"node a", {}, {}, {3}, {0, 10}},    {"node b", {}, {}, {3}, {20, 30}},
                 {"node c", {}, {}, {4}, {40, 50}},   {"helper h", {}, {}, {}, {60, 70}},
                 {"helper k", {}, {}, {}, {80, 90}},  {"text of all", {}, {}, {}, {100, 110}},
                 {"helper elsewhere", {}, {}, {}, {}}};
  table.for_all = {5};
  made.cell.model.code_table = to_bytes(table);
  for (std::uint32_t i = 0; i < 3; ++i) made.cell.model.functions[i].code.part = i;
  return made.cell.model;
}

std::vector<bool> changed(std::uint64_t begin, std::uint64_t end) {
  return changed_functions(made_model(), {{begin, end}, {begin, end + 1}});
}

}  // namespace

TEST_CASE("An edit is what is left between a common beginning and a common end") {
  const TextEdit edit = edit_between("int a = 10;", "int a = 1200;");
  CHECK(is(edit.before, 9, 9));
  CHECK(is(edit.after, 9, 11));
  CHECK(is(edit_between("abc", "abc").before, 3, 3));
  CHECK(is(edit_between("", "abc").after, 0, 3));
  const TextEdit removed = edit_between("aXXa", "aa");
  CHECK(is(removed.before, 1, 3));
  CHECK(is(removed.after, 1, 1));
}

TEST_CASE("What repeats is not counted for the beginning and for the end") {
  const TextEdit edit = edit_between("aaa", "aaaaa");
  CHECK(is(edit.before, 3, 3));
  CHECK(is(edit.after, 3, 5));
}

TEST_CASE("Bodies move with the text, and one that the edit cuts has to stay") {
  CellModel model = made_model();
  model.functions[0].body = {0, 10};
  model.functions[1].body = {20, 30};
  model.functions[2].body = {28, 50};
  DefaultArgument computed;
  computed.insertion_offset = 30;
  Parameter parameter;
  parameter.default_argument = computed;
  model.functions[2].parameters.push_back(parameter);
  follow_edit(model, {{22, 29}, {22, 23}});
  CHECK(is(model.functions[0].body, 0, 10));
  CHECK(is(model.functions[1].body, 20, 24));
  CHECK(model.functions[2].body.empty());
  CHECK(model.functions[2].parameters[0].default_argument->insertion_offset == 24);
}

TEST_CASE("A function has changed when the edit touches it, or anything that it reaches") {
  CHECK(changed(5, 6) == std::vector<bool>{true, false, false});
  CHECK(changed(65, 66) == std::vector<bool>{true, true, false});
  CHECK(changed(80, 80) == std::vector<bool>{false, false, true});
  CHECK(changed(48, 62) == std::vector<bool>{true, true, true});
  CHECK(changed(12, 15) == std::vector<bool>{false, false, false});
  CHECK(changed(10, 12) == std::vector<bool>{true, false, false});
}

TEST_CASE("All functions have changed when the edit touches what counts for all") {
  CHECK(changed(104, 105) == std::vector<bool>{true, true, true});
}
