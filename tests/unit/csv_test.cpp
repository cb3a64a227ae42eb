// CSV as inputs are given in it: RFC 4180, and the way to a table's JSON.
#include <doctest/doctest.h>

#include "base/error.h"
#include "graph/csv.h"
#include "made_cell.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {
std::string table_json(const std::string& csv) {
  const TypeTable types = made_types();
  return json_from_csv(types, types[day_type], csv);
}
}  // namespace

TEST_CASE("Quoted fields keep commas, line feeds and doubled quotes") {
  const std::vector<CsvRow> rows = read_csv("a,\"b,\"\"c\"\"\nd\",e\r\n1,,3\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields == std::vector<std::string>{"a", "b,\"c\"\nd", "e"});
  CHECK(rows[1].fields == std::vector<std::string>{"1", "", "3"});
  CHECK(rows[1].line == 3);
}

TEST_CASE("A byte order mark and a missing last line feed change nothing") {
  const std::vector<CsvRow> rows = read_csv(
      "\xEF\xBB\xBF"
      "a,b\n1,2");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields[0] == "a");
  CHECK(rows[1].fields[1] == "2");
}

TEST_CASE("A quote without an end is a problem on the line where it starts") {
  CHECK_THROWS_AS(read_csv("a\n\"b\n"), Problem);
  try {
    read_csv("a\n\"b\nc");
  } catch (const Problem& problem) {
    CHECK(problem.place.line == 2);
  }
}

TEST_CASE("A table's columns are matched by name, and text stays text") {
  CHECK(table_json("rain,date\n1.5,2012-01-01\n0,7\n") ==
        R"([{"rain":1.5,"date":"2012-01-01"},{"rain":0,"date":"7"}])");
}

TEST_CASE("A column that no member has suggests the near one") {
  try {
    table_json("rian,date\n");
    FAIL("no problem");
  } catch (const Problem& problem) {
    CHECK(problem.next == "did you mean 'rain'?");
  }
}

TEST_CASE("A row with a field too few names its line") {
  try {
    table_json("rain,date\n1,x\n1\n");
    FAIL("no problem");
  } catch (const Problem& problem) {
    CHECK(problem.place.line == 3);
  }
}
