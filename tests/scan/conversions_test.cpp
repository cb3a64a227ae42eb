// Whether a node's result fits a parameter of another type.
#include "scanned.h"

using namespace hamcell;

namespace {

/// The answer for the parameter `a` of `f`, in a cell where node `a` has another type.
bool fits(const std::string& content) {
  const CellModel model = scanned(content);
  REQUIRE_MESSAGE(model.problems.empty(), told(model.problems).front());
  REQUIRE(model.conversions.size() == 1);
  CHECK(model.conversions[0].from == function(model, "a").result);
  CHECK(model.conversions[0].to == function(model, "f").parameters.at(0).type);
  return model.conversions[0].fits;
}

}  // namespace

TEST_CASE("equal types need no conversion") {
  CHECK(scanned("int a() { return 1; }\nint f(const int& a) { return a; }").conversions.empty());
}

TEST_CASE("arithmetic conversions fit where they keep every value") {
  CHECK(fits("int a() { return 1; }\nint f(long a) { return 1; }"));
  CHECK(fits("float a() { return 1; }\nint f(const double& a) { return 1; }"));
  CHECK_FALSE(fits("long a() { return 1; }\nint f(int a) { return 1; }"));
  CHECK_FALSE(fits("double a() { return 1; }\nint f(float a) { return 1; }"));
  CHECK_FALSE(fits("int a() { return 1; }\nint f(unsigned a) { return 1; }"));
  CHECK_FALSE(fits("int a() { return 1; }\nint f(bool a) { return 1; }"));
}

TEST_CASE("classes fit by inheritance and implicit conversions, not by explicit ones") {
  const std::string types =
      "struct A {};\nstruct B : A {};\nstruct C { C(const A&); };\nstruct D { explicit D(const A&); };\n"
      "struct E { virtual int g() = 0; };\nstruct F : E { int g() override; };\n";
  CHECK(fits(types + "B a() { return {}; }\nint f(const A& a) { return 1; }"));
  CHECK(fits(types + "A a() { return {}; }\nint f(C a) { return 1; }"));
  CHECK_FALSE(fits(types + "A a() { return {}; }\nint f(D a) { return 1; }"));
  CHECK_FALSE(fits(types + "A a() { return {}; }\nint f(const B& a) { return 1; }"));
  CHECK(fits(types + "F a();\nF a() { return F(); }\nint f(const E& a) { return 1; }"));
}

TEST_CASE("strings and vectors fit their views") {
  const std::string top = "#include <span>\n#include <string>\n#include <string_view>\n#include <vector>\n";
  CHECK(fits(top + "std::string a() { return {}; }\nint f(std::string_view a) { return 1; }"));
  CHECK(fits(top + "std::vector<int> a() { return {}; }\nint f(std::span<const int> a) { return 1; }"));
  CHECK_FALSE(fits(top + "std::vector<int> a() { return {}; }\nint f(std::span<int> a) { return 1; }"));
  CHECK_FALSE(
      fits(top + "std::vector<int> a() { return {}; }\nint f(std::span<const long> a) { return 1; }"));
}

TEST_CASE("the answer does not depend on how the cell ends") {
  CHECK(fits("int a() { return 1; }\nint f(long a) { return 1; } // comment \\"));
  CHECK_FALSE(fits("#line 900 \"other.cpp\"\nlong a() { return 1; }\nint f(int a) { return 1; }"));
}
