// How C++ values are written as CBOR and read back, and what becomes of bytes that are not a value.
#include <doctest/doctest.h>
#include <hamcell/codec.h>

#include <any>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>

#include "value_types.h"

namespace {

using namespace sample;

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16));
  }
  return bytes;
}

template <class T>
std::string hex_of_value(const T& value) {
  return hex_of(hamcell::to_bytes(value));
}

/// Reads hexadecimal bytes; the error, or nothing.
template <class T>
std::string error_of(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  ham::source in(bytes.data(), bytes.size());
  T value{};
  ham::decode(in, value);
  return in.ok() ? "" : in.error();
}

template <class T>
T value_of(std::string_view hex) {
  T value{};
  CHECK(hamcell::from_bytes(from_hex(hex), value));
  return value;
}

/// Writes, reads into a value that holds something else, and writes again: the bytes must be the same.
template <class T>
void check_round_trip(const T& value, T used = T()) {
  const std::string bytes = hamcell::to_bytes(value);
  CAPTURE(hex_of(bytes));
  CHECK(hamcell::from_bytes(bytes, used));
  CHECK(hex_of_value(used) == hex_of(bytes));
  if constexpr (requires { value == used; }) CHECK(value == used);
}

/// Reads `bytes` as T, whatever they are. It is enough to come back.
template <class T>
void read_anything(std::string_view bytes) {
  // Of its own size, so that the sanitizer sees a read beyond the end.
  const std::unique_ptr<char[]> exact(new char[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), exact.get());
  ham::source in(exact.get(), bytes.size());
  T value{};
  ham::decode(in, value);
}

/// A row whose only column is of bits.
struct Marked {
  bool is_marked : 1 = false;
};

/// Counts itself, and throws when there would be too many.
struct Counted {
  static inline int alive = 0;
  static inline int most = 1000;

  Counted() {
    if (alive == most) throw std::length_error("too many");
    ++alive;
  }
  Counted(const Counted&) : Counted() {}
  Counted& operator=(const Counted&) = default;
  ~Counted() { --alive; }

  std::int64_t number = 7;
};

std::size_t size_of_tree(const Tree& tree) {
  std::size_t size = 1;
  for (const Tree& child : tree.children) size += size_of_tree(child);
  return size;
}

/// A value that holds something of every kind.
struct Everything {
  std::vector<Day> days = sample_days();
  std::unordered_map<std::string, std::vector<int>> groups{{"a", {1, 2}}, {"b", {}}};
  std::unordered_multiset<std::int16_t> numbers{5, -5, 5, 1000};
  std::multimap<Weather, std::string> by_weather{{Weather::sun, "x"}, {Weather::sun, "y"}};
  std::map<std::pair<int, int>, Flag> pairs{{{1, 2}, Flag::on}};
  std::variant<std::monostate, Point, std::string> either = Point{1, 2};
  std::tuple<int, double, std::optional<std::optional<int>>> triple{1, 2, std::optional<int>()};
  std::vector<std::complex<float>> waves{{1, 2}, {3, 4}};
  std::list<Point> points{{1, 2}};
  std::deque<bool> bits{true, false};
  std::filesystem::path path = "/a/b";
  std::chrono::system_clock::time_point when{std::chrono::seconds(5)};
  std::array<Point, 2> pair{{{1, 2}, {3, 4}}};
  std::vector<Empty> empties{3};
  Tree tree{"root", {{"left", {}}, {"right", {{"leaf", {}}}}}};
  std::vector<Angle> angles{Angle(90)};
};

}  // namespace

template <>
struct ham::members<Everything> {
  template <class F>
  static constexpr void each(F&& f) {
    f("days", &Everything::days);
    f("groups", &Everything::groups);
    f("numbers", &Everything::numbers);
    f("by_weather", &Everything::by_weather);
    f("pairs", &Everything::pairs);
    f("either", &Everything::either);
    f("triple", &Everything::triple);
    f("waves", &Everything::waves);
    f("points", &Everything::points);
    f("bits", &Everything::bits);
    f("path", &Everything::path);
    f("when", &Everything::when);
    f("pair", &Everything::pair);
    f("empties", &Everything::empties);
    f("tree", &Everything::tree);
    f("angles", &Everything::angles);
  }
};

template <>
struct ham::members<Counted> {
  template <class F>
  static constexpr void each(F&& f) {
    f("number", &Counted::number);
  }
};

template <>
struct ham::members<Marked> {
  template <class F>
  static constexpr void each(F&& f) {
    f("is_marked", ham::bit_field{[](const Marked& marked) { return marked.is_marked; },
                                  [](Marked& marked, bool value) { marked.is_marked = value; }});
  }
};

TEST_CASE("plain values have the bytes of RFC 8949, appendix A") {
  CHECK(hex_of_value(0) == "00");
  CHECK(hex_of_value(23) == "17");
  CHECK(hex_of_value(24) == "1818");
  CHECK(hex_of_value(1000) == "1903e8");
  CHECK(hex_of_value(1000000) == "1a000f4240");
  CHECK(hex_of_value(1000000000000) == "1b000000e8d4a51000");
  CHECK(hex_of_value(std::numeric_limits<std::uint64_t>::max()) == "1bffffffffffffffff");
  CHECK(hex_of_value(-1) == "20");
  CHECK(hex_of_value(-1000) == "3903e7");
  CHECK(hex_of_value(std::numeric_limits<std::int64_t>::min()) == "3b7fffffffffffffff");
  CHECK(hex_of_value(1.1) == "fb3ff199999999999a");
  CHECK(hex_of_value(100000.0F) == "fa47c35000");
  CHECK(hex_of_value(true) == "f5");
  CHECK(hex_of_value(std::string("IETF")) == "6449455446");
  CHECK(hex_of_value(std::string("\xc3\xbc")) == "62c3bc");
  CHECK(hex_of_value(std::optional<int>()) == "f6");
  CHECK(hex_of_value(std::map<std::string, std::string>{{"a", "A"}, {"b", "B"}}) == "a26161614161626142");
  CHECK(hex_of_value(std::vector<std::vector<std::string>>{{}, {"a"}}) == "8280816161");
}

TEST_CASE("a string that is not UTF-8 is a byte string") {
  CHECK(hex_of_value(std::string("\xff\x01")) == "42ff01");
  CHECK(hex_of_value(std::string("\xed\xa0\x80")) == "43eda080");        // a surrogate
  CHECK(hex_of_value(std::string("\xc0\xaf")) == "42c0af");              // overlong
  CHECK(hex_of_value(std::string("\xf4\x90\x80\x80")) == "44f4908080");  // beyond Unicode
  CHECK(hex_of_value(std::string("12345678\xc3")) == "493132333435363738c3");
  CHECK(hex_of_value(std::string("12345678\xe2\x82\xac")) == "6b3132333435363738e282ac");
  check_round_trip(std::string("a\0b\xff", 4));
}

TEST_CASE("sequences of numbers are the typed arrays of RFC 8746") {
  CHECK(hex_of_value(std::vector<std::uint8_t>{1, 2}) == "d840420102");
  CHECK(hex_of_value(std::vector<std::uint16_t>{1}) == "d845420100");
  CHECK(hex_of_value(std::vector<std::uint32_t>{1}) == "d8464401000000");
  CHECK(hex_of_value(std::vector<std::uint64_t>{1}) == "d847480100000000000000");
  CHECK(hex_of_value(std::vector<std::int8_t>{-1}) == "d84841ff");
  CHECK(hex_of_value(std::deque<std::int16_t>{-2}) == "d84d42feff");
  CHECK(hex_of_value(std::list<std::int32_t>{-2}) == "d84e44feffffff");
  CHECK(hex_of_value(std::array<std::int64_t, 1>{-2}) == "d84f48feffffffffffffff");
  CHECK(hex_of_value(std::vector<float>{1}) == "d855440000803f");
  CHECK(hex_of_value(std::vector<double>{1}) == "d85648000000000000f03f");
  CHECK(hex_of_value(std::vector<Weather>{Weather::fog}) == "d84841fd");
  CHECK(hex_of_value(std::vector<std::chrono::duration<std::int16_t>>{
            std::chrono::duration<std::int16_t>(3)}) == "d84d420300");
  CHECK(hex_of_value(std::vector<std::complex<float>>{{1, 2}}) == "d82882820102d855480000803f00000040");
  CHECK(hex_of_value(std::vector<std::complex<int>>{{1, 2}}) == "d82882820102d84e480100000002000000");
  CHECK(hex_of_value(std::set<std::int16_t>{2, 1}) == "d84d4401000200");
}

TEST_CASE("a vector of structures is a table by column") {
  CHECK(hex_of_value(std::vector<Point>{{1, 2}, {3, 4}}) ==
        "a26178d85650000000000000f03f00000000000008406179d84e480200000004000000");
  CHECK(hex_of_value(std::vector<Point>{}) == "a26178d856406179d84e40");
  CHECK(hex_of_value(std::vector<Outer>{{}}) ==
        "a265706f696e74a26178d8564800000000000000006179d84e440000000065656d70747981a0");
  CHECK(hex_of_value(std::vector<Empty>(2)) == "82a0a0");
  CHECK(hex_of_value(Point{1, 2}) == "a26178fb3ff0000000000000617902");
}

TEST_CASE("an optional of what may be null is an array of none or one") {
  using Nested = std::optional<std::optional<int>>;
  CHECK(hex_of_value(Nested()) == "80");
  CHECK(hex_of_value(Nested(std::optional<int>())) == "81f6");
  CHECK(hex_of_value(Nested(std::optional<int>(1))) == "8101");
  CHECK(hex_of_value(std::optional<Angle>()) == "80");
}

TEST_CASE("variants carry their index and maps with other keys are pairs") {
  using Either = std::variant<std::monostate, int, std::string>;
  CHECK(hex_of_value(Either()) == "8200f6");
  CHECK(hex_of_value(Either("a")) == "82026161");
  CHECK(hex_of_value(std::map<std::pair<int, int>, int>{{{1, 2}, 3}}) == "818282010203");
  CHECK(hex_of_value(std::multimap<int, int>{{1, 2}, {1, 1}}) == "82820102820101");
  CHECK(hex_of_value(std::map<Weather, bool>{{Weather::fog, true}}) == "a122f5");
  CHECK(hex_of_value(std::map<std::filesystem::path, int>{{"a", 1}}) == "a1616101");
}

TEST_CASE("unordered containers are written in the bytewise order of their encoded keys") {
  CHECK(hex_of_value(std::unordered_map<std::string, int>{{"bb", 1}, {"a", 2}, {"c", 3}}) ==
        "a361610261630362626201");
  CHECK(hex_of_value(std::unordered_set<std::int16_t>{-1, 300, 5}) == "d84d4605002c01ffff");
  CHECK(hex_of_value(std::unordered_multimap<int, int>{{1, 9}, {1, 3}, {0, 4}}) == "83820004820103820109");
}

TEST_CASE("an unordered container gives the same bytes however it was filled") {
  std::unordered_map<std::string, int> forward;
  std::unordered_map<std::string, int> backward;
  backward.reserve(5000);
  for (int i = 0; i < 1000; ++i) forward.emplace("key " + std::to_string(i), i);
  for (int i = 999; i >= 0; --i) backward.emplace("key " + std::to_string(i), i);
  CHECK(hamcell::to_bytes(forward) == hamcell::to_bytes(backward));
}

TEST_CASE("keys that are NaN, which equal nothing, are put in order by their values") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::unordered_map<double, int> forward;
  std::unordered_map<double, int> backward;
  for (int i = 0; i < 20; ++i) forward.emplace(nan, i);
  for (int i = 19; i >= 0; --i) backward.emplace(nan, i);
  CHECK(hamcell::to_bytes(forward) == hamcell::to_bytes(backward));
  check_round_trip(std::unordered_map<double, int>{{1.5, 2}, {0.5, 3}});
}

TEST_CASE("a node sees an unordered container in one order, whether it held something before or not") {
  std::unordered_map<int, int> original;
  std::mt19937 random(7);  // keys that share buckets, which is what the order depends on
  for (int i = 0; i < 500; ++i) original.emplace(static_cast<int>(random()), i);
  std::unordered_map<int, int> used;
  for (int i = 0; i < 9000; ++i) used.emplace(i, i);
  std::unordered_map<int, int> fresh;
  const std::string bytes = hamcell::to_bytes(original);
  CHECK(hamcell::from_bytes(bytes, used));
  CHECK(hamcell::from_bytes(bytes, fresh));
  CHECK(std::vector<std::pair<int, int>>(used.begin(), used.end()) ==
        std::vector<std::pair<int, int>>(fresh.begin(), fresh.end()));
}

TEST_CASE("floating-point numbers come back bit for bit") {
  const auto nan = std::bit_cast<double>(std::uint64_t{0x7ff0000000000123});  // signalling, with a payload
  const auto narrow_nan = std::bit_cast<float>(std::uint32_t{0xff800321});
  for (const double value : {nan, -0.0, 5e-324, std::numeric_limits<double>::infinity()}) {
    double read = 0;
    CHECK(hamcell::from_bytes(hamcell::to_bytes(value), read));
    CHECK(std::bit_cast<std::uint64_t>(read) == std::bit_cast<std::uint64_t>(value));
  }
  float read = 0;
  CHECK(hamcell::from_bytes(hamcell::to_bytes(narrow_nan), read));
  CHECK(std::bit_cast<std::uint32_t>(read) == std::bit_cast<std::uint32_t>(narrow_nan));
  const std::string bytes = hamcell::to_bytes(std::vector<double>{nan});
  std::vector<double> block;
  CHECK(hamcell::from_bytes(bytes, block));
  CHECK(std::bit_cast<std::uint64_t>(block.at(0)) == std::bit_cast<std::uint64_t>(nan));
}

TEST_CASE("values of every kind come back equal") {
  check_round_trip(true);
  check_round_trip('x');
  check_round_trip(char16_t{0xffff});
  check_round_trip(std::int8_t{-128});
  check_round_trip(std::string(100000, 'x'), std::string("before"));
  check_round_trip(std::u8string(u8"å"));
  check_round_trip(std::u16string(u"ab"));
  check_round_trip(std::vector<bool>{true, false, true});
  check_round_trip(std::vector<int>{1, 2, 3}, std::vector<int>{4, 5, 6, 7, 8});
  check_round_trip(std::vector<std::string>{"a", ""}, std::vector<std::string>{"used", "used", "used"});
  check_round_trip(std::list<std::string>{"a"}, std::list<std::string>{"b", "c"});
  check_round_trip(std::deque<Point>{{1, 2}, {3, 4}});
  check_round_trip(std::set<std::string>{"b", "a"}, std::set<std::string>{"z"});
  check_round_trip(std::unordered_set<std::string>{"b", "a"});
  check_round_trip(std::set<Point>{{1, 2}, {0, 3}});
  check_round_trip(std::multiset<double>{1, 1});
  check_round_trip(std::map<std::string, std::map<int, Point>>{{"a", {{1, {2, 3}}}}});
  check_round_trip(std::optional<std::string>("x"), std::optional<std::string>("y"));
  check_round_trip(std::optional<Angle>(Angle(4)));
  check_round_trip(std::variant<int, std::string>("x"));
  check_round_trip(std::tuple<>());
  check_round_trip(std::tuple<int, std::string, Flag>(1, "a", Flag::on));
  check_round_trip(std::vector<Flag>{Flag::on, Flag::off});
  check_round_trip(std::complex<float>(1, 2));
  check_round_trip(std::chrono::hours(3));
  check_round_trip(std::chrono::duration<double>(0.5));
  check_round_trip(std::filesystem::path("a/\xff/c"));
  check_round_trip(std::array<std::array<int, 2>, 2>{{{1, 2}, {3, 4}}});
  check_round_trip(std::array<int, 0>{});
  check_round_trip(std::vector<std::monostate>(2));
  check_round_trip(Angle(45));
}

TEST_CASE("structures with members of every shape come back equal, alone and in tables of every container") {
  const std::vector<Day> days = sample_days();
  check_round_trip(days);
  check_round_trip(days, std::vector<Day>(7, days[1]));
  check_round_trip(std::list<Day>(days.begin(), days.end()));
  check_round_trip(std::deque<Day>(days.begin(), days.end()));
  check_round_trip(std::array<Day, 2>{days[1], days[2]});
  check_round_trip(std::vector<Day>());
  for (const Day& day : days) check_round_trip(day);
  check_round_trip(Everything());
  CHECK(hamcell::to_bytes(days) == hamcell::to_bytes(std::deque<Day>(days.begin(), days.end())));
}

TEST_CASE("a value larger than the sink's block comes out whole") {
  std::vector<Day> days;
  for (int i = 0; i < 40000; ++i) {
    days.push_back(sample_days()[static_cast<std::size_t>(i) % 3]);
    days.back().rain_mm = i;
  }
  std::string flushed;
  ham::sink out(
      [](void* to, const void* data, std::size_t size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
      },
      &flushed);
  ham::encode(out, days);
  out.flush();
  CHECK(out.size() == flushed.size());
  CHECK(flushed == hamcell::to_bytes(days));
  std::vector<Day> read;
  CHECK(hamcell::from_bytes(flushed, read));
  CHECK(read.at(39999).rain_mm == 39999);
}

TEST_CASE("a large vector of numbers goes through the sink in one piece") {
  std::vector<std::size_t> sizes;
  ham::sink out([](void* to, const void*,
                   std::size_t size) { static_cast<std::vector<std::size_t>*>(to)->push_back(size); },
                &sizes);
  ham::encode(out, std::vector<double>(100000));
  out.flush();
  CHECK(sizes == std::vector<std::size_t>{7, 800000});
}

TEST_CASE("the codec says which types it cannot store") {
  CHECK(ham::is_codable<Day>);
  CHECK(ham::is_codable<std::vector<std::map<int, std::optional<Angle>>>>);
  CHECK_FALSE(ham::is_codable<int*>);
  CHECK_FALSE(ham::is_codable<std::unique_ptr<int>>);
  CHECK_FALSE(ham::is_codable<std::vector<std::shared_ptr<int>>>);
  CHECK_FALSE(ham::is_codable<std::map<int, const char*>>);
  CHECK_FALSE(ham::is_codable<std::string_view>);
  CHECK_FALSE(ham::is_codable<std::any>);
  CHECK(ham::is_codable<long double>);
  CHECK_FALSE(ham::is_codable<std::variant<int, int*>>);
}

TEST_CASE("what others write for the same value is read too") {
  CHECK(value_of<std::vector<double>>("8301f94000fa40400000") == std::vector<double>{1, 2, 3});
  CHECK(value_of<std::vector<std::int16_t>>("82203903e7") == std::vector<std::int16_t>{-1, -1000});
  CHECK(value_of<double>("1b0020000000000000") == 0x1p53);
  CHECK(value_of<double>("3b003fffffffffffff") == -0x1p54);
  CHECK(value_of<double>("f90001") == 0x1p-24);
  CHECK(std::isnan(value_of<double>("f97e00")));
  CHECK(value_of<float>("fb3ff8000000000000") == 1.5F);
  CHECK(value_of<std::string>("4161") == "a");
  CHECK(value_of<Point>("a2617902617801") == Point{1, 2});
  CHECK(value_of<std::vector<Point>>("82a2617801617902a2617904617803") == std::vector<Point>{{1, 2}, {3, 4}});
  CHECK(value_of<std::vector<Point>>("a261798201026178820304") == std::vector<Point>{{3, 1}, {4, 2}});
  CHECK(value_of<std::set<int>>("820201") == std::set<int>{1, 2});
}

TEST_CASE("numbers that do not fit are refused") {
  CHECK(error_of<std::uint8_t>("190100") == "an integer that does not fit its type");
  CHECK(error_of<std::int8_t>("1880") == "an integer that does not fit its type");
  CHECK(error_of<std::int8_t>("3880") == "an integer that does not fit its type");
  CHECK(error_of<unsigned>("20") == "an integer that does not fit its type");
  CHECK(error_of<std::int64_t>("1b8000000000000000") == "an integer that does not fit its type");
  CHECK(error_of<int>("fb3ff0000000000000") == "not an integer");
  CHECK(error_of<float>("fb3ff199999999999a") == "a number that does not fit float");
  CHECK(error_of<float>("fb7e37e43c8800759c") == "a number that does not fit float");
  CHECK(error_of<double>("1b0020000000000001") == "not a number that a floating-point type holds");
  CHECK(error_of<bool>("01") == "not a boolean");
  CHECK(error_of<Flag>("02") == "an integer that does not fit its type");
  CHECK(error_of<std::vector<Flag>>("d8404102") == "an integer that does not fit its type");
}

TEST_CASE(
    "a typed array is not taken for an empty set or column of what has none, and left to what follows") {
  CHECK(error_of<std::pair<std::set<std::string>, std::vector<int>>>("82d84e40") != "");
  CHECK(error_of<std::pair<std::unordered_set<bool>, std::vector<int>>>("82d84e40") != "");
  CHECK(error_of<std::pair<std::vector<Marked>, std::vector<int>>>("82a16969735f6d61726b6564d84e40") != "");
  CHECK(error_of<std::pair<std::vector<Marked>, std::vector<int>>>("82a16969735f6d61726b656480d84e40") == "");
}

TEST_CASE("text that is not UTF-8 is refused, as the check does") {
  CHECK(error_of<std::string>("61ff") == "text that is not UTF-8");
  CHECK(error_of<std::filesystem::path>("61ff") == "text that is not UTF-8");
  CHECK(error_of<std::map<std::string, int>>("a161ff01") == "text that is not UTF-8");
  CHECK(error_of<std::string>("41ff") == "");
}

TEST_CASE("members are named when they are missing, unknown or repeated") {
  CHECK(error_of<Point>("a1617801") == "missing member \"y\"");
  CHECK(error_of<Point>("a3617801617902617a03") == "unknown member \"z\"");
  CHECK(error_of<Point>("a3617801617902617802") != "");
  CHECK(error_of<Point>("a2617801617802") != "");
  CHECK(error_of<Point>("a2617801621b5b02") == "unknown member \"?[\"");
  CHECK(error_of<std::vector<Point>>("a1617880") == "missing member \"y\"");
  CHECK(error_of<std::vector<Point>>("a261788101617980") == "a column or array of another length");
  CHECK(error_of<std::vector<Point>>("a0") == "a table without columns");
}

TEST_CASE("keys and elements that occur twice are refused") {
  CHECK(error_of<std::map<int, int>>("a201020103") == "a key that occurs twice in a map");
  CHECK(error_of<std::set<int>>("820101") == "an element that occurs twice in a set");
  CHECK(error_of<std::multiset<int>>("820101") == "");
}

TEST_CASE("a length that the data cannot hold is refused before anything is allocated") {
  for (const char* bomb :
       {"9b00ffffffffffffff00", "d8565b00ffffffffffffff00", "5b00ffffffffffffff", "9affffffff",
        "bb00ffffffffffffff", "d82882821b00ffffffffffffff02d85640", "9f", "a26178d8565bfffffffffffffff8"}) {
    CAPTURE(bomb);
    CHECK(error_of<std::vector<double>>(bomb) != "");
    CHECK(error_of<std::vector<std::string>>(bomb) != "");
    CHECK(error_of<std::vector<Day>>(bomb) != "");
    CHECK(error_of<std::unordered_map<std::string, int>>(bomb) != "");
    CHECK(error_of<std::vector<std::complex<double>>>(bomb) != "");
    CHECK(error_of<std::string>(bomb) != "");
    CHECK(error_of<std::list<int>>(bomb) != "");
  }
}

TEST_CASE("a table makes no more rows than all its columns can fill") {
  // A row of this type takes 1000 bytes at least, so a column of 900 rows is a lie where little else follows.
  using Wide = std::array<std::string, 1000>;
  const std::string bytes = from_hex("990384") + std::string(900, '\x80');
  ham::source in(bytes.data(), bytes.size());
  std::vector<Wide> rows;
  ham::decode(in, rows);
  CHECK_FALSE(in.ok());
  CHECK(rows.capacity() == 0);
}

TEST_CASE("lengths inside each other share the data, so that nesting does not multiply them") {
  // Each level says that it has as many children as there are bytes behind it.
  std::string bytes;
  for (int level = 0; level < 100; ++level) bytes += from_hex("a2646e616d6560686368696c6472656e991388");
  bytes.append(0x2710, '\xa0');
  ham::source in(bytes.data(), bytes.size());
  Tree tree;
  ham::decode(in, tree);
  CHECK_FALSE(in.ok());
  CHECK(size_of_tree(tree) <= bytes.size());
}

TEST_CASE("nesting is limited in writing and in reading") {
  const auto chain = [](int depth) {
    Tree tree;
    for (int i = 1; i < depth; ++i) {
      Tree parent;
      parent.children.push_back(std::move(tree));
      tree = std::move(parent);
    }
    return tree;
  };
  check_round_trip(chain(127));  // the empty table of children at the end is a level too
  ham::sink out;
  ham::encode(out, chain(128));
  CHECK(out.error() != nullptr);
  const std::string level = from_hex("a2646e616d6560686368696c6472656e81");
  const std::string last = from_hex("a2646e616d6560686368696c6472656e80");
  const auto nested = [&](int depth) {
    std::string bytes;
    for (int i = 1; i < depth; ++i) bytes += level;
    return bytes + last;
  };
  Tree read;
  CHECK(hamcell::from_bytes(nested(128), read));
  CHECK_FALSE(hamcell::from_bytes(nested(129), read));
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += from_hex("a2646e616d6560686368696c6472656e81");
  ham::source in(deep.data(), deep.size());
  Tree tree;
  ham::decode(in, tree);
  CHECK(std::string(in.error()) == "nested more than 128 structures deep");
}

TEST_CASE("bytes cut off anywhere give an error") {
  const std::string bytes = hamcell::to_bytes(Everything());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Everything value;
    CAPTURE(size);
    CHECK_FALSE(hamcell::from_bytes(std::string_view(bytes).substr(0, size), value));
  }
}

TEST_CASE("bytes behind the value give an error") {
  int value = 0;
  CHECK_FALSE(hamcell::from_bytes(from_hex("0101"), value));
}

TEST_CASE("damaged bytes never do more than fail") {
  const std::string bytes = hamcell::to_bytes(Everything());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    read_anything<Everything>(flipped);
  }
  std::mt19937 random(20240229);
  for (int round = 0; round < 3000; ++round) {
    std::string noise = bytes;
    for (int change = 0; change < 5; ++change) noise[random() % noise.size()] = static_cast<char>(random());
    read_anything<Everything>(noise);
  }
}

TEST_CASE("a source's first error stays, and nothing is read after it") {
  const std::string bytes = from_hex("f50102");
  ham::source in(bytes.data(), bytes.size());
  in.unsigned_integer(5);
  in.fail("another");
  CHECK(std::string(in.error()) == "not an integer");
  CHECK(in.remaining() == 0);
  CHECK(in.boolean() == false);
  CHECK(in.array() == 0);
}

TEST_CASE("skip passes over one item of any shape") {
  const std::string bytes = hamcell::to_bytes(Everything()) + from_hex("182a");
  ham::source in(bytes.data(), bytes.size());
  in.skip();
  CHECK(in.unsigned_integer(100) == 42);
  const std::string deep(1000000, '\x81');
  ham::source endless(deep.data(), deep.size());
  endless.skip();
  CHECK_FALSE(endless.ok());
}

namespace {

/// Three columns, the first and the last of which have no fixed width.
struct Entry {
  std::string name;
  sample::Point place;
  std::string text;
  bool operator==(const Entry&) const = default;
};

std::string text_item(const std::string& text) {
  ham::sink out;
  out.text(text.data(), text.size());
  return {out.data(), static_cast<std::size_t>(out.size())};
}

template <class Container>
void check_large_table(std::size_t rows, std::size_t text_size) {
  Container table;
  std::vector<std::string> names, texts;
  std::vector<double> x;
  std::vector<std::int32_t> y;
  for (std::size_t i = 0; i < rows; ++i) {
    names.push_back("n" + std::to_string(i));
    texts.emplace_back(i % 7 == 0 ? text_size : i % 30, static_cast<char>('a' + i % 26));
    x.push_back(static_cast<double>(i) * 0.5);
    y.push_back(static_cast<std::int32_t>(i));
    table.push_back({names.back(), {x.back(), y.back()}, texts.back()});
  }
  const std::string bytes = hamcell::to_bytes(table);
  // Each column is encoded as a vector of its own.
  const std::string expected = "\xa3" + text_item("name") + hamcell::to_bytes(names) + text_item("place") +
                               "\xa2" + text_item("x") + hamcell::to_bytes(x) + text_item("y") +
                               hamcell::to_bytes(y) + text_item("text") + hamcell::to_bytes(texts);
  CHECK((bytes == expected));
  Container read;
  REQUIRE(hamcell::from_bytes(bytes, read));
  CHECK((read == table));
  // Damage in the last rows of a column is found, wherever the column is.
  for (const std::size_t at : {bytes.find("n" + std::to_string(rows - 1)), bytes.size() - 1}) {
    std::string damaged = bytes;
    damaged[at] = '\xff';
    CHECK_FALSE(hamcell::from_bytes(damaged, read));
  }
  CHECK_FALSE(hamcell::from_bytes(std::string_view(bytes).substr(0, bytes.size() - 1), read));
}

}  // namespace

template <>
struct ham::members<Entry> {
  template <class F>
  static constexpr void each(F&& f) {
    f("name", &Entry::name);
    f("place", &Entry::place);
    f("text", &Entry::text);
  }
};

TEST_CASE("a table of many rows is its columns, however its rows lie in memory") {
  for (const std::size_t rows : {1, 255, 256, 257, 1000, 5000}) {
    CAPTURE(rows);
    check_large_table<std::vector<Entry>>(rows, 30);
    check_large_table<std::deque<Entry>>(rows, 30);
    check_large_table<std::list<Entry>>(rows, 30);
  }
}

TEST_CASE("columns that are too large to wait in memory are written on their own") {
  // 60 MB of text behind the other columns, more than may wait.
  check_large_table<std::vector<Entry>>(20'000, 20'000);
}

TEST_CASE_TEMPLATE("what a container held is destroyed when it is read anew, and all of it when that throws",
                   Container, std::vector<Counted>, std::deque<Counted>, std::list<Counted>,
                   std::forward_list<Counted>) {
  const std::string three = from_hex("a1666e756d626572d84f5818" + std::string(6, '0') + std::string(42, '0'));
  {
    std::map<std::string, Container> used;
    used["held"] = Container(5);
    Container& held = used["held"];
    CHECK(Counted::alive == 5);
    CHECK(hamcell::from_bytes(three, held));
    CHECK(Counted::alive == 3);
    CHECK(held.begin()->number == 0);
    CHECK(hamcell::from_bytes(three, held));
    CHECK(Counted::alive == 3);

    Counted::most = 2;
    ham::source in(three.data(), three.size());
    CHECK_THROWS_AS(ham::decode(in, held), std::length_error);
    CHECK(Counted::alive == 0);
    CHECK(held.begin() == held.end());
    Counted::most = 1000;
    CHECK(hamcell::from_bytes(three, held));
    CHECK(Counted::alive == 3);
  }
  CHECK(Counted::alive == 0);
}
