// The order of encoded values.
#include <doctest/doctest.h>

#include <limits>

#include "value/order.h"
#include "value_types.h"

namespace {

template <class T>
int order_of_bytes(const std::string& left, const std::string& right) {
  const DescribedType type = described_type<T>();
  const int order = hamcell::compare_values(type.types, type.index, left, right);
  CHECK(hamcell::compare_values(type.types, type.index, right, left) == -order);
  return order;
}

template <class T>
int order_of(const T& left, const T& right) {
  return order_of_bytes<T>(hamcell::to_bytes(left), hamcell::to_bytes(right));
}

}  // namespace

TEST_CASE("maps compare entry by entry, and a longer one does not come behind for its length") {
  using Map = std::map<std::string, int>;
  CHECK(order_of(Map{{"b", 1}}, Map{{"a", 1}, {"c", 1}}) == 1);
  CHECK(order_of(Map{{"a", 1}}, Map{{"a", 2}}) == -1);
  CHECK(order_of(Map{{"a", -1}}, Map{{"a", 1}}) == -1);
  CHECK(order_of(Map{{"a", 1}}, Map{{"a", 1}, {"b", 1}}) == -1);
  CHECK(order_of(Map{{"a", 1}}, Map{{"a", 1}}) == 0);
  using Pairs = std::multimap<std::pair<int, int>, int>;
  CHECK(order_of(Pairs{{{1, 2}, 3}, {{1, 2}, 4}}, Pairs{{{1, 3}, 1}}) == -1);
}

TEST_CASE("NaN comes behind all numbers, so that there is one order of all of them") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(order_of(nan, std::numeric_limits<double>::infinity()) == 1);
  CHECK(order_of(nan, nan) == 0);
  CHECK(order_of(std::vector<double>{1, nan}, std::vector<double>{1, 2}) == 1);
}

TEST_CASE("bytes that are no value, or are written in another form, have some order") {
  using Points = std::vector<sample::Point>;
  const std::string table = hamcell::to_bytes(Points{{1, 2}, {3, 4}});
  const std::string array =
      "\x82" + hamcell::to_bytes(sample::Point{1, 2}) + hamcell::to_bytes(sample::Point{3, 4});
  order_of_bytes<Points>(table, array);
  order_of_bytes<std::vector<int>>(hamcell::to_bytes(std::vector<int>{1}), "\x81\x01");
  std::string deep;
  for (int level = 0; level < 10000; ++level)
    deep +=
        "\xa2\x64name\x60\x68"
        "children\x81";
  deep +=
      "\xa2\x64name\x60\x68"
      "children\x80";
  order_of_bytes<sample::Tree>(deep, deep);
}
