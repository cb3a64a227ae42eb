"""`--save-results`: the values of all targets in one file that says what they are, as another program reads it."""

import json
import unittest

import cbor2

from harness import DONE, NODE_FAILED, STORAGE, USAGE, Scenario

CELL = """#include <chrono>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>
enum class Sky : std::uint8_t { clear, wet = 200 };
struct Day { std::string date; double rain; Sky sky; };
std::vector<Day> days() { return {{"2012-01-01", 0.5, Sky::wet}, {"2012-01-02", 0, Sky::clear}}; }
double rain(const std::vector<Day>& days) { return days[0].rain; }
std::chrono::milliseconds length() { return std::chrono::milliseconds(5); }
const int* unstored() { static const int one = 1; return &one; }
int late(double rain, int wrong = 0) { if (wrong) throw std::runtime_error("wrong"); return rain > 0; }
"""


class SaveResults(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL)

    def saved(self, *args, status=DONE):
        """The values of the file by name, each as (description of its type, all descriptions, value)."""
        result = self.execute("--save-results", "all.cbor", *args, status=status)
        document = cbor2.loads(self.path("all.cbor").read_bytes())
        self.assertEqual(document["format"], "hamcell results 1", str(result))
        return {name: (entry["types"][entry["type"]], entry["types"], cbor2.loads(entry["value"].value))
                for name, entry in document["values"].items()}

    def test_every_target_that_can_be_stored_is_in_it(self):
        self.assertEqual(set(self.saved()), {"days", "rain", "length", "late"})
        self.assertEqual(set(self.saved("rain")), {"rain"})

    def test_a_table_and_its_enum_are_told(self):
        kind, types, value = self.saved()["days"]
        self.assertEqual((kind["kind"], kind["name"]), ("sequence", "std::vector<Day>"))
        row = types[kind["arguments"][0]]
        self.assertEqual([name for name, _ in row["members"]], ["date", "rain", "sky"])
        sky = types[dict(row["members"])["sky"]]
        self.assertEqual((sky["kind"], sky["enumerators"]), ("enumeration", [["clear", 0], ["wet", 200]]))
        self.assertEqual(value["date"], ["2012-01-01", "2012-01-02"])

    def test_a_duration_has_its_unit(self):
        kind, _, value = self.saved()["length"]
        self.assertEqual((kind["kind"], kind["tick"], value), ("duration", [1, 1000], 5))

    def test_it_has_the_same_values_from_the_cache(self):
        first = self.saved()
        result = self.execute("--save-results", "again.cbor")
        self.assertEqual(result.node("days")["status"], "cached")
        self.assertEqual(self.path("again.cbor").read_bytes(), self.path("all.cbor").read_bytes())
        self.assertTrue(first)

    def test_a_preview_is_what_the_table_shows(self):
        self.saved()
        document = cbor2.loads(self.path("all.cbor").read_bytes())
        self.assertIn(document["values"]["days"]["preview"], self.run_hamcell("cell.cpp", "-x", *self.build_flags).out)

    def test_a_failed_run_saves_what_there_is(self):
        self.assertEqual(set(self.saved("-i", "wrong=1", status=NODE_FAILED)), {"days", "rain", "length"})

    def test_a_dry_run_writes_nothing(self):
        self.assert_status(self.run_hamcell("cell.cpp", "-n", "--save-results", "all.cbor", *self.build_flags), DONE)
        self.assertFalse(self.path("all.cbor").exists())

    def test_it_is_for_runs_and_for_files(self):
        for args, text in ((("-d", "--save-results", "a.cbor"), "nothing is run"),
                           (("-x", "--save-results", "-"), "standard output"),
                           (("-x", "--save-results", "cell.cpp"), "would overwrite the cell")):
            result = self.run_hamcell("cell.cpp", *args)
            self.assert_status(result, USAGE)
            self.assert_says(result, text)

    def test_results_are_there_when_it_cannot_be_written(self):
        result = self.run_hamcell("cell.cpp", "-x", "--save-results", "no/such/a.cbor", *self.build_flags)
        self.assert_status(result, STORAGE)
        self.assertIn("rain", result.out)

    def test_a_depfile_says_what_it_depends_on(self):
        self.execute("--save-results", "all.cbor", "--depfile", "all.d")
        self.assertTrue(self.path("all.d").read_text().startswith("all.cbor:"))


class NamedStandardInput(Scenario):
    """Several cells of one folder, all from standard input, as a notebook has them."""

    def run_named(self, name, text, *args, status=DONE):
        result = self.run_hamcell("-", "-x", "-m", name, *args, *self.build_flags, stdin=text)
        self.assert_status(result, status)
        return result

    def test_messages_have_the_name(self):
        self.assert_says(self.run_named("weather", "int a() { return 1; }\nint b() { return wrong; }\n", status=4),
                         "<weather>:2:")

    def test_a_hostile_name_stays_a_name(self):
        name = 'x>"\n#error no\n\x1b[31m\\'
        self.run_named(name, "#include <string>\nstd::string a() { return __FILE__; }\n", "--show-results")
        result = self.run_named(name, "int a() { return wrong; }\n", status=4)
        self.assertNotIn("\x1b", result.err)
        self.assert_says(result, ":1:")

    def test_reasons_compare_with_the_cell_of_the_same_name(self):
        first, second = "int a() { return 1; }\n", "int a() { return 2; }\n"
        self.run_named("one", first)
        result = json.loads(self.run_named("two", second, "--json").raw_out)
        self.assertEqual(result["nodes"][0]["reason"], "first run")
        self.assertEqual(result["cell"], "<two>")
        result = json.loads(self.run_named("one", "int a() { return 3; }\n", "--json").raw_out)
        self.assertIn("code changed", result["nodes"][0]["reason"])


if __name__ == "__main__":
    unittest.main()
