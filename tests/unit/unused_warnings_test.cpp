// Warnings that a compiler only gives because bodies were left out.
#include "build/unused_warnings.h"

#include <doctest/doctest.h>

#include "cell/model_record.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

const std::string content =
    "static int h() { int x = 1; return 1; }\n"
    "static int u, v;\n"
    "int a() { return h() + v; }\n"
    "\n"
    "#define M\n"
    "struct S { void member() {} };\n"
    "\t\tstatic int t() { return 1; }\n";

std::string left(const std::string& messages) {
  MadeCell made;
  made.cell.content = content;
  CodeTable table;
  table.parts = {
      {"helper h", {"made.cpp", 1, 12}, {}, {}, {0, 39}}, {"helper u", {"made.cpp", 2, 12}, {}, {}, {40, 56}},
      {"helper k", {"/made/k.h", 4, 12}, {}, {}, {}},     {"macro M", {"made.cpp", 5, 9}, {}, {}, {}},
      {"type S", {"made.cpp", 6, 8}, {}, {}, {91, 125}},  {"helper t", {"made.cpp", 7, 14}, {}, {}, {}}};
  made.cell.model.code_table = to_bytes(table);
  return without_unused(messages, made.cell);
}

const std::string of_function =
    "made.cpp:1:12: warning: unused function 'h' [-Wunused-function]\n"
    "    1 | static int h() { int x = 1; return 1; }\n"
    "      |            ^\n";
const std::string of_local =
    "made.cpp:1:22: warning: unused variable 'x' [-Wunused-variable]\n"
    "    1 | static int h() { int x = 1; return 1; }\n"
    "      |                      ^\n";

}  // namespace

TEST_CASE("That nothing uses what some node can reach is not said") {
  CHECK(left(of_function + "1 warning generated.\n") == "");
  CHECK(left("made.cpp:2:15: warning: unused variable 'v' [-Wunused-variable]\n") == "");
  CHECK(left("/made/k.h:4:12: warning: 'int k()' defined but not used [-Wunused-function]\n") == "");
  CHECK(left("made.cpp: At global scope:\nmade.cpp:1:12: warning: 'int h()' defined but not used "
             "[-Wunused-function]\n") == "");
}

TEST_CASE("What is unused inside of a function is said, and so is everything else") {
  CHECK(left(of_local) == of_local);
  CHECK(left(of_function + of_local + "2 warnings generated.\n") == of_local + "1 warning generated.\n");
  const std::string other = "made.cpp:3:5: warning: unused function 'z' [-Wunused-function]\n";
  CHECK(left(other + "1 warning generated.\n") == other + "1 warning generated.\n");
  const std::string in_function = "made.cpp: In function 'int h()':\n" + of_local;
  CHECK(left(in_function) == in_function);
  CHECK(left("made.cpp:1:12: warning: something else [-Wshadow]\n") ==
        "made.cpp:1:12: warning: something else [-Wshadow]\n");
}

TEST_CASE("Members, macros without a column, and columns behind tabs are known by what surrounds them") {
  CHECK(left("made.cpp:6:17: warning: unused member function 'member' [-Wunused-member-function]\n") == "");
  CHECK(left("made.cpp:5: warning: macro \"M\" is not used [-Wunused-macros]\n") == "");
  CHECK(left("made.cpp:7:28: warning: 'int t()' defined but not used [-Wunused-function]\n") == "");
}

TEST_CASE("Colours do not hide what a message is about") {
  CHECK(left("\x1b[1mmade.cpp:1:12: \x1b[0m\x1b[0;1;35mwarning: \x1b[0m\x1b[1munused function 'h' "
             "[-Wunused-function]\x1b[0m\n") == "");
}
