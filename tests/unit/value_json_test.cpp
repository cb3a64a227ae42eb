// JSON in and out, by a type's description: the same bytes as the codec's, and errors with a place.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/text.h"
#include "value/base64.h"
#include "value/json.h"
#include "value_types.h"

namespace {

using namespace sample;

/// The JSON of a value; and reading that must give the very bytes that the codec wrote.
template <class T>
std::string json_of(const T& value, unsigned indent = 0) {
  const DescribedType type = described_type<T>();
  const std::string cbor = hamcell::to_bytes(value);
  const std::string json = hamcell::json_from_cbor(type.types, type.index, cbor, {indent});
  CAPTURE(json);
  CHECK(hamcell::cbor_from_json(type.types, type.index, json) == cbor);
  return json;
}

/// Whether the JSON gives the bytes that the codec writes for `value`.
template <class T>
bool reads_as(std::string_view json, const T& value) {
  const DescribedType type = described_type<T>();
  return hamcell::cbor_from_json(type.types, type.index, json) == hamcell::to_bytes(value);
}

/// The error of reading JSON as T called "days", or nothing.
template <class T>
std::string error_of(std::string_view json, const std::string& type_name = {}) {
  const DescribedType type = described_type<T>(type_name);
  try {
    hamcell::cbor_from_json(type.types, type.index, json);
  } catch (const hamcell::ValueError& error) {
    return error.text("days");
  }
  return {};
}

const char* const second_day =
    R"({"date":"päivä","rain_mm":10.25,"is_holiday":true,"weather":"fog","wind":-0.5,"place":{"x":1.5,"y":-7},)"
    R"("track":[{"x":0.1,"y":1},{"x":0.2,"y":2}],"rgb":[0.1,0.2,0.3],"corners":[0,8],"phase":[1,-1],"length":0,)"
    R"("counts":{},"level":0,"is_last":false})";

}  // namespace

TEST_CASE("plain values are plain JSON, and come back as the same bytes") {
  CHECK(json_of(true) == "true");
  CHECK(json_of(std::int8_t{-128}) == "-128");
  CHECK(json_of(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(json_of(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(json_of(0.1) == "0.1");
  CHECK(json_of(0.1F) == "0.1");
  CHECK(json_of(-0.0) == "-0.0");
  CHECK(json_of(1e300) == "1e+300");
  CHECK(json_of(5e-324) == "5e-324");
  CHECK(json_of(std::numeric_limits<double>::infinity()) == "\"Infinity\"");
  CHECK(json_of(-std::numeric_limits<float>::infinity()) == "\"-Infinity\"");
  CHECK(json_of(std::numeric_limits<double>::quiet_NaN()) == "\"NaN\"");
  CHECK(json_of('a') == "97");
  CHECK(json_of(Weather::fog) == "\"fog\"");
  CHECK(json_of(static_cast<Weather>(99)) == "99");
  CHECK(json_of(Flag::on) == "\"on\"");
  CHECK(json_of(std::string("a\"\\\n\x01ü")) == R"("a\"\\\n\u0001ü")");
  CHECK(json_of(std::string("\xff")) == R"({"base64":"/w=="})");
  CHECK(json_of(std::filesystem::path("/tmp/a b")) == "\"/tmp/a b\"");
  CHECK(json_of(std::chrono::milliseconds(-5)) == "-5");
  CHECK(json_of(std::chrono::system_clock::time_point(std::chrono::nanoseconds(7))) == "7");
  CHECK(json_of(std::complex<double>(1, -2.5)) == "[1,-2.5]");
}

TEST_CASE("containers are arrays and objects, and come back as the same bytes") {
  CHECK(json_of(std::vector<int>{1, -2}) == "[1,-2]");
  CHECK(json_of(std::vector<float>{0.5F}) == "[0.5]");
  CHECK(json_of(std::vector<bool>{true, false}) == "[true,false]");
  CHECK(json_of(std::vector<std::string>{}) == "[]");
  CHECK(json_of(std::vector<Weather>{Weather::sun, Weather::fog}) == R"(["sun","fog"])");
  CHECK(json_of(std::vector<std::complex<float>>{{1, 2}}) == "[[1,2]]");
  CHECK(json_of(std::vector<std::chrono::seconds>{std::chrono::seconds(4)}) == "[4]");
  CHECK(json_of(std::array<std::uint64_t, 2>{1, std::numeric_limits<std::uint64_t>::max()}) ==
        "[1,18446744073709551615]");
  CHECK(json_of(std::optional<int>()) == "null");
  CHECK(json_of(std::optional<std::optional<int>>(std::optional<int>(3))) == "3");
  CHECK(json_of(std::tuple<int, std::string>(1, "a")) == R"([1,"a"])");
  CHECK(json_of(std::map<std::string, int>{{"b", 1}, {"a", 2}}) == R"({"a":2,"b":1})");
  CHECK(json_of(std::map<int, double>{{-1, 1}, {10, 2}, {9, 3}}) == R"({"-1":1,"9":3,"10":2})");
  CHECK(json_of(std::map<Weather, int>{{Weather::fog, 1}, {Weather::rain, 2}}) == R"({"fog":1,"rain":2})");
  CHECK(json_of(std::map<Flag, int>{{Flag::on, 1}}) == R"({"on":1})");
  CHECK(json_of(std::map<std::filesystem::path, int>{{"a/b", 1}, {"a.b", 2}}) == R"({"a/b":1,"a.b":2})");
  CHECK(json_of(std::map<std::string, int>{{"\xff", 1}}) == R"([[{"base64":"/w=="},1]])");
  CHECK(json_of(std::map<std::pair<int, int>, int>{{{1, 2}, 3}}) == "[[[1,2],3]]");
  CHECK(json_of(std::multimap<std::string, int>{{"a", 2}, {"a", 1}}) == R"([["a",2],["a",1]])");
  CHECK(json_of(std::unordered_map<std::string, int>{{"bb", 1}, {"c", 2}}) == R"({"c":2,"bb":1})");
  CHECK(json_of(std::unordered_multimap<int, int>{{1, 2}, {1, 1}}) == "[[1,1],[1,2]]");
  CHECK(json_of(std::unordered_set<std::int16_t>{-1, 2}) == "[2,-1]");
  CHECK(json_of(std::set<double>{-1, 2, -0.5}) == "[-1,-0.5,2]");
  CHECK(json_of(std::set<std::string>{"b", "a"}) == R"(["a","b"])");
  CHECK(json_of(std::multiset<std::string>{"a", "a"}) == R"(["a","a"])");
  CHECK(json_of(std::variant<std::monostate, Point, std::string>(Point{1, 2})) == R"({"x":1,"y":2})");
  CHECK(json_of(std::variant<std::monostate, Point>()) == "null");
  CHECK(json_of(std::variant<double, int>(3)) == "3");
  CHECK(json_of(std::variant<double, int>(3.5)) == "3.5");
}

TEST_CASE("structures are objects and tables are arrays of them, and come back as the same bytes") {
  const std::vector<Day> days = sample_days();
  CHECK(json_of(days[1]) == second_day);
  const std::string table = json_of(days);
  CHECK(table.find(second_day) != std::string::npos);
  CHECK(table.find(R"("level":5,"is_last":true)") != std::string::npos);
  json_of(std::deque<Day>(days.begin(), days.end()));
  json_of(std::array<Day, 3>{days[0], days[1], days[2]});
  json_of(days, 2);
  CHECK(json_of(std::vector<Day>()) == "[]");
  CHECK(json_of(Outer{{1, 2}, {}}) == R"({"point":{"x":1,"y":2},"empty":{}})");
  CHECK(json_of(std::vector<Outer>(2)) ==
        R"([{"point":{"x":0,"y":0},"empty":{}},{"point":{"x":0,"y":0},"empty":{}}])");
  CHECK(
      json_of(Tree{"a", {{"b", {}}, {"c", {{"d", {}}}}}}) ==
      R"({"name":"a","children":[{"name":"b","children":[]},{"name":"c","children":[{"name":"d","children":[]}]}]})");
  CHECK(json_of(std::map<std::string, std::vector<Point>>{{"a", {{1, 2}}}}) == R"({"a":[{"x":1,"y":2}]})");
}

TEST_CASE("sets and keys of compound types come in the order of C++") {
  json_of(std::set<std::pair<int, std::string>>{{2, "a"}, {1, "b"}, {1, "a"}});
  json_of(std::set<std::vector<std::int16_t>>{{2}, {1, 5}, {}, {1}});
  json_of(std::set<std::optional<int>>{3, std::nullopt});
  json_of(std::set<Point>{{1, 2}, {0, 3}, {1, -2}});
  json_of(std::set<std::vector<Point>>{{{1, 2}, {0, 3}}, {{1, 2}}});
  json_of(std::set<std::variant<int, std::string>>{"a", 2, 1});
  json_of(std::map<std::chrono::seconds, int>{{std::chrono::seconds(2), 1}, {std::chrono::seconds(-2), 1}});
  json_of(std::set<std::set<std::string>>{{"b"}, {"a", "c"}});
  CHECK(reads_as("[3,1,2]", std::set<int>{1, 2, 3}));
  CHECK(reads_as(R"({"b":1,"a":2})", std::map<std::string, int>{{"a", 2}, {"b", 1}}));
}

TEST_CASE("an indent puts each row on a line") {
  CHECK(json_of(std::vector<Point>{{1, 2}, {3, 4}}, 2) ==
        "[\n  {\"x\": 1, \"y\": 2},\n  {\"x\": 3, \"y\": 4}\n]");
  CHECK(json_of(std::vector<int>{1, 2}, 2) == "[1, 2]");
  CHECK(json_of(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}}, 2) ==
        "{\n  \"a\": [1],\n  \"b\": []\n}");
  CHECK(json_of(std::vector<Point>(), 2) == "[]");
}

TEST_CASE("members may come in any order and optional ones may be left out") {
  CHECK(reads_as(R"({"y":2,"x":1})", Point{1, 2}));
  std::string json = second_day;
  json.erase(json.find("\"wind\":-0.5,"), 12);
  Day day = sample_days()[1];
  day.wind.reset();
  CHECK(reads_as(json, day));
  CHECK(reads_as("[" + json + "]", std::vector<Day>{day}));
}

TEST_CASE("numbers are taken where they are exactly the type's") {
  CHECK(reads_as("3.0", 3));
  CHECK(reads_as("1e3", 1000));
  CHECK(reads_as("3", 3.0));
  CHECK(reads_as("1e-400", 0.0));
  CHECK(reads_as("16777217", 16777216.0F));
  CHECK(reads_as(R"([1, "NaN", "Infinity"])", std::vector<double>{1, std::numeric_limits<double>::quiet_NaN(),
                                                                  std::numeric_limits<double>::infinity()}));
  CHECK(reads_as("[1, 2]", std::vector<Weather>{Weather::rain, static_cast<Weather>(2)}));
}

TEST_CASE("what does not fit is an error with its path") {
  CHECK(error_of<std::vector<Point>>(R"([{"x":1,"y":1},{"x":1e400,"y":1}])") ==
        "days[1].x: 1e400 does not fit double");
  CHECK(error_of<std::vector<Point>>(R"([{"x":1,"y":1},{"x":1,"y":2147483648}])") ==
        "days[1].y: 2147483648 does not fit int32_t (-2147483648 to 2147483647)");
  CHECK(error_of<Outer>(R"({"point":{"x":1,"y":1.5},"empty":{}})") ==
        "days.point.y: 1.5 is not a whole number");
  CHECK(error_of<std::map<std::string, std::vector<int>>>(R"({"two words":[1,true]})") ==
        "days[\"two words\"][1]: expected a whole number, not true");
  CHECK(error_of<std::uint8_t>("-1") == "days: -1 does not fit uint8_t (0 to 255)");
  CHECK(error_of<std::uint64_t>("18446744073709551616") ==
        "days: 18446744073709551616 does not fit uint64_t (0 to 18446744073709551615)");
  CHECK(error_of<std::int64_t>("-9223372036854775809") ==
        "days: -9223372036854775809 does not fit int64_t (-9223372036854775808 to 9223372036854775807)");
  CHECK(error_of<float>("1e39") == "days: 1e39 does not fit float");
  CHECK(error_of<double>("\"nan\"") ==
        "days: expected a number, \"NaN\", \"Infinity\" or \"-Infinity\" for double, not the string \"nan\"");
  CHECK(error_of<bool>("1") == "days: expected true or false, not 1");
  CHECK(error_of<std::array<int, 2>>("[1]", "Pair") == "days: Pair needs 2 elements, not 1");
  CHECK(error_of<std::pair<int, int>>("[1,2,3]", "Pair") == "days: Pair needs 2 elements, not 3");
  CHECK(error_of<std::string>(R"({"base64":"*"})") == "days.base64: not base64: the string \"*\"");
  CHECK(
      error_of<std::variant<int, bool>>("\"a\"", "Either") ==
      "days: the string \"a\" fits no alternative of Either: expected a whole number, not the string \"a\"");
}

TEST_CASE("members are checked by name, with a suggestion") {
  CHECK(error_of<Point>(R"({"x":1})", "Point") == "days: missing member \"y\" of Point");
  CHECK(error_of<Point>(R"({"x":1,"y":1,"y":2})", "Point") == "days.y: the member is given twice");
  CHECK(error_of<Point>(R"({"x":1,"zzzzzz":1})", "Point") ==
        "days: unknown member \"zzzzzz\" of Point; there is x, y");
  CHECK(error_of<std::vector<Day>>(R"([{"date":"","rian_mm":1}])").find("unknown member \"rian_mm\" of ") !=
        std::string::npos);
  CHECK(error_of<std::vector<Day>>(R"([{"date":"","rian_mm":1}])").ends_with("; did you mean \"rain_mm\"?"));
  CHECK(error_of<Weather>("\"rian\"") == "days: Weather has no \"rian\"; did you mean \"rain\"?");
  std::string wide = second_day;
  wide.replace(wide.find("\"level\":0"), 9, "\"level\":9");
  CHECK(error_of<Day>(wide) == "days.level: 9 does not fit a bit-field of 3 bits");
}

TEST_CASE("keys and elements that are given twice are errors") {
  CHECK(error_of<std::set<int>>("[1,2,1]") == "days[2]: an element of a set is given twice");
  CHECK(error_of<std::unordered_set<std::string>>(R"(["a","a"])") ==
        "days[1]: an element of a set is given twice");
  CHECK(error_of<std::map<std::string, int>>(R"({"a":1,"a":2})") == "days.a: a key is given twice");
  CHECK(error_of<std::map<int, int>>(R"({"1":1,"01":2})") == "days[\"01\"]: a key is given twice");
  CHECK(error_of<std::map<int, int>>(R"({"1x":1})") ==
        "days: the key \"1x\" is not a number that fits int32_t");
  CHECK(error_of<std::map<std::int8_t, int>>(R"({"200":1})") ==
        "days: the key \"200\": 200 does not fit int8_t (-128 to 127)");
}

TEST_CASE("a set of numbers with NaN among them is read in some order") {
  std::string json = "[";
  for (int i = 0; i < 200; ++i) json += (i % 3 == 0 ? "\"NaN\"," : std::to_string(i * 7 % 100) + ",");
  json.back() = ']';
  const DescribedType type = described_type<std::multiset<double>>();
  std::multiset<double> read;
  CHECK(hamcell::from_bytes(hamcell::cbor_from_json(type.types, type.index, json), read));
  CHECK(read.size() == 200);
  CHECK(error_of<std::set<double>>(R"([1,"NaN",2,"NaN"])") != "");
}

TEST_CASE("multimaps inside each other take no time that doubles with each level") {
  hamcell::Type number;
  number.kind = hamcell::TypeKind::integer;
  number.bits = 8;
  hamcell::Type map;  // of itself
  map.kind = hamcell::TypeKind::map;
  map.unordered = true;
  map.multi = true;
  map.arguments = {0, 1};
  const hamcell::TypeTable types{{number, map}};
  std::string json = "[]";
  for (int level = 0; level < 100; ++level) json = "[[1," + json + "]]";
  const std::string cbor = hamcell::cbor_from_json(types, 1, json);
  CHECK(hamcell::json_from_cbor(types, 1, cbor) == json);
}

TEST_CASE("a text that is not JSON is an error with line and column") {
  const std::string error = error_of<std::vector<int>>("[1,\n  2,,3]");
  CHECK(error.starts_with("days: not JSON: line 2, column 5: "));
  CHECK(error_of<int>("") != "");
  CHECK(error_of<int>("1 2") != "");
  CHECK(error_of<std::string>("\"\xff\"") != "");
  CHECK(error_of<std::vector<int>>(std::string(100000, '[')) == "days: nested more than 512 deep");
}

TEST_CASE("text is taken as it stands") {
  const DescribedType text = described_type<std::string>();
  CHECK(hamcell::cbor_from_text(text.types, text.index, "a\"b") == hamcell::to_bytes(std::string("a\"b")));
  CHECK(hamcell::cbor_from_text(text.types, text.index, "\xff") == hamcell::to_bytes(std::string("\xff")));
  const DescribedType path = described_type<std::filesystem::path>();
  CHECK(hamcell::cbor_from_text(path.types, path.index, "/a") ==
        hamcell::to_bytes(std::filesystem::path("/a")));
  const DescribedType number = described_type<int>();
  CHECK_THROWS_AS(hamcell::cbor_from_text(number.types, number.index, "1"), hamcell::ValueError);
}

TEST_CASE("a view is given as what it views") {
  DescribedType text = described_type<std::string>();
  hamcell::Type view;
  view.kind = hamcell::TypeKind::view;
  view.arguments = {text.index};
  text.types.types.push_back(view);
  const auto index = static_cast<std::uint32_t>(text.types.types.size() - 1);
  CHECK(hamcell::cbor_from_text(text.types, index, "a") ==
        "\x61"
        "a");
  CHECK(hamcell::cbor_from_json(text.types, index, "\"a\"") ==
        "\x61"
        "a");
  CHECK(hamcell::json_from_cbor(text.types, index,
                                "\x61"
                                "a") == "\"a\"");
}

TEST_CASE("a class with a codec of its own is shown and given as it stands") {
  const DescribedType type = described_type<Angle>();
  CHECK(hamcell::json_from_cbor(type.types, type.index, hamcell::to_bytes(Angle(1.5))) == "1.5");
  Angle angle;
  CHECK(hamcell::from_bytes(hamcell::cbor_from_json(type.types, type.index, "45"), angle));
  CHECK(angle == Angle(45));
  const std::string cbor = hamcell::to_bytes(sample_days());
  CHECK(hamcell::json_from_cbor(type.types, type.index, cbor)
            .starts_with(R"({"date":["2012-01-01","päivä",""],"rain_mm":[0,10.25,0])"));
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const std::string deep = nested(128);
  CHECK(hamcell::json_from_cbor(type.types, type.index,
                                hamcell::cbor_from_json(type.types, type.index, deep)) == deep);
  CHECK(error_of<Angle>(nested(129)) != "");  // what could not be shown again
}

TEST_CASE("damaged bytes are an error, whatever they are") {
  const DescribedType type = described_type<std::vector<Day>>();
  const std::string cbor = hamcell::to_bytes(sample_days());
  const auto show = [&](const std::string& bytes) {
    return hamcell::json_from_cbor(type.types, type.index, bytes);
  };
  for (std::size_t size = 0; size < cbor.size(); ++size) {
    CAPTURE(size);
    CHECK_THROWS_AS(show(cbor.substr(0, size)), hamcell::ValueError);
  }
  CHECK_THROWS_AS(show(cbor + "x"), hamcell::ValueError);
  for (std::size_t bit = 0; bit < 8 * cbor.size(); ++bit) {
    std::string flipped = cbor;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    try {
      show(flipped);
    } catch (const hamcell::ValueError&) {
      continue;
    }
  }
}

TEST_CASE("base64 gives back the bytes of any length, and refuses what is not base64") {
  CHECK(hamcell::base64_from_bytes("") == "");
  CHECK(hamcell::base64_from_bytes("f") == "Zg==");
  CHECK(hamcell::base64_from_bytes("fo") == "Zm8=");
  CHECK(hamcell::base64_from_bytes("foobar") == "Zm9vYmFy");
  for (const std::string bytes : {"", "f", "fo", "foo", "\xff\xfe\xfd\xfc"}) {
    CHECK(hamcell::bytes_from_base64(hamcell::base64_from_bytes(bytes)) == bytes);
  }
  for (const char* wrong : {"Zg=", "Zg", "Z===", "====", "Zh==", "Zm9=", "Zm=v", "Zm9*"}) {
    CAPTURE(wrong);
    CHECK_FALSE(hamcell::bytes_from_base64(wrong).has_value());
  }
}

TEST_CASE("dates are text as in ISO 8601, and no other") {
  using std::chrono::year_month_day;
  const auto date = [](int year, unsigned month, unsigned day) {
    return year_month_day{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  };
  CHECK(reads_as(R"("2026-11-28")", date(2026, 11, 28)));
  CHECK(reads_as(R"("0007-01-02")", date(7, 1, 2)));
  CHECK(reads_as(R"("-0044-03-15")", date(-44, 3, 15)));
  CHECK(reads_as(R"("2026-00-255")", date(2026, 0, 255)));
  for (const char* wrong : {"2026-1-1", "2026-11-28 ", "+2026-11-28", "2026-11", "2026-11-28-1",
                            "2026-11-256", "40000-01-01", "-0000-01-01", "2026--1-01", "", "28.11.2026"}) {
    CAPTURE(wrong);
    CHECK(error_of<year_month_day>('"' + std::string(wrong) + '"') ==
          "days: expected a date like \"2026-11-28\" for std::chrono::year_month_day, not the string \"" +
              std::string(wrong) + '"');
  }
  CHECK(error_of<std::map<year_month_day, int>>(R"({"2026-1-1": 1})")
            .starts_with("days: the key \"2026-1-1\": "));
}

TEST_CASE("a stored text that is no date is damage, as a key too") {
  using std::chrono::year_month_day;
  const auto shown = [](const DescribedType& described, std::string_view bytes) {
    return hamcell::json_from_cbor(described.types, described.index, bytes);
  };
  CHECK_THROWS_AS(shown(described_type<year_month_day>(), "\x62\xc3\xff"), hamcell::ValueError);
  CHECK_THROWS_AS(shown(described_type<year_month_day>(),
                        "\x4a"
                        "2026-11-28"),
                  hamcell::ValueError);
  CHECK(shown(described_type<year_month_day>(),
              "\x6a"
              "2026-11-28") == "\"2026-11-28\"");
  const DescribedType by_date = described_type<std::map<year_month_day, int>>();
  CHECK_THROWS_AS(shown(by_date, "\xa1\x62\xc3\xff\x01"), hamcell::ValueError);
  CHECK(shown(by_date,
              "\xa1\x6a"
              "2026-11-28\x01") == "{\"2026-11-28\":1}");
}

TEST_CASE("a long double is read with all its digits") {
  CHECK(reads_as("0.1", 0.1L));
  CHECK(reads_as("1e4000", 1e4000L));
  CHECK(reads_as("3.6451995318824746025e-4951", std::numeric_limits<long double>::denorm_min()));
  CHECK(reads_as("-18446744073709551615", -18446744073709551615.0L));
  CHECK(error_of<long double>("1e5000") == "days: 1e5000 is beyond any floating-point number");
  CHECK(error_of<double>("1e4000") == "days: 1e4000 does not fit double");
}
