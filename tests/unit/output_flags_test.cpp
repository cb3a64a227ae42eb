// Flags that say what a compiler makes and where.
#include <doctest/doctest.h>

#include "cell/output_flags.h"

using namespace hamcell;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("Flags that write rules of Make are left out with their values, whatever stands around them") {
  CHECK(without_output_flags({"-O3", "-MMD", "-MP", "-MF", "deps/a.d", "-g"}, {}) == Words{"-O3", "-g"});
  CHECK(without_output_flags({"-MD", "-MFa.d", "-MT", "a.o", "-MQa.o", "-Wp,-MMD,a.d", "-Wall"}, {}) ==
        Words{"-Wall"});
  CHECK(without_output_flags({"-DX=1", "-MF"}, {}) == Words{"-DX=1"});
}

TEST_CASE("Flags for something else than a cell are a problem of whoever wrote them") {
  for (const char* flag : {"-c", "-E", "-S", "-M", "-MM", "-oa.so", "-o", "-fsyntax-only", "-static", "-r"}) {
    CAPTURE(flag);
    try {
      without_output_flags({"-O3", flag}, {});
      FAIL("no problem");
    } catch (const Failure& failure) {
      CHECK(failure.status() == ExitStatus::usage);
      CHECK(failure.problems().front().what.find(flag) != std::string::npos);
    }
  }
  try {
    without_output_flags({"-c"}, {"cell.cpp", 2, 1});
    FAIL("no problem");
  } catch (const Failure& failure) {
    CHECK(failure.status() == ExitStatus::cell);
    CHECK(failure.problems().front().place.line == 2);
  }
}

TEST_CASE("What looks like such a flag, and is the value of another or longer, stays") {
  CHECK(without_output_flags(
            {"-Xlinker", "-r", "-include", "-c", "-static-libstdc++", "-Wl,-o", "-std=c++20"}, {}) ==
        Words{"-Xlinker", "-r", "-include", "-c", "-static-libstdc++", "-Wl,-o", "-std=c++20"});
}
