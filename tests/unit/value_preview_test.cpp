// One line that shows what a value is.
#include <doctest/doctest.h>

#include <chrono>

#include "base/text.h"
#include "value/preview.h"
#include "value_types.h"

namespace {

using namespace sample;

template <class T>
std::string preview_of(const T& value, std::size_t columns = 60) {
  const DescribedType type = described_type<T>();
  return hamcell::preview(type.types, type.index, hamcell::to_bytes(value), columns);
}

}  // namespace

TEST_CASE("single values are shown as they are") {
  CHECK(preview_of(42) == "42");
  CHECK(preview_of(0.1) == "0.1");
  CHECK(preview_of(2.0 / 3) == "0.6666666666666666");
  CHECK(preview_of(Weather::rain) == "rain");
  CHECK(preview_of(true) == "true");
  CHECK(preview_of(std::optional<int>()) == "(nothing)");
  CHECK(preview_of(std::chrono::milliseconds(12)) == "12 ms");
  CHECK(preview_of(std::variant<int, std::string>("a")) == "\"a\"");
  CHECK(preview_of(std::complex<double>(1, 2)) == "[1, 2]");
}

TEST_CASE("strings are quoted and cut, and cannot drive the terminal") {
  CHECK(preview_of(std::string("a b")) == "\"a b\"");
  CHECK(preview_of(std::string("a\x1b[2J\n")) == "\"a\\x1b[2J\\n\"");
  const std::string cut = preview_of(std::string(1000, 'x'), 20);
  CHECK(hamcell::display_width(cut) == 20);
  CHECK(cut.ends_with("…"));
  const std::string cut_between = preview_of(std::string(199, 'x') + "ää", 300);
  CHECK(hamcell::is_utf8(cut_between));
  CHECK(cut_between.find("\\x") == std::string::npos);
}

TEST_CASE("a vector is shown by its ends and its length") {
  std::vector<int> numbers;
  for (int i = 1; i <= 100; ++i) numbers.push_back(i);
  CHECK(preview_of(numbers) == "[1, 2, 3, …, 99, 100] (100)");
  CHECK(preview_of(std::vector<int>{1, 2, 3}) == "[1, 2, 3]");
  CHECK(preview_of(std::vector<int>{}) == "[]");
  CHECK(preview_of(std::vector<double>{1.0 / 3}) == "[0.333333]");
  CHECK(preview_of(std::vector<std::string>(10, "ab")) ==
        "[\"ab\", \"ab\", \"ab\", \"ab\", \"ab\", \"ab\", …] (10)");
}

TEST_CASE("a table is shown by its shape and first row") {
  CHECK(preview_of(std::vector<Point>{{1.5, 2}, {3, 4}}) == "2 rows × 2: {x: 1.5, y: 2}");
  CHECK(preview_of(std::vector<Point>{{1.5, 2}}) == "1 row × 2: {x: 1.5, y: 2}");
  CHECK(preview_of(std::vector<Point>{}) == "0 rows × 2");
  CHECK(preview_of(std::vector<Outer>(3)) == "3 rows × 2: {point: {x: 0, y: 0}, empty: {}}");
  const std::string wide = preview_of(sample_days(), 60);
  CHECK(wide.starts_with("3 rows × 14: {date: \"2012-01-01\", rain_mm: 0, "));
  CHECK(wide.ends_with("…}"));
  CHECK(hamcell::display_width(wide) <= 60);
}

TEST_CASE("structures and maps are shown by their first parts") {
  CHECK(preview_of(Point{3.25, 12}) == "{x: 3.25, y: 12}");
  CHECK(preview_of(std::map<std::string, int>{{"a", 1}, {"b", 2}}) == "{a: 1, b: 2}");
  CHECK(preview_of(std::map<std::pair<int, int>, int>{{{1, 2}, 3}}) == "{[1, 2]: 3}");
  std::map<int, int> many;
  for (int i = 0; i < 12; ++i) many.emplace(i, i);
  CHECK(preview_of(many) == "{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, …} (12)");
  CHECK(preview_of(std::tuple<int, std::string>(1, "a")) == "[1, \"a\"]");
}

TEST_CASE("a preview is never wider than asked for") {
  for (std::size_t columns = 1; columns < 80; ++columns) {
    CAPTURE(columns);
    CHECK(hamcell::display_width(preview_of(sample_days(), columns)) <= columns);
    CHECK(hamcell::display_width(preview_of(sample_days()[1], columns)) <= columns);
    CHECK(hamcell::display_width(preview_of(std::vector<double>(1000, 1.0 / 3), columns)) <= columns);
    CHECK(hamcell::display_width(
              preview_of(std::map<std::string, std::vector<int>>{{"abc", {1, 2}}}, columns)) <= columns);
  }
}

TEST_CASE("damaged bytes are shown as such") {
  const DescribedType type = described_type<std::vector<Day>>();
  const std::string cbor = hamcell::to_bytes(sample_days());
  CHECK(hamcell::preview(type.types, type.index, cbor.substr(0, 5), 60) == "(damaged)");
  CHECK(hamcell::preview(type.types, type.index, "", 60) == "(damaged)");
  for (std::size_t bit = 0; bit < 8 * cbor.size(); ++bit) {
    std::string flipped = cbor;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    CHECK(hamcell::display_width(hamcell::preview(type.types, type.index, flipped, 60)) <= 60);
  }
}

TEST_CASE("of a huge value only some is read") {
  std::vector<std::vector<std::string>> columns(3, std::vector<std::string>(2'000'000));
  const DescribedType type = described_type<decltype(columns)>();
  const std::string cbor = hamcell::to_bytes(columns);
  const auto begin = std::chrono::steady_clock::now();
  const std::string text = hamcell::preview(type.types, type.index, cbor, 80);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
  CHECK(text.ends_with("…]"));
}

TEST_CASE("tables inside each other without end are damaged") {
  std::string bytes;
  for (int level = 0; level < 200000; ++level)
    bytes +=
        "\xa2\x64name\x81\x60\x68"
        "children\x81";
  const DescribedType type = described_type<std::vector<sample::Tree>>();
  CHECK(hamcell::preview(type.types, type.index, bytes, 80) == "(damaged)");
}
