// The text that is compiled for a cell.
#include <doctest/doctest.h>

#include "build/glue.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TranslationUnit glue_of(MadeCell& made) {
  GraphRequest request;
  return generate_glue(made.cell, build_graph(made.cell, request));
}
}  // namespace

TEST_CASE("The cell's text stands first, under its own name, with its lines unmoved") {
  MadeCell made;
  made.cell.path = "we\"ird.cpp";
  made.cell.content = "int f() { return 1; }\n";
  made.node("f");
  CHECK(
      glue_of(made).text.starts_with("# 1 \"we\\\"ird.cpp\"\nint f() { return 1; }\n# 1 \"hamcell-glue\"\n"));
}

TEST_CASE("Macros of the cell are undefined before the generated code") {
  MadeCell made;
  made.cell.content =
      "#define value 3\n  # define  WIDTH 4\n// #define not_one 5\nint f() { return value; }\n";
  made.node("f");
  const std::string text = glue_of(made).text;
  CHECK(has(text, "#undef value\n"));
  CHECK(has(text, "#undef WIDTH\n"));
  CHECK(!has(text, "#undef not_one\n"));
}

TEST_CASE("A default that must be evaluated becomes a function behind its declaration, on the same line") {
  MadeCell made;
  made.cell.content = "int f(int n = g()) { return n; }\nint g();\n";
  DefaultArgument computed;
  computed.text = "g()";
  computed.insertion_offset = 32;
  made.node("f", {{"n", int_type, computed}});
  const TranslationUnit unit = glue_of(made);
  CHECK(has(unit.text, "return n; } [[maybe_unused]] static int ham_default_1() { return g(); }\nint g();"));
  CHECK(unit.table == std::vector<Callable>{{0, std::nullopt}, {0, 0}});
}

TEST_CASE("A default whose place is the start of a line gets lines of its own, and the numbers go on") {
  MadeCell made;
  made.cell.content = "#include \"a.h\"\n#include <vector>\nint f(int n) { return n; }\n";
  DefaultArgument computed;
  computed.text = "g()";
  computed.insertion_offset = 15;
  made.node("f", {{"n", int_type, computed}});
  CHECK(has(glue_of(made).text, "{ return g(); }\n# 2 \"made.cpp\"\n#include <vector>\n"));
}

TEST_CASE("What the compiler finds wrong in the glue of a node is blamed on that node") {
  MadeCell made;
  made.node("f");
  const TranslationUnit unit = glue_of(made);
  bool names_node = false;
  for (const auto& [line, problem] : unit.blame) names_node = names_node || has(problem.what, "node 'f'");
  CHECK(names_node);
}

TEST_CASE("A value that cannot be stored is held and not encoded") {
  MadeCell made;
  made.node("f", {}, pointer_type);
  made.node("g", {}, int_type);
  const std::string text = glue_of(made).text;
  CHECK(has(text, "&ham::glue::held<ham_t6>"));
  CHECK(has(text, "&ham::glue::written<ham_t0>"));
}

TEST_CASE("Only types that something takes are compiled to be read") {
  MadeCell made;
  made.node("f", {}, int_type);
  made.node("g", {{"f", int_type}}, double_type);
  const std::string text = glue_of(made).text;
  CHECK(has(text, "&ham::glue::stored<ham_t0>"));
  CHECK(has(text, "&ham::glue::written<ham_t1>"));
}

namespace {

/// a and b, of which the body of b calls a.
MadeCell made_pair() {
  MadeCell made;
  made.cell.content = "int a() {\n  return 1; }\nint b() { return a(); }\nint c() { return 3; }\n";
  const auto body = [&](const char* name) -> TextRange {
    const std::size_t begin = made.cell.content.find('{', made.cell.content.find(name));
    return {begin, made.cell.content.find('}', begin) + 1};
  };
  made.node("a").body = body("int a");
  made.node("b").body = body("int b");
  made.cell.model.functions[1].calls = {0};
  made.node("c");  // its body has to stay
  return made;
}

TranslationUnit glue_of(MadeCell& made, const std::vector<bool>& called) {
  return generate_glue(made.cell, build_graph(made.cell, {}), called);
}

}  // namespace

TEST_CASE("Bodies that are left out take no line and no column with them") {
  MadeCell made = made_pair();
  CHECK(has(glue_of(made, {false, false, true}).text,
            "\nint a() ;\n             \nint b() ;              \nint c() { return 3; }\n"));
}

TEST_CASE("The body of a function that a called one can reach stays") {
  MadeCell made = made_pair();
  CHECK(has(glue_of(made, {false, true, false}).text, "int a() {\n  return 1; }\nint b() { return a(); }\n"));
  CHECK(has(glue_of(made, {true, false, false}).text, "int a() {\n  return 1; }\nint b() ;"));
}

TEST_CASE("Only what is called is in the table, and only its types have names") {
  MadeCell made = made_pair();
  made.cell.model.functions[0].result = days_type;
  const TranslationUnit unit = glue_of(made, {false, true, false});
  CHECK(unit.table == std::vector<Callable>{{1, std::nullopt}});
  CHECK(!has(unit.text, "{\"a\", "));
  CHECK(has(unit.text, "{\"b\", &ham_call_0"));
  CHECK(!has(unit.text, "= Day;"));
  CHECK(has(glue_of(made, {true, false, false}).text, "= Day;"));
}

TEST_CASE("What is left out is counted in bytes of bodies") {
  MadeCell made = made_pair();
  const LeftOut left = left_out(made.cell.model, {false, false, true});
  CHECK(left.all == 15 + 15);
  CHECK(left.bytes == left.all);
  CHECK(left_out(made.cell.model, {false, true, false}).bytes == 0);
}
