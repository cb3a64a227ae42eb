// The full check of stored bytes against their type.
#include <doctest/doctest.h>

#include "value/check.h"
#include "value_types.h"

namespace {

template <class T>
bool is_well_formed(std::string_view cbor) {
  const DescribedType type = described_type<T>();
  return hamcell::well_formed(type.types, type.index, cbor);
}

template <class T>
void check_like_the_reader(const T& value) {
  const DescribedType type = described_type<T>();
  const std::string bytes = hamcell::to_bytes(value);
  CHECK(hamcell::well_formed(type.types, type.index, bytes));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(hamcell::well_formed(type.types, type.index, std::string_view(bytes).substr(0, size)));
  }
  // What the check passes, the reader reads: a damaged value must not be found out only inside a run.
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    if (!hamcell::well_formed(type.types, type.index, flipped)) continue;
    T read{};
    CAPTURE(bit);
    CHECK(hamcell::from_bytes(flipped, read));
  }
}

}  // namespace

TEST_CASE("what the codec writes is well-formed, what is cut off is not, and what passes is readable") {
  using namespace sample;
  check_like_the_reader(std::vector<Point>{{1, 2}, {3, 4}});
  check_like_the_reader(std::optional<std::optional<std::string>>(std::optional<std::string>("a")));
  check_like_the_reader(std::variant<std::monostate, int, std::vector<std::complex<double>>>(
      std::vector<std::complex<double>>{{1, 2}, {3, 4}}));
  check_like_the_reader(std::tuple<std::uint16_t, float, std::chrono::seconds>(300, 1.5F, 4));
  check_like_the_reader(std::array<std::vector<bool>, 2>{{{true}, {false, true}}});
  check_like_the_reader(Tree{"a", {{"b", {}}}});
  check_like_the_reader(std::vector<Outer>(2));
}

TEST_CASE("a table with bit-fields, maps and enums is well-formed") {
  CHECK(is_well_formed<std::vector<sample::Day>>(hamcell::to_bytes(sample_days())));
  CHECK(is_well_formed<sample::Day>(hamcell::to_bytes(sample_days()[1])));
  CHECK(is_well_formed<std::unordered_multimap<int, int>>(
      hamcell::to_bytes(std::unordered_multimap<int, int>{{1, 2}, {1, 1}})));
  CHECK(is_well_formed<std::set<std::int8_t>>(hamcell::to_bytes(std::set<std::int8_t>{1, 2})));
  CHECK(is_well_formed<std::vector<sample::Angle>>(hamcell::to_bytes(std::vector<sample::Angle>(2))));
}

TEST_CASE("a value of another type is not well-formed") {
  CHECK_FALSE(is_well_formed<int>(hamcell::to_bytes(std::string("1"))));
  CHECK_FALSE(is_well_formed<std::int8_t>(hamcell::to_bytes(300)));
  CHECK_FALSE(is_well_formed<std::array<int, 2>>(hamcell::to_bytes(std::vector<int>{1})));
  CHECK_FALSE(is_well_formed<std::vector<int>>(hamcell::to_bytes(std::vector<unsigned>{1})));
  CHECK_FALSE(is_well_formed<sample::Point>(hamcell::to_bytes(sample::Outer())));
  CHECK_FALSE(is_well_formed<std::string>("\x61\xff"));
  CHECK_FALSE(is_well_formed<int>("\x01\x01"));
}

TEST_CASE("an enum of bool holds no more than a bool, wherever it stands") {
  using sample::Flag;
  CHECK(is_well_formed<Flag>("\x01"));
  CHECK_FALSE(is_well_formed<Flag>("\x02"));
  CHECK(is_well_formed<std::vector<Flag>>("\xd8\x40\x42\x01\x01"));
  CHECK_FALSE(is_well_formed<std::vector<Flag>>("\xd8\x40\x42\x01\x02"));
  CHECK_FALSE(is_well_formed<std::set<Flag>>("\xd8\x40\x41\x02"));
}

TEST_CASE("an integer that its bit-field cannot hold is not well-formed") {
  std::string bytes = hamcell::to_bytes(sample_days()[2]);
  const std::size_t level = bytes.find("level") + 5;
  CHECK(bytes[level] == 5);
  bytes[level] = 7;
  CHECK(is_well_formed<sample::Day>(bytes));
  bytes[level] = 8;
  CHECK_FALSE(is_well_formed<sample::Day>(bytes));
  std::string table = hamcell::to_bytes(sample_days());
  const std::size_t last = table.find("level") + 5 + 3 + 8;  // behind the head and two numbers
  CHECK(table[last] == 5);
  table[last] = 8;
  CHECK_FALSE(is_well_formed<std::vector<sample::Day>>(table));
}
