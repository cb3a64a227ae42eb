"""Why a node ran: one reason in words, told from the last run in which the node took part."""

import os
import shutil
import sqlite3
import subprocess
import unittest

from harness import COMPILERS, NODE_FAILED, Scenario

CELL_TEXT = """\
#define LIMIT 7
static int sq(int x) { return x * x; }
static int half(int x) { return x / 2; }
int first(int start) { return sq(start) + LIMIT; }
int second(int first, int step = 4) { return half(first) + step; }
int third(int second) { return second + 100; }
int apart() { return 5; }
"""


class Reasons(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CELL_TEXT)

    def run_cell(self, *args, **how):
        return self.execute("-i", "start=2", *args, **how)

    def reasons(self, *args, **how):
        """The reason of every node that ran or failed."""
        nodes = self.run_cell(*args, **how).json()["nodes"]
        return {node["name"]: node["reason"] for node in nodes if node["status"] in ("executed", "failed")}

    def details(self, node, *args):
        return self.run_cell("--explain", *args).node(node)["reasons"]

    def test_a_node_that_never_ran_says_so(self):
        self.assertEqual(set(self.reasons().values()), {"first run"})

    def test_a_node_from_the_cache_has_no_reason(self):
        self.run_cell()
        self.assertEqual({node["reason"] for node in self.run_cell().json()["nodes"]}, {""})

    def test_a_changed_helper_is_named_with_its_place(self):
        self.run_cell()
        self.edit("cell.cpp", "x * x", "x * x + 1")
        self.assertEqual(self.reasons()["first"], "code changed: helper sq (cell.cpp:2)")

    def test_a_changed_body_is_named_with_its_place(self):
        self.run_cell()
        self.edit("cell.cpp", "second + 100", "second + 200")
        self.assertEqual(self.reasons(), {"third": "code changed: node third (cell.cpp:6)"})

    def test_several_changes_are_counted_and_all_of_them_explained(self):
        self.run_cell()
        self.edit("cell.cpp", "x * x", "x * x + 1")
        self.edit("cell.cpp", "LIMIT 7", "LIMIT 8")
        node = self.run_cell("--explain").node("first")
        self.assertEqual(len(node["reasons"]), 2)
        self.assertTrue(node["reason"].startswith("code changed: "), node["reason"])
        self.assertIn("LIMIT (cell.cpp:1)", node["reason"])
        self.assertTrue(node["reason"].endswith(" and 1 more"), node["reason"])
        self.assertIn("code changed: helper sq (cell.cpp:2)", node["reasons"])

    def test_a_helper_that_was_removed_is_gone(self):
        self.run_cell()
        self.edit("cell.cpp", "static int half(int x) { return x / 2; }\n", "\n")
        self.edit("cell.cpp", "half(first)", "first")
        self.assertIn("code changed: helper half is gone", self.details("second"))

    def test_a_changed_input_shows_both_values(self):
        self.run_cell()
        self.assertEqual(self.reasons("-i", "start=3")["first"], "input start changed: 2 → 3")

    def test_a_given_input_is_compared_with_the_default_that_was_used(self):
        self.run_cell()
        self.assertEqual(self.reasons("-i", "step=9"), {"second": "input step changed: 4 → 9",
                                                        "third": "second changed"})

    def test_a_changed_argument_is_named(self):
        self.run_cell()
        self.edit("cell.cpp", "LIMIT 7", "LIMIT 70")
        self.assertEqual(self.reasons()["second"], "first changed")

    def test_the_last_run_in_which_the_node_took_part_counts(self):
        self.run_cell()
        self.edit("cell.cpp", "second + 100", "second + 200")
        self.run_cell("first")
        self.run_cell("apart")
        self.assertEqual(self.reasons()["third"], "code changed: node third (cell.cpp:6)")

    def test_other_flags_are_the_reason(self):
        self.run_cell()
        self.assertEqual(set(self.reasons("--cxxflags=-O1").values()), {"flags changed"})

    def test_another_compiler_is_the_reason(self):
        self.run_cell("--cxx", COMPILERS[-1])
        wrapper = self.write("my-compiler", f'#!/bin/sh\nexec {COMPILERS[-1]} "$@"\n')
        wrapper.chmod(0o755)
        self.assertEqual(set(self.reasons("--cxx", wrapper).values()), {"compiler changed"})

    def test_a_variable_that_the_compiler_reads_is_the_reason(self):
        self.run_cell()
        self.assertEqual(set(self.reasons(env={"CPATH": self.folder}).values()), {"environment CPATH changed"})

    def test_a_library_that_was_rebuilt_is_the_reason(self):
        self.write("physics.c", "int physics(void) { return 1; }\n")
        build = "cc -c -fPIC physics.c -o physics.o && rm -f libphysics.a && ar crs libphysics.a physics.o"
        subprocess.run(build, shell=True, cwd=self.folder, check=True)
        self.write("cell.cpp", '//hamcell:ldflags -L. -lphysics\nextern "C" int physics();\n'
                               "int first(int start) { return start + physics(); }\n")
        self.run_cell()
        self.edit("physics.c", "return 1", "return 2")
        subprocess.run(build, shell=True, cwd=self.folder, check=True)
        self.assertEqual(self.reasons(), {"first": "library libphysics.a changed"})

    def test_a_source_that_is_linked_in_is_the_reason(self):
        self.write("physics.cpp", "int physics() { return 1; }\n")
        self.write("cell.cpp", "//hamcell:source physics.cpp\nint physics();\n"
                               "int first(int start) { return start + physics(); }\n")
        self.run_cell()
        self.edit("physics.cpp", "return 1", "return 2")
        self.assertEqual(self.reasons(), {"first": "source physics.cpp changed"})

    def test_a_behavior_is_the_reason(self):
        self.run_cell()
        self.assertEqual(self.reasons("--recompute=apart"), {"apart": "behavior recompute"})
        self.assertEqual(self.reasons("--disable=apart"), {"apart": "behavior disable"})

    def test_an_argument_that_no_longer_counts_is_the_reason(self):
        self.run_cell()
        self.assertEqual(self.reasons("--ignore=second"), {"third": "behavior of second changed",
                                                           "second": "behavior ignore, and its value is needed"})

    def test_a_node_that_failed_says_so_the_next_time(self):
        self.write("cell.cpp", "#include <stdexcept>\nint first(int start) { throw std::runtime_error(\"no\"); }\n")
        self.run_cell(status=NODE_FAILED)
        result = self.run_hamcell("cell.cpp", "-x", "-v", "-i", "start=2", "--explain", *self.build_flags)
        self.assertIn("first  it failed in the last run", result.out)

    def test_an_entry_that_was_removed_is_no_change(self):
        self.run_cell()
        with sqlite3.connect(self.cache / "metadata.db") as database:
            database.execute("DELETE FROM entries WHERE node='apart'")
        database.close()
        self.assertEqual(self.reasons(), {"apart": "not in the cache"})

    def test_without_a_cache_there_is_nothing_to_compare(self):
        self.assertEqual(set(self.reasons("--no-cache").values()), {"the cache is off"})

    def test_the_history_and_the_picture_have_the_reason(self):
        self.run_cell()
        self.edit("cell.cpp", "second + 100", "second + 200")
        self.run_cell("--display-cache=now.svg")
        self.run_hamcell("cache", "view", "--display=then.svg")
        for picture in ("now.svg", "then.svg"):
            text = "".join(self.svg(picture).itertext()) + self.path(picture).read_text()
            self.assertIn("code changed: node third (cell.cpp:6)", text)

    def test_explain_prints_every_reason_of_every_node_that_ran(self):
        self.run_cell()
        self.edit("cell.cpp", "second + 100", "second + 200")
        out = self.run_hamcell("cell.cpp", "-x", "--explain", "-i", "start=2", *self.build_flags).out
        self.assertIn("\nthird  code changed: node third (cell.cpp:6)\n", out)
        self.assertNotIn("first run", out)

    def test_a_run_without_a_miss_reads_and_writes_no_code(self):
        self.run_cell()
        with sqlite3.connect(self.cache / "metadata.db") as database:
            before = database.execute("SELECT count(*) FROM code").fetchone()[0]
            database.execute("DELETE FROM code")
        database.close()
        self.assert_all_cached(self.run_cell())
        with sqlite3.connect(self.cache / "metadata.db") as database:
            after = database.execute("SELECT count(*) FROM code").fetchone()[0]
        database.close()
        self.assertGreater(before, 0)
        self.assertEqual(after, 0)


class FilesAndEnvironment(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", """\
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>
std::string text(const std::string& path) { std::string s; std::ifstream(path) >> s; return s; }
std::string zone() { const char* z = std::getenv("ZONE"); return z ? z : ""; }
std::string report() { std::ofstream("report.html") << "done"; return "report.html"; }
std::vector<int> many() { return std::vector<int>(100000, 3); }
long sum(const std::vector<int>& many) { long s = 0; for (int x : many) s += x; return s; }
""")
        self.write("data.csv", "one")
        self.run_all()

    def run_all(self, *args, **how):
        return self.execute("-i", "path=data.csv", *args, **how)

    def test_a_changed_file_is_named(self):
        self.write("data.csv", "two")
        self.assertEqual(self.run_all().node("text")["reason"], "file data.csv changed")

    def test_a_lost_output_is_named(self):
        os.unlink(self.path("report.html"))
        self.assertEqual(self.run_all().node("report")["reason"], "output report.html is gone")

    def test_a_changed_variable_is_named(self):
        result = self.run_all(env={"ZONE": "UTC"})
        self.assertEqual(result.node("zone")["reason"], "environment ZONE changed")

    def test_a_missing_result_is_the_reason(self):
        shutil.rmtree(self.cache / "results")
        self.assertEqual(self.run_all("--show-results").node("many")["reason"], "result missing")

    def test_a_damaged_result_is_the_reason(self):
        for path in (self.cache / "results").rglob("*"):
            if path.is_file():
                path.chmod(0o600)
                path.write_bytes(path.read_bytes()[:-1] + b"?")
        self.edit("cell.cpp", "s += x", "s += 2 * x")
        self.assertEqual(self.run_all().node("many")["reason"], "result damaged")


if __name__ == "__main__":
    unittest.main()
