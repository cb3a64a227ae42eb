// How C++ names and types are shortened and broken into lines for a picture.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/text.h"
#include "draw/type_text.h"

using namespace hamcell;
using Lines = std::vector<std::string>;

TEST_CASE("a type is shown without std:: and without what the library fills in") {
  CHECK(short_type("std::vector<Day>") == "vector<Day>");
  CHECK(short_type("std::vector<Day, std::allocator<Day> >") == "vector<Day>");
  CHECK(short_type("std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>") ==
        "string");
  CHECK(short_type("std::map<std::string, std::vector<int>, std::less<std::string>, "
                   "std::allocator<std::pair<const std::string, std::vector<int>>>>") ==
        "map<string, vector<int>>");
  CHECK(short_type("std::function<int(std::vector<int, std::allocator<int>>)>") ==
        "function<int(vector<int>)>");
  CHECK(short_type("const std::vector<Day> &") == "vector<Day>");
}

TEST_CASE("what is not the library's default stays in a type") {
  CHECK(short_type("std::map<int, int, std::greater<int>>") == "map<int, int, greater<int>>");
  CHECK(short_type("mystd::vector<int>") == "mystd::vector<int>");
  CHECK(short_type("my::std::vector<int>") == "my::std::vector<int>");
  CHECK(short_type("Pool<int, my::allocator<int>>") == "Pool<int, my::allocator<int>>");
  CHECK(short_type("Day") == "Day");
  CHECK(short_type("").empty());
}

TEST_CASE("a type that is cut off is shown as it is") {
  CHECK(short_type("std::vector<int, std::allocator<int") == "vector<int, allocator<int");
  CHECK(short_type("a,") == "a,");
}

TEST_CASE("a text that fits is one line") {
  CHECK(wrapped("vector<Day>", 20, 2) == Lines{"vector<Day>"});
  CHECK(wrapped("", 20, 2).empty());
}

TEST_CASE("lines break between words") {
  CHECK(wrapped("map<string, vector<Measurement>>", 20, 2) == Lines{"map<string,", "vector<Measurement>>"});
  CHECK(wrapped("mean_temperature_of_wet_days", 18, 2) == Lines{"mean_temperature_", "of_wet_days"});
}

TEST_CASE("what does not fit is left out in the middle, at whole words") {
  CHECK(wrapped("one_two_three_four_five_six", 10, 2) == Lines{"one_two_", "…five_six"});
  CHECK(wrapped("one_two_three", 9, 1) == Lines{"one_two_…"});
}

TEST_CASE("a long word breaks at its humps, and a short one does not") {
  CHECK(wrapped("MeanTemperatureOfWetDays", 16, 2) == Lines{"MeanTemperature", "OfWetDays"});
  CHECK(wrapped("MeanTemperatureOfAllTheVeryWetDaysOfYears", 16, 2) ==
        Lines{"MeanTemperature", "…WetDaysOfYears"});
  CHECK(wrapped("mean_WetDays", 10, 2) == Lines{"mean_", "WetDays"});
}

TEST_CASE("only a word that is longer than a line is cut inside") {
  for (const std::string& line : wrapped("Abcdefghijklmnopqrstuvwxyz_Abcdefghijklmnopqrstuvwxyz", 10, 2)) {
    CHECK(display_width(line) <= 10);
  }
  CHECK(wrapped("Abcdefghijklmnop", 10, 2) == Lines{"Abcdefghi…"});
}
