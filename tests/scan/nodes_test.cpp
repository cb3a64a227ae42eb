// Which functions are nodes, and what is known of them.
#include "scanned.h"

using namespace hamcell;

TEST_CASE("a plain function with a result is a node, with its place and lines") {
  const CellModel model = scanned("\nint one() {\n  return 1;\n}\n");
  const NodeFunction& one = function(model, "one");
  CHECK(one.name == "one");
  CHECK(one.place.text() == "cell.cpp:2:5");
  CHECK(one.begin_line == 2);
  CHECK(one.end_line == 4);
  CHECK(one.spelled_result == "int");
  CHECK(model.problems.empty());
}

TEST_CASE("every other function is a helper, and the model says why") {
  const CellModel model = scanned(R"(
static int a() { return 1; }
inline int b() { return 1; }
constexpr int c() { return 1; }
consteval int d() { return 1; }
void e() {}
int _f() { return 1; }
namespace physics { int g() { return 1; } }
namespace { int h() { return 1; } }
template <class T> int i(T t) { return t; }
int j(auto t) { return t; }
template <> int i<int>(int t) { return t; }
int k();
int l() = delete;
struct S {};
int operator+(S, S) { return 1; }
inline int m();
int m() { return 1; }
[[ham::exclude]] int n() { return 1; }
int main() { return 0; }
)");
  CHECK(names(model).empty());
  CHECK(reason(model, "a") == "it is static");
  CHECK(reason(model, "b") == "it is inline");
  CHECK(reason(model, "c") == "it is constexpr");
  CHECK(reason(model, "d") == "it is consteval");
  CHECK(reason(model, "e") == "its result is void");
  CHECK(reason(model, "_f") == "its name starts with '_'");
  CHECK(reason(model, "g") == "it is in namespace 'physics'");
  CHECK(reason(model, "h") == "it is in an anonymous namespace");
  CHECK(reason(model, "i") == "it is a template");
  CHECK(reason(model, "j") == "it is a template");
  CHECK(reason(model, "k") == "it is declared but has no body in the cell");
  CHECK(reason(model, "l") == "it is deleted");
  CHECK(reason(model, "operator+") == "it is an operator");
  CHECK(reason(model, "m") == "it is inline");
  CHECK(reason(model, "n") == "it is marked [[ham::exclude]]");
  CHECK(reason(model, "main") == "it is main");
  CHECK(model.problems.empty());
}

TEST_CASE("a replacement of a library function is a helper") {
  const CellModel model = scanned(
      "extern \"C\" void* malloc(unsigned long size) { return nullptr; }\n"
      "void* operator new(unsigned long size) { return nullptr; }\n");
  CHECK(names(model).empty());
  CHECK(reason(model, "malloc") == "it replaces a function of the library");
  CHECK(reason(model, "operator new") == "it is an operator");
}

TEST_CASE("a function with C linkage, and one that a macro makes, is a node") {
  const CellModel model = scanned(
      "#define NODE(name, value) int name() { return value; }\n"
      "extern \"C\" { int a() { return 1; } }\n"
      "extern \"C\" int b() { return 1; }\n"
      "NODE(c, 3)\n");
  CHECK(names(model) == Words{"a", "b", "c"});
  CHECK(function(model, "c").place.text() == "cell.cpp:4:1");
}

TEST_CASE("a function whose types are in an anonymous namespace is still a node") {
  CHECK(names(scanned("namespace { struct Row { int a; }; }\nRow row() { return {}; }\n")) == Words{"row"});
}

TEST_CASE("nodes come in the order of their definitions, and a forward declaration adds none") {
  CHECK(names(scanned("int b();\nint a() { return 1; }\nint b() { return 2; }\n")) == Words{"a", "b"});
}

TEST_CASE("two nodes of one name are a problem that shows both places") {
  const CellModel model = scanned("int f(int a) { return a; }\nint f(double a) { return 1; }\n");
  REQUIRE(told(model.problems) == Words{"2:5: two nodes are called 'f'"});
  CHECK(model.problems[0].notes.at(0).place.text() == "cell.cpp:1:5");
  CHECK(model.problems[0].next.find("static") != std::string::npos);
}

TEST_CASE("a node with a helper of its name is overloaded, one without is not") {
  const CellModel model =
      scanned("static int f(char) { return 1; }\nint f(int a) { return a; }\nint g() { return 1; }\n");
  CHECK(model.problems.empty());
  CHECK(function(model, "f").is_overloaded);
  CHECK_FALSE(function(model, "g").is_overloaded);
}

TEST_CASE("a node that shares its name with a function of the C library is overloaded") {
  const CellModel model = scanned("#include <math.h>\nstruct P { int a; };\ndouble log(P p) { return 1; }\n");
  CHECK(function(model, "log").is_overloaded);
}

TEST_CASE("documentation is the comment above, without its markers") {
  const CellModel model = scanned(R"(
/// Mean of the days.
///   Indented.
int a() { return 1; }

/**
 * Two lines,
 * starred.
 */
[[ham::cache]]
int b() { return 1; }

//! Above the declaration.
int c();
// Not documentation.
int d() { return 1; }
int c() { return 1; }
)");
  CHECK(function(model, "a").documentation == "Mean of the days.\n  Indented.");
  CHECK(function(model, "b").documentation == "Two lines,\nstarred.");
  CHECK(function(model, "c").documentation == "Above the declaration.");
  CHECK(function(model, "d").documentation.empty());
}

TEST_CASE("a cell from standard input, an empty one and one of blanks are read") {
  CHECK(names(scan_cell({"<stdin>", absolute_path("."), "int one() { return 1; }", {}})) == Words{"one"});
  CHECK(
      function(scan_cell({"<stdin>", absolute_path("."), "int one() { return 1; }", {}}), "one").place.file ==
      "<stdin>");
  CHECK(scanned("").problems.empty());
  CHECK(scanned("\n \n").functions.empty());
}
