// Where two values differ first.
#include <doctest/doctest.h>

#include "made_cell.h"
#include "report/value_difference.h"
#include "value/json.h"

using namespace hamcell;
using namespace hamcell::test;

namespace {

std::string difference(std::uint32_t type, const std::string& before, const std::string& after) {
  const TypeTable types = made_types();
  return value_difference(types, type, cbor_from_json(types, type, before),
                          cbor_from_json(types, type, after), "days");
}

}  // namespace

TEST_CASE("The first difference is named by its path, with both values") {
  CHECK(difference(int_type, "1", "2") == "days: 1 → 2");
  CHECK(difference(days_type, R"([{"date":"a","rain":1.5},{"date":"b","rain":2}])",
                   R"([{"date":"a","rain":1.5},{"date":"b","rain":2.5}])") == "days[1].rain: 2 → 2.5");
}

TEST_CASE("Lengths are compared when all that both have is equal") {
  CHECK(difference(days_type, R"([{"date":"a","rain":1}])", "[]") == "days: 1 elements → 0");
  CHECK(difference(days_type, R"([{"date":"a","rain":1}])",
                   R"([{"date":"b","rain":1},{"date":"c","rain":1}])") == "days[0].date: \"a\" → \"b\"");
}

TEST_CASE("What is equal as a double is shown as it is written") {
  CHECK(difference(double_type, "0", "-0.0") == "days: 0 → -0.0");
}

TEST_CASE("Bytes that differ where the values do not are said to, and bytes that are no value as well") {
  const TypeTable types = made_types();
  const std::string one = cbor_from_json(types, int_type, "1");
  CHECK(value_difference(types, int_type, one, one, "n") == "n: in its encoding only");
  CHECK(value_difference(types, int_type, one, "", "n").find("cannot be read") != std::string::npos);
}
