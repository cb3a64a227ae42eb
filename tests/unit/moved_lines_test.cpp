// Where lines of an earlier state of a cell are in its text of now.
#include "build/moved_lines.h"

#include <doctest/doctest.h>

using namespace hamcell;

namespace {

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
  const MovedLines lines(two_functions, two_functions);
  for (unsigned line = 1; line <= 8; ++line) CHECK(lines.line_of(line) == line);
}

TEST_CASE("A line that several functions have goes with the lines around it") {
  const MovedLines lines(two_functions, "// one\n// two\n" + two_functions);
  CHECK(lines.line_of(3) == 5);
  CHECK(lines.line_of(7) == 9);
}

TEST_CASE("Functions that changed places are found, each where it is now") {
  const std::string swapped = two_functions.substr(two_functions.find("int b")) +
                              two_functions.substr(0, two_functions.find("int b"));
  const MovedLines lines(two_functions, swapped);
  CHECK(lines.line_of(3) == 7);
  CHECK(lines.line_of(7) == 3);
}

TEST_CASE("A line that is gone, or was none, has no place") {
  std::string edited = two_functions;
  edited.replace(edited.find("int n = 1"), 9, "int n = 5");
  const MovedLines lines(two_functions, edited);
  CHECK(lines.line_of(2) == 0);
  CHECK(lines.line_of(3) == 3);
  CHECK(lines.line_of(0) == 0);
  CHECK(lines.line_of(10) == 0);
}

TEST_CASE("Layout within a line makes no other line of it") {
  std::string edited = "// new\n" + two_functions;
  edited.replace(edited.find("int b() {"), 9, "int  b( ) {");
  const MovedLines lines(two_functions, edited);
  CHECK(lines.line_of(5) == 6);
  CHECK(lines.line_of(7) == 8);
}

TEST_CASE("A line is not taken for that of another function which looks the same") {
  const std::string then = "int a(int k) {\n  return 100 / k;\n}\nint b(int k) {\n  return 100 / k;\n}\n";
  const MovedLines lines(
      then, "int b(int k) {\n  return 100 / k;\n}\nint a(int k) {  // new\n  return 100 / k;\n}\n");
  CHECK(lines.line_of(5) == 2);
  CHECK(lines.line_of(2) == 0);
}
