// What is wrong in a cell: the compiler's errors, and input that is no C++ at all.
#include "scanned.h"

using namespace hamcell;

TEST_CASE("an error in a declaration is a problem, with the compiler's words") {
  const CellModel model = scanned("int f(Unknown a) { return 1; }\n");
  CHECK(told(model.problems) == Words{"1:7: unknown type name 'Unknown'"});
  CHECK(model.problems[0].place.file == "cell.cpp");
}

TEST_CASE("an error inside a body leaves the dataflow known") {
  const CellModel model = scanned(
      "static int h() { return nothing; }\nint f() { return missing; }\nstruct S { int g() { return wrong; } "
      "};\n");
  CHECK(model.problems.empty());
  CHECK(names(model) == Words{"f"});
  CHECK(told(model.body_problems) == Words{"1:25: use of undeclared identifier 'nothing'",
                                           "2:18: use of undeclared identifier 'missing'",
                                           "3:29: use of undeclared identifier 'wrong'"});
}

TEST_CASE("a library template that fails for what a body asks of it is that body's error") {
  const CellModel model = scanned(
      "#include <algorithm>\nstruct L {};\nL* begin_of();\nint f() { std::sort(begin_of(), begin_of()); "
      "return 1; }\n");
  CHECK(model.problems.empty());
  REQUIRE_FALSE(model.body_problems.empty());
  CHECK(model.body_problems[0].notes.at(0).place.line == 4);
}

TEST_CASE("a missing header says what to do") {
  const CellModel model = scanned("#include \"no_such.h\"\nint f() { return 1; }\n");
  CHECK(told(model.problems) == Words{"1:10: 'no_such.h' file not found"});
  CHECK(model.problems[0].next.find("//hamcell:pkg") != std::string::npos);
}

TEST_CASE("unbalanced braces are one problem, where the brace is") {
  CHECK(told(scanned("int g() { return 1; }\nint f() { if (1) { return 1; }\nint h(int f) { return f; }\n")
                 .problems) == Words{"2:9: this '{' is never closed"});
  CHECK(told(scanned("int f() { return 1; } }\nint h() { return 1; }\n").problems) ==
        Words{"1:23: this '}' closes nothing"});
}

TEST_CASE("many errors are cut short and counted") {
  std::string content;
  for (int i = 0; i < 50; i++) content += "Unknown v" + std::to_string(i) + ";\n";
  const CellModel model = scanned(content);
  CHECK(model.problems.size() == 21);
  CHECK(model.problems.back().what == "and 30 more errors");
}

TEST_CASE("binary garbage gives problems and no crash") {
  const std::string garbage("\0\1\2{{[[ham::(\xff\xfe\"R\"x(", 20);
  CHECK_FALSE(scanned(garbage).problems.empty());
  std::uint32_t state = 12345;
  std::string noise;
  for (int i = 0; i < 20000; i++)
    noise += static_cast<char>(static_cast<unsigned char>((state = state * 1664525 + 1013904223) >> 24));
  CHECK_FALSE(scanned(noise).problems.empty());
}

TEST_CASE("text that ends anywhere inside a cell is read without a crash") {
  const std::string cell =
      "#define T(x) [[ham::tag(k = x)]]\n/// doc\n[[using ham: cache(behavior = \"ignore\")]] T(\"a\")\nint "
      "f(const int& a = 'x', long b = 0x1p3) {\n"
      "#if __has_include(<x>)\n  return R\"(q)\"[0] + a;\n#endif\n}\n";
  for (std::size_t size = 0; size < cell.size(); size++) {
    const CellModel model = scanned(cell.substr(0, size));
    CHECK(model.functions.size() <= 1);
  }
}

TEST_CASE("flags that only another compiler knows are left out, with a warning") {
  const CellModel model = scanned("int f() { return N; }\n",
                                  {"-fno-such-flag", "-mno-such-target", "-Wno-such-warning", "-DN=3"});
  CHECK(model.problems.empty());
  CHECK(model.body_problems.empty());
  CHECK(names(model) == Words{"f"});
  REQUIRE(model.warnings.size() == 2);
  CHECK(model.warnings[0].what.find("-fno-such-flag") != std::string::npos);
}

TEST_CASE("warnings of the compiler are not repeated") {
  CHECK(scanned("int f() { int unused; return 1; }\n").warnings.empty());
}

TEST_CASE("a path that is a name with spaces and UTF-8 is kept as it is") {
  const CellModel model =
      scan_cell({"mein ördner/zelle 1.cpp", absolute_path("."), "int f(X) { return 1; }", {}});
  REQUIRE(model.problems.size() == 1);
  CHECK(model.problems[0].place.text() == "mein ördner/zelle 1.cpp:1:7");
}

TEST_CASE("a cell of a megabyte is read in time that grows with its size") {
  std::string content;
  for (int i = 0; content.size() < 1'000'000; i++)
    content += "/// Node " + std::to_string(i) + ".\nint n" + std::to_string(i) + "(int n" +
               std::to_string(i > 0 ? i - 1 : 0) +
               "_in = 1) { int sum = 0; for (int k = 0; k < 3; k++) sum += k; return sum; }\n";
  const CellModel model = scanned(content);
  CHECK(model.problems.empty());
  CHECK(model.functions.size() > 5000);
}
