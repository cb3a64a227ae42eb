// CBOR that other programs wrote, read as values: every form of the standard, and errors with a place.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "value/json.h"
#include "value_types.h"

namespace {

using namespace sample;

/// Writes CBOR as a program without knowledge of the types does. What GCC inlines whole, it warns of in vain.
class Plain {
 public:
  Plain& head(unsigned major, std::uint64_t argument) {
    out_.head(major, argument);
    return *this;
  }
  Plain& array(std::uint64_t items) { return head(ham::array_item, items); }
  Plain& map(std::uint64_t pairs) { return head(ham::map_item, pairs); }
  Plain& tag(std::uint64_t number) { return head(ham::tag_item, number); }
  Plain& integer(std::int64_t value) {
    out_.signed_integer(value);
    return *this;
  }
  template <class Floating>
  Plain& floating(Floating value) {
    out_.floating(value);
    return *this;
  }
  [[gnu::noinline]] Plain& text(std::string_view text) {
    out_.text(text.data(), text.size());
    return *this;
  }
  [[gnu::noinline]] Plain& bytes(std::string_view bytes) {
    out_.bytes(bytes.data(), bytes.size());
    return *this;
  }
  [[gnu::noinline]] Plain& raw(std::string_view bytes) {
    out_.write(bytes.data(), bytes.size());
    return *this;
  }
  std::string str() const { return {out_.data(), static_cast<std::size_t>(out_.size())}; }

 private:
  ham::sink out_;
};

/// Whether the bytes are read as this value, to the byte.
template <class T>
bool reads_as(const Plain& plain, const T& value) {
  const DescribedType type = described_type<T>();
  return hamcell::cbor_from_any_cbor(type.types, type.index, plain.str()) == hamcell::to_bytes(value);
}

template <class T>
bool comes_back(const T& value) {
  return reads_as(Plain().raw(hamcell::to_bytes(value)), value);
}

template <class T>
std::string error_of(const Plain& plain) {
  const DescribedType type = described_type<T>();
  try {
    hamcell::cbor_from_any_cbor(type.types, type.index, plain.str());
  } catch (const hamcell::ValueError& error) {
    return error.text("x");
  }
  return {};
}

Day full_day() {
  Day day;
  day.date = "2012-01-01";
  day.rain_mm = std::nan("7");
  day.weather = Weather::fog;
  day.wind = -0.0;
  day.track = {{1, 2}, {3, 4}};
  day.phase = {1, -1};
  day.counts = {{"a", 1}};
  day.level = 5;
  day.is_last = true;
  return day;
}

}  // namespace

TEST_CASE("what the codec wrote comes out as it is, also what JSON cannot tell apart") {
  using Choice = std::variant<int, std::int64_t, double, std::string, std::vector<int>>;
  CHECK(comes_back(std::vector<Day>{full_day(), Day()}));
  CHECK(comes_back(std::vector<Day>{}));
  CHECK(comes_back(full_day()));
  CHECK(comes_back(Choice(std::int64_t{1})));
  CHECK(comes_back(Choice(1.0)));
  CHECK(comes_back(Choice(std::vector<int>{1, 2})));
  CHECK(comes_back(std::vector<Choice>{1, 2.0, "a"}));
  CHECK(comes_back(std::optional<std::optional<int>>(std::optional<int>())));
  CHECK(comes_back(std::optional<std::monostate>(std::monostate())));
  CHECK(comes_back(std::numeric_limits<double>::quiet_NaN()));
  CHECK(comes_back(-std::nan("9")));
  CHECK(comes_back(std::vector<double>{std::nan("9"), -0.0}));
  CHECK(comes_back(std::vector<std::complex<float>>{{1, 2}, {3, 4}}));
  CHECK(comes_back(std::vector<Weather>{Weather::fog}));
  CHECK(comes_back(std::map<std::pair<int, int>, Tree>{{{1, 2}, {"t", {{"u", {}}}}}}));
  CHECK(comes_back(std::map<std::string, int>{{"\xFF", 1}, {"a", 2}}));
  CHECK(comes_back(std::unordered_multimap<int, std::string>{{1, "b"}, {1, "a"}}));
  CHECK(comes_back(std::set<double>{0.5, 1}));
  CHECK(comes_back(std::vector<std::chrono::milliseconds>{std::chrono::milliseconds(5)}));
  CHECK(comes_back(std::vector<Empty>{{}, {}}));
  CHECK(comes_back(std::numeric_limits<std::uint64_t>::max()));
  CHECK(comes_back(std::numeric_limits<std::int64_t>::min()));
}

TEST_CASE("a table may be rows of maps, in any order, with optional members left out") {
  const std::vector<Point> points = {{1, 2}, {0.5, -3}};
  CHECK(reads_as(Plain()
                     .array(2)
                     .map(2)
                     .text("y")
                     .integer(2)
                     .text("x")
                     .integer(1)
                     .map(2)
                     .text("x")
                     .floating(0.5F)
                     .text("y")
                     .integer(-3),
                 points));
}

TEST_CASE("the columns of a table may be in any order and of any form") {
  const double xs[] = {1, 0.5};
  CHECK(reads_as(Plain().map(2).text("y").array(2).integer(2).integer(-3).text("x").tag(86).bytes(
                     {reinterpret_cast<const char*>(xs), sizeof xs}),
                 std::vector<Point>{{1, 2}, {0.5, -3}}));
  CHECK(error_of<std::vector<Point>>(Plain().map(2).text("x").array(1).integer(1).text("y").array(0)) ==
        "x.y: this column has 0 rows, and the first one 1");
  CHECK(error_of<std::vector<Point>>(Plain().map(1).text("x").array(1).integer(1))
            .find("missing member \"y\"") != std::string::npos);
  CHECK(
      error_of<std::vector<Point>>(Plain().map(2).text("x").array(1).text("a").text("y").array(1).integer(1))
          .starts_with("x.x[0]: expected a number"));
}

TEST_CASE("numbers may be of any width, typed arrays of any type and byte order") {
  using Doubles = std::vector<double>;
  const Doubles expected = {1, 2};
  CHECK(reads_as(Plain().array(2).integer(1).floating(2.0F), expected));
  CHECK(reads_as(Plain()
                     .array(2)
                     .raw("\xf9\x3c")
                     .raw(std::string_view("\0", 1))
                     .raw("\xf9\x40")
                     .raw(std::string_view("\0", 1)),
                 expected));
  CHECK(reads_as(Plain().tag(64).bytes("\x01\x02"), expected));
  CHECK(reads_as(Plain().tag(65).bytes(std::string_view("\0\x01\0\x02", 4)), expected));  // big-endian
  CHECK(reads_as(Plain().tag(69).bytes(std::string_view("\x01\0\x02\0", 4)), expected));
  CHECK(reads_as(Plain().tag(82).bytes(std::string_view("\x3f\xf0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0", 16)),
                 expected));
  CHECK(reads_as(Plain().tag(84).bytes(std::string_view("\0\x3c\0\x40", 4)), expected));  // half precision
  CHECK(reads_as(Plain().tag(72).bytes("\xff\x02"), std::vector<int>{-1, 2}));
  CHECK(error_of<std::vector<std::uint8_t>>(Plain().tag(72).bytes("\x02\xff"))
            .starts_with("x[1]: -1 does not fit"));
  CHECK(error_of<Doubles>(Plain().tag(86).bytes("1234567")).find("ends inside an element") !=
        std::string::npos);
  CHECK(error_of<Doubles>(Plain().tag(83).bytes("")).find("tag 83") != std::string::npos);
  CHECK(error_of<float>(Plain().floating(1e300)).find("does not fit float") != std::string::npos);
  CHECK(reads_as(Plain().floating(0.1), 0.1F));
  CHECK(reads_as(Plain().floating(3.0), std::int8_t{3}));
}

TEST_CASE("a matrix in a tag of two dimensions is a sequence of rows") {
  Plain matrix;
  matrix.tag(40).array(2).array(2).integer(2).integer(3).tag(64).bytes("\x01\x02\x03\x04\x05\x06");
  CHECK(reads_as(matrix, std::vector<std::vector<int>>{{1, 2, 3}, {4, 5, 6}}));
  CHECK(reads_as(matrix, std::vector<std::array<double, 3>>{{1, 2, 3}, {4, 5, 6}}));
  CHECK(reads_as(Plain().tag(40).array(2).array(2).integer(2).integer(1).tag(64).bytes("\x01\x02"),
                 std::vector<std::vector<int>>{{1}, {2}}));
  CHECK(error_of<std::vector<int>>(matrix).starts_with("x[0]: "));
}

TEST_CASE("bytes are text, and numbers of one byte") {
  CHECK(reads_as(Plain().bytes("abc"), std::string("abc")));
  CHECK(reads_as(Plain().bytes("\x01\xff"), std::vector<std::uint8_t>{1, 255}));
  CHECK(reads_as(Plain().bytes("\x01\xff"), std::vector<std::int8_t>{1, -1}));
  CHECK(error_of<std::vector<int>>(Plain().bytes("abc")).find("bytes") != std::string::npos);
}

TEST_CASE("lengths may be indefinite, and sets and bignums have tags") {
  CHECK(reads_as(Plain().raw("\x9f").integer(1).integer(2).raw("\xff"), std::vector<int>{1, 2}));
  CHECK(reads_as(Plain().raw("\xbf").text("x").integer(1).text("y").integer(2).raw("\xff"), Point{1, 2}));
  CHECK(reads_as(Plain().raw("\x7f").text("ab").text("c").raw("\xff"), std::string("abc")));
  CHECK(reads_as(Plain().tag(258).array(2).integer(2).integer(1), std::set<int>{1, 2}));
  CHECK(reads_as(Plain().tag(55799).integer(7), 7));
  CHECK(reads_as(Plain().tag(2).bytes(std::string_view("\0\x01\0", 3)), 256));
  CHECK(reads_as(Plain().tag(3).bytes("\x01"), -2));
  CHECK(error_of<std::int64_t>(Plain().tag(2).bytes("\x01\x01\x01\x01\x01\x01\x01\x01\x01")).find("tag 2") !=
        std::string::npos);
}

TEST_CASE("enums may be names, variants plain, optionals null, maps of numbers by name") {
  CHECK(reads_as(Plain().text("fog"), Weather::fog));
  CHECK(
      reads_as(Plain().array(2).text("rain").integer(-3), std::vector<Weather>{Weather::rain, Weather::fog}));
  CHECK(reads_as(Plain().text("a"), std::variant<int, std::string>("a")));
  CHECK(reads_as(Plain().head(ham::simple_item, 22), std::optional<std::optional<int>>()));
  CHECK(reads_as(Plain().head(ham::simple_item, 23), std::optional<int>()));
  CHECK(
      reads_as(Plain().map(2).text("2").integer(1).text("1").integer(0), std::map<int, int>{{1, 0}, {2, 1}}));
  CHECK(reads_as(Plain().map(2).integer(2).integer(1).integer(1).integer(0),
                 std::map<int, int>{{1, 0}, {2, 1}}));
}

TEST_CASE("what a tag changes the meaning of is refused, with the tag") {
  using Time = std::chrono::sys_time<std::chrono::nanoseconds>;
  CHECK(error_of<Time>(Plain().tag(1).integer(1)).find("tag 1") != std::string::npos);
  CHECK(error_of<std::vector<std::string>>(Plain().array(1).tag(0).text("2012")).starts_with("x[0]: "));
}

TEST_CASE("bytes that are no CBOR are an error with the byte") {
  for (const std::string_view bytes :
       {"", "\x18", "\xff", "\x1c", "\x9f\x01", "\x7f\x41z\xff", "\x61\xff", "\xf8\x20", "\x1f",
        "\x9b\xff\xff\xff\xff\xff\xff\xff\xff", "\x01\x01"}) {
    CAPTURE(bytes);
    CHECK(error_of<int>(Plain().raw(bytes)).find("not CBOR: byte ") != std::string::npos);
  }
  CHECK(error_of<int>(Plain().raw(std::string(100000, '\x81'))).find("nested more than 512") !=
        std::string::npos);
}

TEST_CASE("a bigfloat is read in every form, and refused where it does not fit") {
  const auto number = described_type<long double>();
  const auto read = [&](const DescribedType& as, std::string_view bytes) {
    return hamcell::cbor_from_any_cbor(as.types, as.index, bytes);
  };
  const std::string mantissa = "\x1b" + std::string(8, '\xff');
  const std::string stored = "\xc5\x82\x38\x3e" + mantissa;  // 2 less the last bit
  CHECK(read(number, stored) == stored);
  CHECK(read(number, "\xd9\xd9\xf7" + stored) == stored);                              // self-described
  CHECK(read(number, "\xd8\x05\x82\x38\x3e" + mantissa) == stored);                    // a longer head
  CHECK(read(number, "\xc5\x9f\x38\x3e" + mantissa + "\xff") == stored);               // indefinite length
  CHECK(read(number, "\xc5\x82\x38\x3e\xc2\x48" + std::string(8, '\xff')) == stored);  // a bignum
  const auto narrow = described_type<double>();
  CHECK(read(narrow, stored) == hamcell::to_bytes(2.0));
  using namespace std::string_literals;
  for (const std::string& huge : {"\xc5\x82\x19\x4e\x20\x01"s, "\xc5\x82\x19\x3e\x80\x01"s})
    CHECK_THROWS_AS(read(narrow, huge), hamcell::ValueError);
  CHECK_THROWS_AS(read(number, "\xc5\x82\x19\x4e\x20\x01"), hamcell::ValueError);
  CHECK(read(number, "\xc5\x82\x19\x3e\x80\x01") == "\xc5\x82\x19\x3e\x80\x01");
}
