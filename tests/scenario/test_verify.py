"""hamcell cache verify --rerun: which stored results are not reproducible."""

import re
import unittest

from harness import DONE, NODE_FAILED, USAGE, Scenario, needs_own_heap

CELL_TEXT = """\
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>
struct Day { std::string date; double rain_mm; };
long long now() { return std::chrono::system_clock::now().time_since_epoch().count(); }
unsigned dice() { std::random_device device; return device(); }
std::uint64_t address() { auto p = std::make_unique<int>(3); return reinterpret_cast<std::uintptr_t>(p.get()); }
int heap() { int* p = static_cast<int*>(std::malloc(64)); int x = p[5]; std::free(p); return x; }
int local() { int a[8]; int* volatile q = a; return q[3]; }
std::vector<Day> days() { std::random_device d; return {{"a", 1}, {"b", 1.5 + (d() >> 1)}}; }
int plain(int start = 3) { return start; }
std::function<int()> made(int plain) { return [plain] { return plain; }; }
int used(const std::function<int()>& made) { return made() + 1; }
std::vector<int> large(int plain) { return std::vector<int>(5000, plain); }
std::unordered_map<std::string, int> table(const std::vector<int>& large) { return {{"a", large[0]}, {"b", 2}}; }
[[ham::cache(behavior = "recompute")]] int again() { return 1; }
"""


class Verify(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def verify(self, *nodes, status, cwd=None):
        """What is said of each node: outcome and detail."""
        result = self.run_hamcell("cache", "verify", "--rerun", "--json", "--cache-dir", self.cache, *nodes, cwd=cwd)
        self.assert_status(result, status)
        return {found["node"]: (found["outcome"], found["detail"]) for found in result.json()}

    @needs_own_heap
    def test_each_kind_of_irreproducible_result_is_named_and_no_other(self):
        self.execute()
        found = self.verify(status=NODE_FAILED)
        differing = {name for name, (outcome, _) in found.items() if outcome == "differs"}
        self.assertEqual(differing, {"now", "dice", "address", "heap", "local", "days"})
        same = {name for name, (outcome, _) in found.items() if outcome == "same"}
        self.assertEqual(same, {"plain", "used", "large", "table"})
        self.assertEqual(found["made"], ("not run", "its value is not stored"))
        self.assertEqual(found["again"], ("not run", "behavior recompute"))

    def test_the_place_and_both_values_of_the_first_difference_are_shown(self):
        self.execute()
        found = self.verify("days", status=NODE_FAILED)
        self.assertRegex(found["days"][1], r"^days\[1\]\.rain_mm: [\d.e+]+ → [\d.e+]+$")

    def test_named_nodes_only(self):
        self.execute()
        self.assertEqual(self.verify("plain", "used", status=DONE), {"plain": ("same", ""), "used": ("same", "")})

    def test_the_cache_is_only_read(self):
        self.execute()
        before = {path: path.read_bytes() for path in self.cache.rglob("*") if path.is_file()}
        self.verify(status=NODE_FAILED)
        self.assertEqual({path: path.read_bytes() for path in self.cache.rglob("*") if path.is_file()}, before)

    def test_inputs_and_overrides_are_those_of_the_last_run(self):
        self.execute("-i", "start=8", "-o", "large=[7]")
        found = self.verify("plain", "table", "large", status=DONE)
        self.assertEqual(found["table"][0], "same")
        self.assertEqual(found["large"], ("not run", "it was overridden in the last run"))

    def test_it_works_from_another_folder(self):
        self.execute()
        self.path("sub").mkdir()
        self.assertEqual(self.verify("plain", status=DONE, cwd=self.path("sub"))["plain"][0], "same")

    def test_what_has_no_entry_any_more_is_not_run(self):
        self.execute()
        self.edit("cell.cpp", "made() + 1", "made() + 2")
        self.assertEqual(self.verify("used", status=DONE)["used"],
                         ("not run", "code changed: node used (cell.cpp:19)"))

    def test_the_table_is_for_people(self):
        self.execute()
        result = self.run_hamcell("cache", "verify", "--rerun", "dice", "plain")
        self.assert_status(result, NODE_FAILED)
        self.assertTrue(re.search(r"^dice +differs: dice: \d+ → \d+$", result.out, re.M), str(result))
        self.assertTrue(re.search(r"^plain +same$", result.out, re.M), str(result))

    def test_an_unknown_node_gets_a_suggestion(self):
        self.execute()
        result = self.run_hamcell("cache", "verify", "--rerun", "plian")
        self.assert_status(result, USAGE)
        self.assert_says(result, "did you mean 'plain'")

    def test_without_a_run_there_is_nothing_to_repeat(self):
        result = self.run_hamcell("cache", "verify", "--rerun")
        self.assert_status(result, USAGE)
        self.assert_says(result, "no run yet")

    def test_nodes_are_named_with_rerun(self):
        result = self.run_hamcell("cache", "verify", "plain")
        self.assert_status(result, USAGE)
        self.assert_says(result, "--rerun")

    def test_a_cell_from_standard_input_cannot_be_repeated(self):
        self.run_hamcell("-", "-x", *self.build_flags, stdin="int value() { return 1; }\n")
        result = self.run_hamcell("cache", "verify", "--rerun")
        self.assert_status(result, USAGE)
        self.assert_says(result, "standard input")


if __name__ == "__main__":
    unittest.main()
