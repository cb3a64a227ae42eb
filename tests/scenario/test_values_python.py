"""Values of every type, read and written by other programs: Python's cbor2 and numpy."""

import json
import math
import unittest

import cbor2
import numpy

from harness import Scenario

CELL_HEAD = """\
#include <array>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <valarray>
#include <variant>
#include <vector>
using namespace std::chrono_literals;
enum class Sky : short { clear, wet = -7 };
namespace geo { struct Point { double x = 0; std::int32_t y = 0; }; }
template <class T> struct Box { T inside; };
struct Base { int id = 0; };
struct Day : Base {
  std::string date;
  std::optional<double> wind;
  Sky sky = Sky::clear;
  geo::Point place;
  Box<int> box;
  unsigned level : 3 = 0;
  float rgb[3] = {};
  std::vector<int> hours;
  bool dry = false;
};
Day day(int id) {
  Day d;
  d.id = id;
  d.date = "2012-01-0" + std::to_string(id);
  if (id == 2) d.wind = 1.5;
  d.sky = id == 2 ? Sky::wet : Sky::clear;
  d.place = {0.5, id};
  d.box = {id};
  d.level = 5;
  d.rgb[1] = 0.25f;
  d.hours = {id, 2};
  d.dry = true;
  return d;
}
"""


def day(number):
    return {"id": number, "date": f"2012-01-0{number}", "wind": 1.5 if number == 2 else None, "sky": -7 if number == 2 else 0,
            "place": {"x": 0.5, "y": number}, "box": {"inside": number}, "level": 5, "rgb": [0, 0.25, 0],
            "hours": [number, 2], "dry": True}


# name: C++ type, expression, what Python reads, and what a program in Python gives for it where that differs.
VALUES = {
    "truth": ("bool", "true", True),
    "tiny": ("std::int8_t", "-128", -128),
    "huge": ("std::uint64_t", "~std::uint64_t{0}", 2**64 - 1),
    "least": ("std::int64_t", "INT64_MIN", -(2**63)),
    "letter": ("char", "'a'", 97),
    "wide_letter": ("char32_t", "U'\\u00e4'", 0xE4),
    "narrow": ("float", "0.25f", 0.25),
    "number": ("double", "0.1", 0.1),
    "whole": ("double", "3", 3.0, 3),
    "nan": ("double", "0.0 / -0.0", math.nan),
    "extended": ("long double", "18446744073709551615.0L", 2**64 - 1),
    "extended_half": ("long double", "-0.5L", -0.5),
    "sky": ("Sky", "Sky::wet", -7, "wet"),
    "text": ("std::string", '"p\\u00e4iv\\u00e4"', "päivä"),
    "octets": ("std::string", '"\\xff\\xfe"', b"\xff\xfe"),
    "utf8": ("std::u8string", 'u8"p\\u00e4"', "pä"),
    "wide": ("std::wstring", 'L"a\\u00e4"', [0x61, 0xE4]),
    "path": ("std::filesystem::path", '"a/b.txt"', "a/b.txt"),
    "ints": ("std::vector<int>", "{1, -2}", [1, -2]),
    "doubles": ("std::vector<double>", "{1, 0.5}", [1, 0.5], numpy.array([1, 0.5])),
    "big_endian": ("std::vector<double>", "{1, 0.5}", [1, 0.5], cbor2.CBORTag(82, numpy.array([1, 0.5], ">f8").tobytes())),
    "shorts": ("std::deque<std::uint16_t>", "{1, 65535}", [1, 65535], numpy.array([1, 65535], "<u2")),
    "flags": ("std::vector<bool>", "{true, false}", [True, False]),
    "list": ("std::list<float>", "{0.5f}", [0.5]),
    "forward": ("std::forward_list<int>", "{1, 2}", [1, 2]),
    "numbers_only": ("std::valarray<float>", "{0.5f, 1}", [0.5, 1]),
    "bits": ("std::bitset<3>", "{4}", [False, False, True]),
    "array": ("std::array<std::int64_t, 2>", "{1, -1}", [1, -1]),
    "octet_list": ("std::vector<unsigned char>", "{1, 255}", [1, 255], b"\x01\xff"),
    "names": ("std::vector<std::string>", '{"a", "b"}', ["a", "b"]),
    "skies": ("std::vector<Sky>", "{Sky::wet, Sky::clear}", [-7, 0], ["wet", "clear"]),
    "matrix": ("std::vector<std::vector<double>>", "{{1, 2}, {3, 4}}", [[1, 2], [3, 4]],
               cbor2.CBORTag(40, [[2, 2], cbor2.CBORTag(86, numpy.array([1, 2, 3, 4.0]).tobytes())])),
    "set": ("std::set<std::string>", '{"b", "a"}', ["a", "b"], {"a", "b"}),
    "numbers": ("std::unordered_set<int>", "{3, 1}", [1, 3], {3, 1}),
    "hashed_bag": ("std::unordered_multiset<int>", "{2, 1, 2}", [1, 2, 2]),
    "bag": ("std::multiset<int>", "{1, 1}", [1, 1]),
    "map": ("std::map<std::string, int>", '{{"b", 2}, {"a", 1}}', {"a": 1, "b": 2}),
    "by_number": ("std::map<int, double>", "{{-1, 0.5}}", {-1: 0.5}),
    "by_sky": ("std::map<Sky, int>", "{{Sky::wet, 1}}", {-7: 1}, {"wet": 1}),
    "by_pair": ("std::map<std::pair<int, int>, bool>", "{{{1, 2}, true}}", [[[1, 2], True]], {(1, 2): True}),
    "hashed": ("std::unordered_map<std::string, int>", '{{"x", 1}}', {"x": 1}),
    "many": ("std::multimap<std::string, int>", '{{"x", 1}, {"x", 2}}', [["x", 1], ["x", 2]]),
    "many_hashed": ("std::unordered_multimap<std::string, int>", '{{"x", 2}, {"x", 1}}', [["x", 1], ["x", 2]]),
    "some": ("std::optional<int>", "7", 7),
    "none": ("std::optional<int>", "std::nullopt", None),
    "inner_none": ("std::optional<std::optional<int>>", "std::optional<int>()", [None]),
    "either": ("std::variant<int, std::string>", '"a"', [1, "a"], "a"),
    "second_int": ("std::variant<int, std::int64_t>", "std::int64_t{1}", [1, 1]),
    "nothing": ("std::monostate", "{}", None),
    "pair": ("std::pair<int, std::string>", '{1, "a"}', [1, "a"]),
    "tuple": ("std::tuple<int, double, bool>", "{1, 0.5, true}", [1, 0.5, True], (1, 0.5, True)),
    "complex": ("std::complex<double>", "{1, -1}", [1, -1]),
    "signal": ("std::vector<std::complex<float>>", "{{1, 2}, {3, 4}}", [[1, 2], [3, 4]]),
    "length": ("std::chrono::milliseconds", "5ms", 5),
    "lengths": ("std::vector<std::chrono::seconds>", "{1s, 2s}", [1, 2]),
    "minutes": ("std::chrono::duration<double, std::ratio<60>>", "std::chrono::duration<double, std::ratio<60>>(0.5)", 0.5),
    "date": ("std::chrono::year_month_day", "{2026y, std::chrono::November, 28d}", "2026-11-28",
             cbor2.CBORTag(1004, "2026-11-28")),
    "year": ("std::chrono::year", "-1y", -1),
    "month": ("std::chrono::month", "std::chrono::May", 5),
    "weekday": ("std::chrono::weekday", "std::chrono::Saturday", 6),
    "by_date": ("std::map<std::chrono::year_month_day, int>", "{{{2026y, std::chrono::May, 1d}, 7}}", {"2026-05-01": 7}),
    "moment": ("std::chrono::sys_seconds", "std::chrono::sys_seconds(7s)", 7),
    "point": ("geo::Point", "{0.5, 2}", {"x": 0.5, "y": 2}, {"y": 2, "x": 0.5}),
    "day": ("Day", "::day(2)", day(2)),
    "table": ("std::vector<Day>", "{::day(1), ::day(2)}", [day(1), day(2)]),
    "no_rows": ("std::vector<geo::Point>", "{}", []),
    "by_day": ("std::map<std::string, Day>", '{{"a", ::day(1)}}', {"a": day(1)}),
}

DTYPES = {64: "u1", 69: "<u2", 70: "<u4", 71: "<u8", 72: "i1", 77: "<i2", 78: "<i4", 79: "<i8", 85: "<f4", 86: "<f8"}


def read_tag(decoder, tag, shareable_index=None):
    """Typed arrays and arrays of several dimensions (RFC 8746), as numpy has them."""
    if tag.tag in DTYPES:
        return numpy.frombuffer(tag.value, DTYPES[tag.tag])
    if tag.tag == 40:
        shape, numbers = tag.value
        return numbers.reshape(shape)
    return tag


def plain(value):
    """numpy's arrays as lists."""
    if isinstance(value, numpy.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def rows(columns):
    """A table's columns as rows."""
    if not isinstance(columns, dict):
        return columns
    columns = {name: rows(column) for name, column in columns.items()}
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def written(value):
    """What a program in Python writes: numpy arrays with the tag of their type, the rest as it is."""
    if isinstance(value, numpy.ndarray):
        return cbor2.CBORTag(next(tag for tag, dtype in DTYPES.items() if numpy.dtype(dtype) == value.dtype), value.tobytes())
    return value


class Python(Scenario):
    def setUp(self):
        super().setUp()
        text = CELL_HEAD
        for name, (cpp, expression, *_) in VALUES.items():
            text += f"{cpp} v_{name}() {{ return {expression}; }}\n{cpp} e_{name}({cpp} i_{name}) {{ return i_{name}; }}\n"
        # The helper would be a node, and one that nothing gives a number to.
        self.write("cell.cpp", text.replace("Day day(int id)", "static Day day(int id)"))
        self.save = [argument for name in VALUES for argument in ("--save", f"v_{name}=v_{name}.cbor")]
        self.values = self.execute(*[f"v_{name}" for name in VALUES], "--show-results", *self.save)

    def test_cbor2_and_numpy_read_every_type(self):
        for name, (cpp, _, expected, *_) in VALUES.items():
            with self.subTest(name=name, type=cpp):
                with self.path(f"v_{name}.cbor").open("rb") as file:
                    read = plain(cbor2.load(file, tag_hook=read_tag))
                if cpp in ("std::vector<Day>", "std::vector<geo::Point>"):
                    read = rows(read)
                if name == "nan":
                    self.assertTrue(math.isnan(read))
                else:
                    self.assertEqual(read, expected)

    def test_what_cbor2_writes_comes_back_as_inputs(self):
        """And it is the value to the byte: key and version of data are those of the node's own."""
        inputs = []
        for name, (_, _, expected, *given) in VALUES.items():
            self.write(f"{name}.cbor", cbor2.dumps(written(given[0] if given else expected)))
            inputs += ["-i", f"i_{name}=@{name}.cbor"]
        echoes = self.execute(*[f"e_{name}" for name in VALUES], "--show-results", *inputs)
        for name, (cpp, *_) in VALUES.items():
            with self.subTest(name=name, type=cpp):
                self.assertEqual(echoes.node(f"e_{name}")["data_version"], self.values.node(f"v_{name}")["data_version"],
                                 f"{echoes.value(f'e_{name}')} is not {self.values.value(f'v_{name}')}")

    def test_what_was_stored_comes_back_as_inputs(self):
        inputs = [argument for name in VALUES for argument in ("-i", f"i_{name}=@v_{name}.cbor")]
        echoes = self.execute(*[f"e_{name}" for name in VALUES], *inputs)
        for name in VALUES:
            with self.subTest(name=name):
                self.assertEqual(echoes.node(f"e_{name}")["data_version"], self.values.node(f"v_{name}")["data_version"])

    def test_json_is_read_back_too(self):
        inputs = {f"i_{name}": self.values.value(f"v_{name}") for name in VALUES}
        # JSON cannot say which alternative it is, nor tell none inside from none outside.
        told_apart = [name for name in VALUES if name not in ("second_int", "inner_none")]
        self.write("inputs.json", json.dumps(inputs))
        echoes = self.execute(*[f"e_{name}" for name in VALUES], "-i", "@inputs.json")
        for name in told_apart:
            with self.subTest(name=name):
                self.assertEqual(echoes.node(f"e_{name}")["data_version"], self.values.node(f"v_{name}")["data_version"])


if __name__ == "__main__":
    unittest.main()
