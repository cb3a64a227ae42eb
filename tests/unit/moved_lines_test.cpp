// Where lines of an earlier state of a cell are in its text of now.
#include "build/moved_lines.h"

#include <doctest/doctest.h>

using namespace hamcell;

namespace {

std::string unit_of(const std::string& text) {
  return "# 1 \"cell.cpp\"\n" + text + "# 1 \"hamcell-glue\"\nint f();\n";
}

const std::string two_functions =
    "int a() {\n"
    "  int n = 1;\n"
    "  return n;\n"
    "}\n"
    "int b() {\n"
    "  int n = 2;\n"
    "  return n;\n"
    "}\n";

}  // namespace

TEST_CASE("In a text that is the same every line stays where it is") {
  const MovedLines lines(unit_of(two_functions), two_functions);
  for (unsigned line = 1; line <= 8; ++line) CHECK(lines.line_of(line) == line);
}

TEST_CASE("A line that several functions have goes with the lines around it") {
  const MovedLines lines(unit_of(two_functions), "// one\n// two\n" + two_functions);
  CHECK(lines.line_of(3) == 5);
  CHECK(lines.line_of(7) == 9);
}

TEST_CASE("Functions that changed places are found, each where it is now") {
  const std::string swapped = two_functions.substr(two_functions.find("int b")) +
                              two_functions.substr(0, two_functions.find("int b"));
  const MovedLines lines(unit_of(two_functions), swapped);
  CHECK(lines.line_of(3) == 7);
  CHECK(lines.line_of(7) == 3);
}

TEST_CASE("A line that is gone, or was none, has no place") {
  std::string edited = two_functions;
  edited.replace(edited.find("int n = 1"), 9, "int n = 5");
  const MovedLines lines(unit_of(two_functions), edited);
  CHECK(lines.line_of(2) == 0);
  CHECK(lines.line_of(3) == 3);
  CHECK(lines.line_of(0) == 0);
  CHECK(lines.line_of(9) == 0);
}

TEST_CASE("Lines that the glue put into the cell are not counted") {
  const MovedLines lines(
      "# 1 \"cell.cpp\"\nint a();\n static int ham_default_1() { return 1; }\n# 2 \"cell.cpp\"\nint b();\n"
      "# 1 \"hamcell-glue\"\n",
      "int a();\nint b();\n");
  CHECK(lines.line_of(2) == 2);
}
