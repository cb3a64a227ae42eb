// The build needs that a cell states near its top.
#include <doctest/doctest.h>

#include "cell/directives.h"

using namespace hamcell;

TEST_CASE("Directives stand among comments, blank lines and preprocessor lines") {
  const Directives found = read_directives(
      "a.cpp",
      "/* a\n   licence */\n#include <vector>\n\n//hamcell:pkg eigen3 sqlite3\n#define A \\\n  1\n"
      "//hamcell:cxxflags -fopenmp \"-DX=a b\"\n//hamcell:std c++23\nint f();\n");
  CHECK(found.problems.empty());
  CHECK(found.packages == std::vector<std::string>{"eigen3", "sqlite3"});
  CHECK(found.package_places[1].line == 5);
  REQUIRE(found.cxxflags.size() == 1);
  CHECK(found.cxxflags[0].words == std::vector<std::string>{"-fopenmp", "-DX=a b"});
  CHECK(found.cxxflags[0].place.line == 8);
  CHECK(found.standard == "c++23");
}

TEST_CASE("A blank behind the slashes, as clang-format writes it, makes no difference") {
  CHECK(read_directives("a.cpp", "// hamcell:pkg eigen3\n").packages == std::vector<std::string>{"eigen3"});
  CHECK(read_directives("a.cpp", "// see hamcell:pkg eigen3\n").packages.empty());
}

TEST_CASE("An unknown directive is a problem at its place, with a suggestion") {
  const Directives found = read_directives("a.cpp", "\n  //hamcell:pgk eigen3\n");
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].place == Place{"a.cpp", 2, 3});
  CHECK(found.problems[0].next == "did you mean '//hamcell:pkg'?");
}

TEST_CASE("A blank between colon and directive is told as that") {
  const Directives found = read_directives("a.cpp", "// hamcell: pkg eigen3\n");
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].next.starts_with("write it without a blank"));
  CHECK(found.packages.empty());
}

TEST_CASE("A directive below the first declaration is a problem, so that none is overlooked") {
  const Directives found = read_directives("a.cpp", "int f();\n//hamcell:pkg eigen3\n");
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].place.line == 2);
  CHECK(found.packages.empty());
}

TEST_CASE("A directive without a value, or with an open quote, is a problem") {
  CHECK(read_directives("a.cpp", "//hamcell:pkg\n").problems.size() == 1);
  CHECK(read_directives("a.cpp", "//hamcell:ldflags 'x\n").problems.size() == 1);
}
