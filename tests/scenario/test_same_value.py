"""What a node is given is the same value, bit for bit and in the same order, wherever it came from."""

import re
import unittest

from harness import Scenario

CELL = r"""
#include <unistd.h>

#include <bit>
#include <complex>
#include <cstdint>
#include <iostream>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

struct Row {
  std::string name;
  float level = 0;
  std::optional<double> wind;
  std::vector<short> parts;
  std::unordered_map<int, std::string> notes;
};

struct Made {
  std::unordered_map<std::string, int> counts;
  std::unordered_set<int> numbers;
  std::unordered_multimap<std::string, double> many;
  std::unordered_multiset<unsigned char> bytes;
  std::unordered_map<int, std::unordered_set<std::string>> nested;
  std::vector<float> levels;
  std::list<std::complex<double>> points;
  std::optional<std::unordered_set<long>> some;
  std::optional<std::unordered_set<long>> none;
  std::variant<int, std::string, std::unordered_map<short, double>> choice;
  std::vector<std::variant<std::monostate, std::string, double>> choices;
  std::multimap<int, std::string> in_order;
  std::string text;
  std::vector<Row> table;
  std::map<std::string, std::vector<Row>> tables;
};

// Inserts, erases and room taken beforehand leave the elements in another order than filling a new container.
template <class Container, class Element>
static void fill(Container& all, int count, Element element) {
  all.reserve(7 * count);
  for (int i = 3 * count; i > 0; --i) all.insert(element(i * 37 % (3 * count)));
  for (int i = 0; i < 3 * count; i += 3) all.erase(all.begin());
  for (int i = 0; i < count; ++i) all.insert(element(5 * count + i));
}

static std::string name(int i) { return "name " + std::to_string(i) + std::string(i % 40, '+'); }

static std::vector<Row> rows(int count) {
  std::vector<Row> all(count);
  for (int i = 0; i < count; ++i) {
    Row& row = all[i];
    row.name = name(i);
    row.level = i % 3 == 0 ? -0.0f : 0.1f * i;
    if (i % 2 == 0) row.wind = i % 4 == 0 ? std::numeric_limits<double>::quiet_NaN() : -i / 3.0;
    row.parts.assign(i % 5, static_cast<short>(-i));
    fill(row.notes, i % 4, [](int k) { return std::pair(k, name(k)); });
  }
  return all;
}

static Made built(int count) {
  Made made;
  fill(made.counts, count, [](int i) { return std::pair(name(i), i); });
  fill(made.numbers, count, [](int i) { return i * 1009 - 500; });
  fill(made.many, count, [](int i) { return std::pair(name(i % 7), -i / 7.0); });
  fill(made.bytes, count, [](int i) { return static_cast<unsigned char>(i % 11); });
  fill(made.nested, 3, [&](int i) {
    std::unordered_set<std::string> inner;
    fill(inner, count / 4, [i](int k) { return name(k + i); });
    return std::pair(i, inner);
  });
  // Not a number, in several ways.
  made.levels = {0.0f, -0.0f, 0.1f, -1 / 0.0f, std::numeric_limits<float>::denorm_min()};
  for (const unsigned bits : {0x7fc12345u, 0xffc00001u, 0x7fa00001u})
    made.levels.push_back(std::bit_cast<float>(bits));
  made.points = {{-0.0, 1}, {std::bit_cast<double>(0x7ff8000000000123u), 1 / 0.0}};
  made.some.emplace();
  fill(*made.some, count, [](int i) { return i * -7L; });
  fill(made.choice.emplace<2>(), count, [](int i) { return std::pair(short(i), i % 5 == 0 ? -0.0 : i / 3.0); });
  made.choices = {std::monostate(), std::string(300, 'x'), -0.0, "", std::numeric_limits<double>::quiet_NaN()};
  for (int i = 0; i < 6; ++i) made.in_order.emplace(i % 2, name(5 - i));
  made.text = std::string(100, 'a') + std::string("\0\xff", 2);
  made.table = rows(count);
  made.tables = {{"few", rows(2)}, {"none", {}}, {"some", rows(count / 2)}};
  return made;
}

// Writes down what it meets in the order in which it meets it: text by its hash, numbers bit for bit.
struct Notes {
  std::vector<std::string> lines;

  void add(const std::string& text) { lines.push_back("text " + std::to_string(std::hash<std::string>()(text))); }
  void add(float number) { lines.push_back("float " + std::to_string(std::bit_cast<std::uint32_t>(number))); }
  void add(double number) { lines.push_back("double " + std::to_string(std::bit_cast<std::uint64_t>(number))); }
  void add(std::monostate) { lines.push_back("nothing"); }
  template <class Number>
  requires std::is_integral_v<Number>
  void add(Number number) { lines.push_back(std::to_string(number)); }
  void add(const std::complex<double>& number) { all(number.real(), number.imag()); }
  void add(const Row& row) { all(row.name, row.level, row.wind, row.parts, row.notes); }
  template <class A, class B>
  void add(const std::pair<A, B>& both) { all(both.first, both.second); }
  template <class T>
  void add(const std::optional<T>& value) { value ? add(*value) : add(std::monostate()); }
  template <class... T>
  void add(const std::variant<T...>& choice) {
    add(choice.index());
    std::visit([this](const auto& chosen) { add(chosen); }, choice);
  }
  template <class Container>
  requires requires(const Container& elements) { elements.begin(); }
  void add(const Container& elements) {
    add(elements.size());
    for (const auto& element : elements) add(element);
  }

  template <class... T>
  void all(const T&... parts) { (add(parts), ...); }
};

static std::vector<std::string> noted(const Made& made) {
  Notes notes;
  notes.all(made.counts, made.numbers, made.many, made.bytes, made.nested, made.levels, made.points, made.some,
            made.none, made.choice, made.choices, made.in_order, made.text, made.table, made.tables);
  return notes.lines;
}

static std::vector<std::string> seen_here(const Made& made) {
  std::cerr << "in process " << getpid() << '\n';
  return noted(made);
}

Made made(int count) { return built(count); }
std::vector<std::string> seen(const Made& made) { return seen_here(made); }
std::vector<std::string> also_seen(const Made& made) { return seen_here(made); }
std::vector<std::string> as_built(int count) { return noted(built(count)); }
"""

# Numbers of elements: what is stored with its entry, and what has a file of its own.
SMALL, LARGE = 4, 60
LARGEST_IN_ENTRY = 4096  # bytes


class SameValue(Scenario):
    """A value of every kind whose order or bits could differ, noted down by what is given it."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL)

    def note(self, count, *args):
        return self.execute("--show-results", "-i", f"count={count}", *args)

    def computed(self, count):
        """What a node notes of a value that the same run has made."""
        result = self.note(count, "seen")
        self.assert_ran(result, {"made", "seen"})
        self.assertEqual(result.node("made")["bytes"] > LARGEST_IN_ENTRY, count == LARGE)
        return result.value("seen")

    def processes(self, result):
        """The runners in which something was noted."""
        return set(re.findall(r"in process (\d+)", result.err))

    def test_it_is_the_same_computed_or_loaded(self):
        for count in (SMALL, LARGE):
            with self.subTest(count=count):
                computed = self.computed(count)
                loaded = self.note(count, "--recompute=seen", "seen")
                self.assert_cached(loaded, {"made"})
                self.assert_ran(loaded, {"seen"})
                self.assertEqual(loaded.value("seen"), computed)

    def test_it_is_the_same_in_another_runner(self):
        for count in (SMALL, LARGE):
            with self.subTest(count=count):
                computed = self.computed(count)
                both = self.note(count, "--jobs", "2", "--recompute", "seen", "also_seen")
                self.assert_ran(both, {"made", "seen", "also_seen"})
                self.assertEqual(len(self.processes(both)), 2, both.err)
                self.assertEqual(both.value("seen"), computed)
                self.assertEqual(both.value("also_seen"), computed)

    def test_it_is_the_same_loaded_by_two_runners(self):
        computed = self.computed(LARGE)
        both = self.note(LARGE, "--jobs", "2", "--recompute=seen,also_seen", "seen", "also_seen")
        self.assert_cached(both, {"made"})
        self.assertEqual(len(self.processes(both)), 2, both.err)
        self.assertEqual(both.value("seen"), computed)
        self.assertEqual(both.value("also_seen"), computed)

    def test_it_is_the_same_where_it_is_not_kept(self):
        computed = self.computed(LARGE)
        for args in (["--no-cache"], ["--disable=made"], ["--ignore=made", "--recompute=seen,also_seen"],
                     ["--opt-in", "--recompute"]):
            with self.subTest(args=args):
                both = self.note(LARGE, "--jobs", "2", *args, "seen", "also_seen")
                self.assert_ran(both, {"made", "seen", "also_seen"})
                self.assertEqual(len(self.processes(both)), 2, both.err)
                self.assertEqual(both.value("seen"), computed)
                self.assertEqual(both.value("also_seen"), computed)

    def test_the_order_in_which_it_was_built_is_another(self):
        """Without that, the tests above would show nothing about order."""
        for count in (SMALL, LARGE):
            with self.subTest(count=count):
                result = self.note(count, "seen", "as_built")
                self.assertNotEqual(result.value("seen"), result.value("as_built"))
                self.assertEqual(sorted(result.value("seen")), sorted(result.value("as_built")))


if __name__ == "__main__":
    unittest.main()
