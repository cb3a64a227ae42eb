"""Values between Python and C++ by %%hamcell: every type, exactly, with numpy and pandas and without."""

import dataclasses
import datetime
import decimal
import json
import math
import unittest

import numpy
import pandas

from notebook_shell import NotebookScenario
from test_values_python import CELL_HEAD, VALUES

# Where a value of Python's is another one than CBOR's; see VALUES.
PYTHON = {
    "sky": "wet", "octets": b"\xff\xfe", "skies": ["wet", "clear"], "set": {"a", "b"}, "numbers": {1, 3},
    "by_sky": {"wet": 1}, "by_pair": {(1, 2): True}, "many": [("x", 1), ("x", 2)], "many_hashed": [("x", 1), ("x", 2)],
    "inner_none": None, "either": "a", "second_int": 1, "pair": (1, "a"), "tuple": (1, 0.5, True), "complex": 1 - 1j,
    "signal": [1 + 2j, 3 + 4j], "date": datetime.date(2026, 11, 28), "by_date": {datetime.date(2026, 5, 1): 7},
    "extended": decimal.Decimal(2**64 - 1),
}
# Python has no second int, so it cannot say which alternative it gives, nor where nothing is missing; and pandas has
# NaN for a number that is missing among others.
NOT_GIVEN_BACK = ("second_int", "inner_none", "table")


def named(day):
    """A day of VALUES with its enum as Python has it."""
    return {**day, "sky": "wet" if day["sky"] else "clear"}


def plain(value):
    """Arrays and tables as lists."""
    if isinstance(value, pandas.DataFrame):
        return [{name: None if item is None or item is pandas.NA else plain(item) for name, item in row.items()}
                for row in value.to_dict("records")]
    if isinstance(value, numpy.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


class EveryType(NotebookScenario):
    def setUp(self):
        super().setUp()
        text = CELL_HEAD.replace("Day day(int id)", "static Day day(int id)")
        for name, (cpp, expression, *_) in VALUES.items():
            text += f"{cpp} v_{name}() {{ return {expression}; }}\n"
            text += f"{cpp} e_{name}({cpp} i_{name}) {{ return i_{name}; }}\n"
        self.cpp = text
        self.made = " ".join(f"v_{name}" for name in VALUES)

    def expected(self, name):
        value = VALUES[name][2]
        if name in ("table", "by_day", "day"):
            return ([named(day) for day in value] if name == "table" else
                    named(value) if name == "day" else {"a": named(value["a"])})
        return PYTHON.get(name, value)

    def assert_values(self, read):
        for name, (cpp, *_) in VALUES.items():
            with self.subTest(name=name, type=cpp):
                value = plain(read(name))
                if name == "table":  # of a float column pandas keeps a missing number as NaN
                    value = [{**row, "wind": None if row["wind"] != row["wind"] else row["wind"]} for row in value]
                if name == "nan":
                    self.assertTrue(math.isnan(value))
                    continue
                self.assertEqual(value, self.expected(name))
                self.assertIs(type(value), type(self.expected(name)))

    def test_values_are_pythons_and_come_back_as_the_same(self):
        self.run_cpp(f"w {self.made} -xq", self.cpp)
        w = self.variable("w")
        self.assert_values(lambda name: w[f"v_{name}"])
        self.assertEqual(w.v_huge, 2**64 - 1)
        self.assertIsInstance(w.v_doubles, numpy.ndarray)
        self.assertEqual(w.v_signal.dtype, numpy.complex64)
        self.assertEqual(w.v_matrix[1].tolist(), [3, 4])
        self.assertIsInstance(w.v_table, pandas.DataFrame)
        self.assertIs(w.v_table, w["v_table"])
        w.v_doubles[0] = 7  # an array can be written to

        given = [name for name in VALUES if name not in NOT_GIVEN_BACK]
        echoes = " ".join(f"e_{name}" for name in given)
        self.run_well("given = {f'i_{name[2:]}': value for name, value in w.items()}")
        self.variable("given")["i_doubles"][0] = 1
        versions = {name: data["data_version"] for name, data in self.documents(f"-xq --json {self.made}").items()}
        again = {name: data["data_version"] for name, data in self.documents(f"-xq --json {echoes} -i given").items()}
        for name in given:
            with self.subTest(name=name):
                self.assertEqual(again[f"e_{name}"], versions[f"v_{name}"])

        with self.without("numpy", "pandas"):
            self.run_cpp(f"w {self.made} -xq", self.cpp)
            w = self.variable("w")
            self.assert_values(lambda name: w[f"v_{name}"])
            self.assertIs(type(w.v_doubles), list)
            self.assertEqual(w.v_table[0]["wind"], None)

    def documents(self, words):
        """The nodes of --json by name."""
        return {node["name"]: node for node in json.loads(self.run_cpp(f"w {words}", self.cpp).out)["nodes"]}


class Tables(NotebookScenario):
    CPP = """#include <cstdint>
#include <optional>
#include <string>
#include <vector>
enum class Sky { clear, wet };
struct Place { double x; std::string name; };
struct Day { std::string date; std::int64_t id; std::optional<std::int64_t> gauge; Sky sky; Place place; bool dry; };
std::vector<Day> days() {
  return {{"2012-01-01", INT64_MAX, std::nullopt, Sky::wet, {0.5, "a"}, true},
          {"2012-01-02", 1, INT64_MAX, Sky::clear, {1, "b"}, false}};
}
std::vector<double> numbers() { return {0.0 / 0.0, 1.0 / 0.0, -0.0}; }
std::vector<Day> none() { return {}; }
long double extended() { return 18446744073709551615.0L; }
int* unstored() { static int one = 1; return &one; }
"""

    def test_a_data_frame_keeps_64_bits_also_where_some_are_missing(self):
        self.run_cpp("w -x", self.CPP)
        days = self.variable("w").days
        self.assertEqual(list(days.columns), ["date", "id", "gauge", "sky", "place", "dry"])
        self.assertEqual((days.id[0], days.gauge[1], days.sky[0]), (2**63 - 1, 2**63 - 1, "wet"))
        self.assertEqual(days.place[0], {"x": 0.5, "name": "a"})
        self.assertIs(days.gauge[0], pandas.NA)
        self.assertEqual([str(days[name].dtype) for name in ("id", "gauge", "dry")], ["int64", "Int64", "bool"])
        self.assertEqual(list(self.variable("w").none.columns), list(days.columns))
        self.assertEqual(self.variable("w").none.to_dict("records"), [])

    def test_a_list_of_dicts_without_pandas(self):
        with self.without("pandas"):
            self.run_cpp("w -x", self.CPP)
            self.assertEqual(self.variable("w").days[1], {
                "date": "2012-01-02", "id": 1, "gauge": 2**63 - 1, "sky": "clear", "place": {"x": 1.0, "name": "b"},
                "dry": False})

    def test_numbers_that_are_none_and_numbers_of_80_bits_are_exact(self):
        self.run_cpp("w -x", self.CPP)
        nan, infinity, zero = self.variable("w").numbers
        self.assertTrue(math.isnan(nan) and infinity == math.inf and math.copysign(1, zero) == -1)
        self.assertEqual(self.variable("w").extended, decimal.Decimal(2**64 - 1))

    def test_what_is_absent_says_why(self):
        self.run_cpp("w days unstored -x", self.CPP)
        w = self.variable("w")
        for name, why in (("unstored", "cannot be stored"), ("dayz", "did you mean 'days'"), ("numbers", "not needed")):
            with self.assertRaisesRegex(KeyError, why):
                w[name]
            with self.assertRaisesRegex(AttributeError, why):
                getattr(w, name)
        self.assertIn("days", dir(w))

    def test_names_of_the_object_are_reached_as_items(self):
        self.run_cpp("w -x", "int run() { return 1; }\nint items() { return 2; }\nint other() { return 3; }\n")
        w = self.variable("w")
        self.assertEqual((w["run"], w["items"], w.other, w.run.nodes["run"].status), (1, 2, 3, "executed"))

    def test_large_arrays_are_quick(self):
        self.run_cpp("w -xq",
                     "#include <vector>\nstd::vector<double> a() { return std::vector<double>(4'000'000, 0.5); }\n")
        self.assertEqual(self.variable("w").a.sum(), 2e6)


class Given(unittest.TestCase):
    """What the magic writes for Python's values, without a shell or a cell."""

    def setUp(self):
        import sys

        from notebook_shell import PYTHON_MODULES

        if str(PYTHON_MODULES) not in sys.path:
            sys.path.insert(0, str(PYTHON_MODULES))

    def round_trip(self, value):
        import cbor2
        from hamcell_notebook.encode import encode

        return cbor2.loads(encode(value))

    def test_numpy_and_pandas_scalars_are_numbers(self):
        for value, expected in ((numpy.int64(-3), -3), (numpy.float32(0.5), 0.5), (numpy.bool_(True), True),
                                (numpy.str_("a"), "a"), (numpy.longdouble(0.5), 0.5), (pandas.NA, None),
                                (pandas.NaT, None), (pandas.Timestamp("2026-11-28"), "2026-11-28"),
                                (datetime.date(2026, 1, 2), "2026-01-02")):
            with self.subTest(value=repr(value)):
                self.assertEqual(self.round_trip(value), expected)

    def test_structs_of_python_are_structs(self):
        @dataclasses.dataclass
        class Day:
            date: str
            rain: float

        self.assertEqual(self.round_trip([Day("x", 0.5)]), [{"date": "x", "rain": 0.5}])

    def test_columns_of_pandas_keep_what_is_missing(self):
        frame = pandas.DataFrame({"a": ["x", None], "b": pandas.array([1, None], dtype="Int64"), "c": [True, False],
                                  "d": pandas.to_datetime(["2026-11-28", "2026-11-29"])})
        self.assertEqual(self.round_trip(frame), {"a": ["x", None], "b": [1, None], "c": [True, False],
                                                  "d": ["2026-11-28", "2026-11-29"]})

    def test_what_no_type_takes_is_refused(self):
        from hamcell_notebook.encode import CannotEncode

        endless = []
        endless.append(endless)
        for value in (object(), 2**70, {"a": [object()]}, endless, datetime.datetime(2026, 1, 1, 12), lambda: 1):
            with self.subTest(value=type(value)), self.assertRaises(CannotEncode):
                self.round_trip(value)


if __name__ == "__main__":
    unittest.main()
