// CSV, in and out: RFC 4180, and the columns that a type has.
#include <doctest/doctest.h>

#include "base/error.h"
#include "value/csv.h"
#include "value/json.h"
#include "value_types.h"

using namespace hamcell;
using Fields = std::vector<CsvField>;

namespace sample {

struct Rain {
  std::string date;
  double rain = 0;
  std::optional<std::string> note;
  auto operator<=>(const Rain&) const = default;
};

}  // namespace sample

template <>
struct ham::members<sample::Rain> {
  template <class F>
  static constexpr void each(F&& f) {
    f("date", &sample::Rain::date);
    f("rain", &sample::Rain::rain);
    f("note", &sample::Rain::note);
  }
};

namespace {

using namespace sample;

template <class T>
std::string json_of_csv(const std::string& csv) {
  const DescribedType type = described_type<T>();
  return json_from_csv(type.types, type.index, csv);
}

std::string table_json(const std::string& csv) { return json_of_csv<std::vector<Rain>>(csv); }

/// The CSV of a value; and reading that must give the value's own bytes.
template <class T>
std::string csv_of(const T& value) {
  const DescribedType type = described_type<T>();
  const std::string cbor = to_bytes(value);
  std::string csv = csv_from_cbor(type.types, type.index, cbor);
  CAPTURE(csv);
  CHECK(cbor_from_json(type.types, type.index, json_from_csv(type.types, type.index, csv)) == cbor);
  return csv;
}

template <class T>
Problem problem_of(const std::string& csv) {
  try {
    json_of_csv<T>(csv);
  } catch (const Problem& problem) {
    return problem;
  }
  return {};
}

}  // namespace

TEST_CASE("Quoted fields keep commas, line feeds and doubled quotes") {
  const std::vector<CsvRow> rows = read_csv("a,\"b,\"\"c\"\"\nd\",e\r\n1,,3\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields == Fields{{"a", false}, {"b,\"c\"\nd", true}, {"e", false}});
  CHECK(rows[1].fields == Fields{{"1", false}, {"", false}, {"3", false}});
  CHECK(rows[1].line == 3);
}

TEST_CASE("A byte order mark and a missing last line feed change nothing") {
  const std::vector<CsvRow> rows = read_csv(
      "\xEF\xBB\xBF"
      "a,b\n1,2");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields[0].text == "a");
  CHECK(rows[1].fields[1].text == "2");
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
        R"([{"date":"2012-01-01","rain":1.5,"note":null},{"date":"7","rain":0,"note":null}])");
}

TEST_CASE("A column that no member has suggests the near one") {
  try {
    table_json("rian,date\n");
    FAIL("no problem");
  } catch (const Problem& problem) {
    CHECK(problem.next == "did you mean 'rain'?");
  }
}

TEST_CASE("A column that is written otherwise than its member is found, if there is only one like it") {
  CHECK(json_of_csv<std::vector<Point>>("X, Y \n1,2\n") == R"([{"x":1,"y":2}])");
  CHECK(table_json("Date,RAIN\na,1\n") == R"([{"date":"a","rain":1,"note":null}])");
  CHECK(csv_of(std::vector<Day>{{}}).starts_with("date,rain_mm,"));
  CHECK(problem_of<std::vector<Day>>("Rain (mm),rain-mm\n").what.find("twice") != std::string::npos);
}

TEST_CASE("A row with a field too few names its line") {
  try {
    table_json("rain,date\n1,x\n1\n");
    FAIL("no problem");
  } catch (const Problem& problem) {
    CHECK(problem.place.line == 3);
  }
}

TEST_CASE("A column that must be there and is not is named") {
  CHECK(problem_of<std::vector<Rain>>("date\n").what.starts_with("the column 'rain' of "));
  CHECK(problem_of<std::vector<Rain>>("date,rain,date\n").what.find("twice") != std::string::npos);
}

TEST_CASE("Fields are quoted where they must be, and an empty text is told from a missing one") {
  CHECK(
      csv_of(std::vector<Rain>{{"a,b", 1.5, "say \"hi\"\nthere"}, {"", -0.0, ""}, {"c", 2, std::nullopt}}) ==
      "date,rain,note\r\n\"a,b\",1.5,\"say \"\"hi\"\"\nthere\"\r\n\"\",-0.0,\"\"\r\nc,2,\r\n");
}

TEST_CASE("Structures inside a row have columns of their own, and what has no column is JSON") {
  Day day;
  day.date = "2012-01-01";
  day.weather = Weather::rain;
  day.place = {1.5, -7};
  day.track = {{0.1, 1}};
  day.counts = {{"a", 1}};
  CHECK(csv_of(std::vector<Day>{day}) ==
        "date,rain_mm,is_holiday,weather,wind,place.x,place.y,track,rgb,corners,phase,length,counts,level,is_"
        "last\r\n"
        "2012-01-01,0,false,rain,,1.5,-7,\"[{\"\"x\"\":0.1,\"\"y\"\":1}]\",\"[0,0,0]\",\"[0,0]\",\"[0,0]\",0,"
        "\"{\"\"a\"\":1}\",0,false\r\n");
}

TEST_CASE("One structure is one row") {
  CHECK(csv_of(Point{0.5, 2}) == "x,y\r\n0.5,2\r\n");
  CHECK(problem_of<Point>("x,y\n1,2\n3,4\n").place.line == 3);
}

TEST_CASE("Sequences and sets of single values have one column, numbers as in JSON") {
  CHECK(csv_of(std::vector<double>{1, 0.1, std::numeric_limits<double>::infinity(), std::nan("")}) ==
        "value\r\n1\r\n0.1\r\nInfinity\r\nNaN\r\n");
  CHECK(csv_of(std::set<std::string>{"b", "a"}) == "value\r\na\r\nb\r\n");
  CHECK(csv_of(std::vector<std::optional<int>>{1, std::nullopt, 3}) == "value\r\n1\r\n\r\n3\r\n");
  CHECK(csv_of(std::vector<std::string>{"", "x"}) == "value\r\n\"\"\r\nx\r\n");
  CHECK(csv_of(std::vector<Weather>{Weather::fog}) == "value\r\nfog\r\n");
  CHECK(csv_of(std::vector<bool>{true}) == "value\r\ntrue\r\n");
  CHECK(csv_of(std::vector<std::complex<double>>{{1, 2}}) == "value\r\n\"[1,2]\"\r\n");
  CHECK(csv_of(std::vector<int>{}) == "value\r\n");
}

TEST_CASE("Numbers without a header are refused, since their first row would be lost") {
  CHECK(problem_of<std::vector<double>>("1.5\n2\n").place.line == 1);
  CHECK(json_of_csv<std::vector<double>>("speed\n1.5\n2\n") == "[1.5,2]");
}

TEST_CASE("Rows of numbers are a column each, and must be of one length") {
  CHECK(csv_of(std::vector<std::vector<int>>{{1, 2}, {3, 4}}) == "0,1\r\n1,2\r\n3,4\r\n");
  CHECK(csv_of(std::vector<std::array<double, 2>>{{1, 2}}) == "0,1\r\n1,2\r\n");
  const DescribedType type = described_type<std::vector<std::vector<int>>>();
  const std::string cbor = to_bytes(std::vector<std::vector<int>>{{1, 2}, {3}});
  try {
    csv_from_cbor(type.types, type.index, cbor);
    FAIL("no error");
  } catch (const ValueError& error) {
    CHECK(error.path() == "[1]");
  }
}

TEST_CASE("Maps have a key and a value, pairs and tuples their places") {
  CHECK(csv_of(std::map<std::string, double>{{"a", 1}, {"b", 2}}) == "key,value\r\na,1\r\nb,2\r\n");
  CHECK(csv_of(std::map<int, Point>{{7, {1, 2}}}) == "key,value.x,value.y\r\n7,1,2\r\n");
  CHECK(csv_of(std::map<std::pair<int, int>, bool>{{{1, 2}, true}}) == "key.0,key.1,value\r\n1,2,true\r\n");
  CHECK(csv_of(std::vector<std::pair<std::string, Point>>{{"a", {1, 2}}}) == "0,1.x,1.y\r\na,1,2\r\n");
}

TEST_CASE("A value without rows says so") {
  const DescribedType number = described_type<double>();
  CHECK(why_no_rows(number.types, number.index) == "'double' has no rows");
  const DescribedType table = described_type<std::vector<Rain>>();
  CHECK(why_no_rows(table.types, table.index).empty());
}

TEST_CASE("Only the first rows are written where that is asked for") {
  const DescribedType type = described_type<std::map<int, int>>();
  const std::string cbor = to_bytes(std::map<int, int>{{1, 1}, {2, 2}, {3, 3}});
  CHECK(csv_from_cbor(type.types, type.index, cbor, 2) == "key,value\r\n1,1\r\n2,2\r\n");
}

TEST_CASE("Bytes that are no UTF-8 survive a field") {
  CHECK(csv_of(std::vector<std::string>{"\xFF\xFE"}) == "value\r\n\xFF\xFE\r\n");
}
