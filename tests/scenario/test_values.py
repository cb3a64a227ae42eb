"""Values: as JSON, and after they were stored and loaded again."""

import json
import unittest

from harness import NODE_FAILED, Scenario

HEAD = """\
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>
"""

# Node declarations, and the JSON that their values are.
VALUES = [
    ("bool yes()", "return true;", "true"),
    ("char letter()", "return 'x';", None),
    ("std::int8_t smallest()", "return -128;", "-128"),
    ("std::uint8_t byte()", "return 255;", "255"),
    ("std::int64_t lowest()", "return std::numeric_limits<std::int64_t>::min();", "-9223372036854775808"),
    ("std::uint64_t highest()", "return std::numeric_limits<std::uint64_t>::max();", "18446744073709551615"),
    ("std::int64_t beyond_doubles()", "return 9007199254740993;", "9007199254740993"),
    ("double tenth()", "return 0.1;", "0.1"),
    ("double third()", "return 1.0 / 3;", "0.3333333333333333"),
    ("float single()", "return 0.1f;", "0.1"),
    ("double huge()", "return 1e300;", "1e300"),
    ("double infinite()", "return -std::numeric_limits<double>::infinity();", '"-Infinity"'),
    ("double none()", "return std::numeric_limits<double>::quiet_NaN();", '"NaN"'),
    ("std::string text()", 'return "grün 気象 \\"quoted\\"\\n\\t\\\\";', '"grün 気象 \\"quoted\\"\\n\\t\\\\"'),
    ("std::string with_null()", 'return std::string("a\\0b", 3);', '"a\\u0000b"'),
    ("std::string bytes()", 'return "\\xff\\xfe";', '{"base64": "//4="}'),
    ("std::string empty_text()", "return {};", '""'),
    ("std::vector<int> numbers()", "return {3, -1, 2};", "[3, -1, 2]"),
    ("std::vector<double> empty_numbers()", "return {};", "[]"),
    ("std::vector<bool> flags()", "return {true, false};", "[true, false]"),
    ("std::vector<std::string> words()", 'return {"a", "", "ä"};', '["a", "", "ä"]'),
    ("std::vector<std::vector<int>> nested()", "return {{1}, {}, {2, 3}};", "[[1], [], [2, 3]]"),
    ("std::map<std::string, int> by_name()", 'return {{"b", 2}, {"a", 1}};', '{"a": 1, "b": 2}'),
    ("std::map<int, std::string> by_number()", 'return {{-1, "x"}, {10, "y"}};', '{"-1": "x", "10": "y"}'),
    ("std::map<double, int> by_double()", "return {{0.5, 1}};", "[[0.5, 1]]"),
    ("std::map<std::string, std::vector<int>> lists()", 'return {{"a", {1, 2}}};', '{"a": [1, 2]}'),
    ("std::optional<int> some()", "return 4;", "4"),
    ("std::optional<int> nothing()", "return {};", "null"),
    ("std::pair<int, std::string> both()", 'return {1, "x"};', '[1, "x"]'),
    ("Color color()", "return Color::green;", '"green"'),
    ("Day day()", 'return {"2012-01-01", 0.25, Color::red};',
     '{"date": "2012-01-01", "rain": 0.25, "color": "red"}'),
    ("std::vector<Day> days()", 'return {{"a", 1, Color::red}, {"b", 2.5, Color::green}};',
     '[{"date": "a", "rain": 1, "color": "red"}, {"date": "b", "rain": 2.5, "color": "green"}]'),
    ("std::vector<Day> no_days()", "return {};", "[]"),
    ("Station station()", 'return {"Seattle", {47.5, -122.25}, {{"a", 1, Color::red}}, {}, {{"k", {1}}}, 5};',
     '{"name": "Seattle", "place": [47.5, -122.25], "days": [{"date": "a", "rain": 1, "color": "red"}], '
     '"height": null, "more": {"k": [1]}, "inner": {"depth": 5}}'),
    ("std::vector<Station> stations()", 'return {{"S", {1, 2}, {}, 3, {}, 1}, '
     '{"T", {3, 4}, {{"d", 1, Color::green}}, {}, {}, 2}};',
     '[{"name": "S", "place": [1, 2], "days": [], "height": 3, "more": {}, "inner": {"depth": 1}}, '
     '{"name": "T", "place": [3, 4], "days": [{"date": "d", "rain": 1, "color": "green"}], "height": null, '
     '"more": {}, "inner": {"depth": 2}}]'),
    ("std::map<std::string, Day> day_by_name()", 'return {{"x", {"d", 1, Color::red}}};',
     '{"x": {"date": "d", "rain": 1, "color": "red"}}'),
    ("std::optional<Day> some_day()", 'return Day{"d", 1, Color::red};', '{"date": "d", "rain": 1, "color": "red"}'),
]

TYPES = """\
enum class Color { red, green };
struct Day { std::string date; double rain; Color color; };
struct Inner { int depth; };
struct Station {
  std::string name;
  std::pair<double, double> place;
  std::vector<Day> days;
  std::optional<int> height;
  std::map<std::string, std::vector<int>> more;
  Inner inner;
};
"""


class AsJson(Scenario):
    """Every kind of value, shown, stored, loaded and passed on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = HEAD + TYPES + "".join(f"{head} {{ {body} }}\n" for head, body, _ in VALUES)
        # A node that takes each value and gives it back: it gets what was loaded from the cache.
        cls.copies = "".join(
            f"{kind} copy_of_{name}(const {kind}& {name}) {{ return {name}; }}\n"
            for kind, name in (head.removesuffix("()").rsplit(" ", 1) for head, _, _ in VALUES))

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.text)

    def assert_values(self, result, prefix=""):
        for head, _, expected in VALUES:
            name = head.removesuffix("()").rsplit(" ", 1)[1]
            if expected is None:
                continue
            with self.subTest(node=prefix + name):
                self.assertEqual(result.value(prefix + name), json.loads(expected))

    def test_values_are_as_they_should_be(self):
        self.assert_values(self.execute("--show-results"))

    def test_values_from_the_cache_are_as_they_should_be(self):
        self.execute()
        result = self.execute("--show-results")
        self.assert_all_cached(result)
        self.assert_values(result)

    def test_a_node_that_runs_later_gets_the_stored_values_unchanged(self):
        self.execute()
        self.write("cell.cpp", self.text + self.copies)
        result = self.execute("--show-results")
        self.assertEqual(result.json()["cached"], len(VALUES))
        self.assert_values(result, "copy_of_")

    def test_copies_have_the_data_versions_of_what_they_copy(self):
        self.write("cell.cpp", self.text + self.copies)
        result = self.execute()
        for head, _, _ in VALUES:
            name = head.removesuffix("()").rsplit(" ", 1)[1]
            with self.subTest(node=name):
                self.assertEqual(result.node("copy_of_" + name)["data_version"], result.node(name)["data_version"])

    def test_64_bit_integers_are_written_exactly(self):
        out = self.execute("--show-results").out
        for number in ("-9223372036854775808", "18446744073709551615", "9007199254740993"):
            self.assertIn(number, out)

    def test_letters_of_other_scripts_are_written_as_they_are(self):
        result = self.run_hamcell("cell.cpp", "-x", "--show-results", "text", *self.build_flags)
        self.assertIn("grün 気象", result.out)

    def test_a_long_double_keeps_its_digits_wherever_it_is_shown(self):
        self.write("cell.cpp", "long double third(int n) { return 1.0L / n; }\nlong double vast() { return 1e4000L; }\n")
        run = self.execute("-i", "n=3", "--show-results", "--save", "third=third.json")
        self.assertIn('"value": 0.33333333333333333334', run.out)
        self.assertIn('"value": 1e+4000', run.out)
        self.assertEqual(self.path("third.json").read_text(), "0.33333333333333333334\n")
        shown = self.run_hamcell("cache", "show", "third", "--json")
        self.assertIn('"value": 0.33333333333333333334', shown.out)


class AsInputs(Scenario):
    """What was written as JSON can be read as an input of the same type."""

    def given(self, kind, text, types=""):
        self.write("cell.cpp", HEAD + TYPES + types + f"{kind} back(const {kind}& given) {{ return given; }}\n")
        return self.execute("-i", f"given={text}", "--show-results").value("back")

    def test_inputs_come_out_as_they_went_in(self):
        for kind, text in [
            ("bool", "true"), ("long", "-9007199254740993"), ("std::uint64_t", "18446744073709551615"),
            ("double", "2.5e-3"), ("std::vector<int>", "[1, 2]"), ("std::optional<int>", "null"),
            ("std::map<std::string, double>", '{"a": 1.5}'), ("Color", '"green"'),
            ("Day", '{"date": "d", "rain": 1.5, "color": "red"}'),
            ("std::vector<Day>", '[{"date": "d", "rain": 1.5, "color": "red"}]'),
        ]:
            with self.subTest(kind=kind):
                self.assertEqual(self.given(kind, text), json.loads(text))

    def test_a_whole_number_is_a_double_where_one_is_needed(self):
        self.assertEqual(self.given("double", "3"), 3.0)

    def test_a_table_comes_from_a_csv_file(self):
        self.write("days.csv", 'rain,date,color\n1.5,"a, b",red\n2,c,green\n')
        self.assertEqual(self.given("std::vector<Day>", "@days.csv"),
                         [{"date": "a, b", "rain": 1.5, "color": "red"}, {"date": "c", "rain": 2, "color": "green"}])

    def test_a_csv_file_that_does_not_fit_names_the_place(self):
        self.write("days.csv", "rain,date,color\n1.5,a,red\nwet,c,green\n")
        self.write("cell.cpp", HEAD + TYPES + "int n(const std::vector<Day>& days) { return days.size(); }\n")
        result = self.run_hamcell("cell.cpp", "-x", "-i", "days=@days.csv")
        self.assert_status(result, 3)
        self.assert_says(result, "days.csv", "rain", "wet")

    def test_a_struct_that_lacks_a_member_is_refused_by_name(self):
        self.write("cell.cpp", HEAD + TYPES + "int n(const Day& day) { return day.rain; }\n")
        result = self.run_hamcell("cell.cpp", "-x", "-i", 'day={"date": "d", "color": "red"}')
        self.assert_status(result, 3)
        self.assert_says(result, "rain")

    def test_a_struct_with_an_unknown_member_is_refused_by_name(self):
        self.write("cell.cpp", HEAD + TYPES + "int n(const Day& day) { return day.rain; }\n")
        result = self.run_hamcell("cell.cpp", "-x", "-i", 'day={"date": "d", "color": "red", "rain": 1, "snow": 2}')
        self.assert_status(result, 3)
        self.assert_says(result, "snow")


class Conversions(Scenario):
    """Parameters that take less than the whole type."""

    def test_a_view_of_a_string_is_taken(self):
        self.write("cell.cpp", "#include <string>\n#include <string_view>\nstd::string a() { return \"four\"; }\n"
                               "int b(std::string_view a) { return static_cast<int>(a.size()); }\n")
        self.assertEqual(self.values(), {"a": "four", "b": 4})

    def test_a_span_of_a_vector_is_taken(self):
        self.write("cell.cpp", "#include <span>\n#include <vector>\nstd::vector<int> a() { return {1, 2, 3}; }\n"
                               "int b(std::span<const int> a) { return a[1]; }\n")
        self.assertEqual(self.values(), {"a": [1, 2, 3], "b": 2})

    def test_a_number_widens(self):
        self.write("cell.cpp", "int a() { return -3; }\nlong b(long a) { return a * 10000000000; }\n")
        self.assertEqual(self.values(), {"a": -3, "b": -30000000000})

    def test_a_reference_result_is_copied(self):
        self.write("cell.cpp", "#include <string>\nstatic const std::string kept = \"kept\";\n"
                               "const std::string& a() { return kept; }\n"
                               "std::string b(const std::string& a) { return a + \"!\"; }\n")
        self.assertEqual(self.values(), {"a": "kept", "b": "kept!"})

    def test_a_default_that_is_no_literal_is_evaluated(self):
        self.write("cell.cpp", "#include <string>\nstatic int twice(int x) { return 2 * x; }\n"
                               "int a(int x = twice(21)) { return x; }\n"
                               "std::string b(const std::string& y = std::string(3, 'z')) { return y; }\n")
        self.assertEqual(self.values(), {"a": 42, "b": "zzz"})

    def test_a_default_is_kept_for_each_node(self):
        self.write("cell.cpp", "int a(int x = 1) { return x; }\nint b(int x = 2) { return x; }\n")
        self.assertEqual(self.values(), {"a": 1, "b": 2})

    def test_a_changed_default_runs_its_node(self):
        self.write("cell.cpp", "int a(int x = 1) { return x; }\nint b(int x = 2) { return x; }\n")
        self.execute()
        self.edit("cell.cpp", "x = 2", "x = 3")
        self.assert_ran(self.execute(), {"b"})

class NotStored(Scenario):
    """Values that cannot be stored: what is said about them, and that what needs them is cached."""

    CELL = """\
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>
struct Shape { virtual ~Shape() = default; virtual double area() const = 0; };
struct Square : Shape { double side; explicit Square(double side) : side(side) {}
                        double area() const override { return side * side; } };
std::unique_ptr<Shape> shape(double side = 2) { return std::make_unique<Square>(side); }
double area(const std::unique_ptr<Shape>& shape) { return shape->area(); }
struct Deep { std::vector<std::unique_ptr<int>> parts; };
Deep deep() { Deep d; d.parts.push_back(std::make_unique<int>(4)); return d; }
int from_deep(const Deep& deep) { return *deep.parts[0]; }
const int* first(const Deep& deep) { return deep.parts[0].get(); }
int from_first(const int* first) { return *first + 1; }
std::vector<int> numbers() { return {1, 2, 3}; }
std::span<const int> tail(const std::vector<int>& numbers) { return std::span(numbers).subspan(1); }
int from_tail(std::span<const int> tail) { return tail[0] + tail[1]; }
std::function<int(int)> twice(int by = 2) { return [by](int x) { return by * x; }; }
int from_twice(const std::function<int(int)>& twice) { return twice(4); }
class Closed { int x_ = 4; public: int x() const { return x_; } };
Closed closed() { return {}; }
Closed also_closed() { return {}; }
int from_closed(const Closed& closed) { return closed.x(); }
struct Once { Once() = default; Once(Once&&) = default; int x = 6; };
Once once() { return {}; }
int from_once(const Once& once) { return once.x; }
"""
    RESULTS = {"area": 4, "from_deep": 4, "from_first": 5, "from_tail": 5, "from_twice": 8, "from_closed": 4, "from_once": 6}

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)

    def check_values(self, result):
        self.assertEqual({name: result.value(name) for name in self.RESULTS}, self.RESULTS)

    def test_they_reach_what_needs_them_and_that_is_cached(self):
        self.check_values(self.execute("--show-results"))
        result = self.execute("--show-results")
        self.check_values(result)
        self.assert_all_cached(result)

    def test_they_are_made_again_for_what_has_to_run(self):
        self.execute()
        self.edit("cell.cpp", "return deep.parts[0].get()", "return &*deep.parts[0]")
        self.edit("cell.cpp", "return tail[0] + tail[1]", "return tail[1] + tail[0]")
        result = self.execute("--show-results")
        self.check_values(result)
        self.assert_ran(result, {"deep", "first", "from_first", "tail", "from_tail"})

    def test_a_note_for_each_type_names_the_part_at_fault_and_a_way_out(self):
        notes = [line for line in self.execute().err.splitlines() if " note: " in line]
        self.assertEqual(len(notes), 6, notes)
        for text in ("'shape' is not stored: std::unique_ptr<Shape> is move-only",
                     "'deep' is not stored: member 'parts' of Deep", "'first' is not stored: const int* is a pointer",
                     "'tail' is not stored: a std::span<const int> does not own what it shows",
                     "'twice' is not stored: std::function<int (int)> holds code",
                     "nodes 'closed', 'also_closed' is not stored: member 'x_' of Closed is not public"):
            self.assertIn(text, "\n".join(notes))
        self.assert_says(self.execute("--recompute=tail"), "return 'std::vector<int>'")

    def test_what_was_a_hit_is_not_noted(self):
        self.execute()
        self.assertNotIn("note:", self.execute().err)
        self.assertNotIn("note:", self.execute("--no-cache").err)

    def test_a_codec_of_ones_own_stores_it(self):
        self.write("cell.cpp", "#include <hamcell/codec.h>\n#include <memory>\n" + """\
class Angle { double degrees_ = 0; public: Angle() = default; explicit Angle(double d) : degrees_(d) {}
  double degrees() const { return degrees_; } };
template <> struct ham::codec<Angle> {
  static void encode(ham::sink& out, const Angle& angle) { ham::encode(out, angle.degrees()); }
  static void decode(ham::source& in, Angle& angle) { double d = 0; ham::decode(in, d); angle = Angle(d); }
};
Angle angle(Angle start) { return Angle(start.degrees() + 1); }
""")
        result = self.execute("-i", "start=44", "--show-results")
        self.assertEqual(result.value("angle"), 45)
        self.assertNotIn("note:", result.err)
        self.assert_all_cached(self.execute("-i", "start=44"))
        result = self.execute("-i", 'start="x"', status=NODE_FAILED)
        self.assert_says(result, "angle", "start", "not a number")

    def test_private_members_are_open_to_a_friend(self):
        self.write("cell.cpp", """\
#include <hamcell/codec.h>
#include <vector>
class Range { double low_ = 0, high_ = 0; friend struct ham::members<Range>;
  public: Range() = default; Range(double low, double high) : low_(low), high_(high) {} double width() const { return high_ - low_; } };
template <class T> class Box { T inside_{}; template <class> friend struct ham::members;
  public: Box() = default; explicit Box(T inside) : inside_(inside) {} T inside() const { return inside_; } };
std::vector<Range> ranges() { return {{1, 3}, {2, 7}}; }
Box<Range> box(const std::vector<Range>& ranges) { return Box<Range>(ranges[1]); }
double width(const Box<Range>& box) { return box.inside().width(); }
""")
        result = self.execute("--show-results")
        self.assertEqual(result.value("width"), 5)
        self.assertNotIn("note:", result.err)
        self.assert_all_cached(self.execute())
        self.edit("cell.cpp", "inside().width()", "inside().width() + 1")
        result = self.execute("--show-results")
        self.assert_ran(result, {"width"})
        self.assertEqual(result.value("width"), 6)


if __name__ == "__main__":
    unittest.main()
