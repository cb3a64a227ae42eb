"""Values in files: --save, --if-changed, --depfile, and `cache show`."""

import csv
import io
import json
import os
import shutil
import subprocess
import time
import unittest

from harness import CELL, NODE_FAILED, STORAGE, USAGE, Scenario, program

TABLE = """\
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "scale.h"
enum class Sky { clear, wet };
struct Day { std::string date; double rain = 0; std::optional<double> wind; Sky sky = Sky::clear; };
std::vector<Day> days(std::string path) {
  std::ifstream in(path);
  std::vector<Day> all;
  Day day;
  while (in >> day.date >> day.rain) {
    day.wind = day.rain > 1 ? std::optional<double>(day.rain * SCALE) : std::nullopt;
    day.sky = day.rain > 1 ? Sky::wet : Sky::clear;
    all.push_back(day);
  }
  return all;
}
double total(const std::vector<Day>& days) { double sum = 0; for (const Day& day : days) sum += day.rain; return sum; }
"""


class Rain(Scenario):
    def setUp(self):
        super().setUp()
        self.write("scale.h", "#define SCALE 2\n")
        self.write("cell.cpp", TABLE)
        self.write("rain.txt", "monday 0.5\ntues,day 3\n")

    def save(self, *saves, **how):
        return self.execute("-i", "path=rain.txt", *[f"--save={save}" for save in saves], **how)

    def text(self, name):
        return self.path(name).read_bytes().decode()


class Saves(Rain):
    def test_the_ending_says_the_format(self):
        self.save("days=days.json", "days=days.csv", "total=total.json")
        rows = json.loads(self.text("days.json"))
        self.assertEqual(rows, [{"date": "monday", "rain": 0.5, "wind": None, "sky": "clear"},
                                {"date": "tues,day", "rain": 3, "wind": 6, "sky": "wet"}])
        self.assertEqual(self.text("days.csv"), 'date,rain,wind,sky\r\nmonday,0.5,,clear\r\n"tues,day",3,6,wet\r\n')
        self.assertEqual(self.text("total.json"), "3.5\n")

    def test_a_saved_value_is_an_input_again(self):
        self.save("days=days.json", "days=days.csv", "days=days.cbor")
        for ending in ("json", "csv", "cbor"):
            with self.subTest(ending=ending):
                result = self.execute("total", "-o", f"days=@days.{ending}", "--show-results")
                self.assertEqual(result.value("total"), 3.5)
                # It has the very bytes that the node gave, so what needs it is a hit.
                self.assert_cached(result, {"total"})

    def test_a_value_from_the_cache_is_saved_too(self):
        self.save("days=days.csv")
        before = self.text("days.csv")
        self.path("days.csv").unlink()
        self.assert_all_cached(self.save("days=days.csv"))
        self.assertEqual(self.text("days.csv"), before)

    def test_a_large_value_is_saved_with_the_cache_and_without_it(self):
        self.write("cell.cpp", "#include <vector>\nstd::vector<int> many() { return std::vector<int>(100000, 7); }\n")
        for options in ((), (), ("--no-cache",), ("--opt-in",)):
            with self.subTest(options=options):
                self.execute("--save=many=many.csv", *options)
                self.assertEqual(self.text("many.csv").splitlines(), ["value"] + ["7"] * 100000)
                self.path("many.csv").unlink()

    def test_a_value_that_the_store_lost_is_made_again(self):
        self.write("cell.cpp", "#include <vector>\nstd::vector<int> many() { return std::vector<int>(100000, 7); }\n")
        self.execute()
        shutil.rmtree(self.path(".hamcell_cache/results"))
        result = self.execute("--save=many=many.json")
        self.assertEqual(result.node("many")["reason"], "result missing")
        self.assertEqual(json.loads(self.text("many.json")), [7] * 100000)

    def test_the_file_is_written_each_time_for_make(self):
        self.save("total=total.json")
        os.utime(self.path("total.json"), (1, 1))
        self.save("total=total.json")
        self.assertGreater(self.path("total.json").stat().st_mtime, 1)

    def test_a_file_of_the_same_content_is_left_alone_where_that_is_asked_for(self):
        self.save("total=total.json")
        os.utime(self.path("total.json"), (1, 1))
        self.execute("-i", "path=rain.txt", "--save=total=total.json", "--if-changed")
        self.assertEqual(self.path("total.json").stat().st_mtime, 1)
        self.write("rain.txt", "monday 1\n")
        self.execute("-i", "path=rain.txt", "--save=total=total.json", "--if-changed")
        self.assertEqual(self.text("total.json"), "1\n")

    def test_a_saved_node_is_a_target_where_there_are_targets(self):
        self.write("cell.cpp", "int a() { return 1; }\nint b() { return 2; }\nint c() { return 3; }\n")
        result = self.execute("a", "--save=b=b.json")
        self.assert_ran(result, {"a", "b"})
        self.assertEqual(self.text("b.json"), "2\n")

    def test_an_override_can_be_saved(self):
        self.execute("-o", 'days=[{"date": "x", "rain": 1, "sky": "wet"}]', "--save=days=days.csv")
        self.assertEqual(self.text("days.csv"), "date,rain,wind,sky\r\nx,1,,wet\r\n")

    def test_of_a_failed_run_nothing_is_saved(self):
        self.write("cell.cpp", "#include <stdexcept>\nint a() { return 1; }\n"
                               'int b(int a) { throw std::runtime_error("no"); }\n')
        self.execute("--save=a=a.json", "--depfile=a.d", status=NODE_FAILED)
        self.assertFalse(self.path("a.json").exists())
        self.assertFalse(self.path("a.d").exists())

    def test_a_dry_run_saves_nothing(self):
        self.run_hamcell("cell.cpp", "-n", "-i", "path=rain.txt", "--save=total=total.json", "--depfile=x.d")
        self.assertFalse(self.path("total.json").exists())
        self.assertFalse(self.path("x.d").exists())

    def refused(self, status, *args, says):
        result = self.run_hamcell("cell.cpp", *args)
        self.assert_status(result, status)
        self.assert_says(result, *says)
        self.assertFalse(self.path(".hamcell_cache").exists(), "nothing has run")

    def test_what_cannot_be_saved_is_said_before_anything_runs(self):
        run = ("-x", "-i", "path=rain.txt")
        self.refused(USAGE, "--save=total=total.json", says=["nothing is run", "add -x"])
        self.refused(USAGE, *run, "--save=total", says=["NODE=FILE"])
        self.refused(USAGE, *run, "--save=total=total.txt", says=["total.txt", ".json, .csv or .cbor"])
        self.refused(USAGE, *run, "--save=total=x.json", "--save=days=x.json", says=["overwrite", "x.json"])
        self.refused(CELL, *run, "--save=totl=total.json", says=["'totl'", "did you mean 'total'?"])
        self.refused(CELL, *run, "--save=total=total.csv", says=["cell.cpp:", "'double' has no rows", ".json"])
        self.write("cell.cpp", "#include <memory>\nstd::unique_ptr<int> p() { return nullptr; }\n")
        self.refused(CELL, "-x", "--save=p=p.json", says=["cell.cpp:2", "cannot be saved"])

    def test_rows_of_different_lengths_are_no_csv(self):
        self.write("cell.cpp", "#include <vector>\nstd::vector<std::vector<int>> m() { return {{1, 2}, {3}}; }\n")
        result = self.execute("--save=m=m.csv", status=CELL)
        self.assert_says(result, "m.csv", "m[1]", "1 elements")

    def test_a_file_that_cannot_be_written_leaves_the_results_shown(self):
        result = self.execute("-i", "path=rain.txt", "--save=total=no-folder/total.json", status=STORAGE)
        self.assert_says(result, "no-folder/total.json", "create its folder")
        self.assertEqual(result.node("total")["status"], "executed")


class Depfiles(Rain):
    COMMAND = "cell.cpp -x -q -i path=rain.txt --save=total=out/total.json --depfile=out/total.d"

    def setUp(self):
        super().setUp()
        self.path("out").mkdir()

    def depfile(self, *args):
        self.execute("-i", "path=rain.txt", *args, "--depfile=out/x.d")
        rule = self.text("out/x.d").split("\n\n")[0].replace("\\\n", " ")
        targets, files = rule.split(":", 1)
        return targets.split(), files.split()

    def test_the_cell_its_headers_and_what_nodes_read_are_named(self):
        self.write("hamcell.toml", "jobs = 1\n")
        targets, files = self.depfile("--save=total=out/total.json", "--display=out/a.svg")
        self.assertEqual(targets, ["out/total.json", "out/a.svg"])
        for name in ("cell.cpp", "scale.h", "rain.txt", "hamcell.toml"):
            self.assertIn(name, files)

    def test_files_that_cached_nodes_read_are_named_too(self):
        self.depfile()
        targets, files = self.depfile()
        self.assertEqual(targets, ["out/x"])
        self.assertIn("rain.txt", files)

    def test_names_are_escaped_for_make(self):
        self.write("my $rain#.txt", "monday 1\n")
        self.execute("-i", "path=my $rain#.txt", "--depfile=x.d")
        self.assertIn("my\\ $$rain\\#.txt", self.text("x.d"))

    def test_a_listed_folder_counts_unless_it_gets_the_output(self):
        self.write("cell.cpp", "#include <filesystem>\n#include <string>\nint files(std::string path) { int n = 0; for "
                               "(auto& e : std::filesystem::directory_iterator(path)) n += 1; return n; }\n")
        self.path("data").mkdir()
        self.execute("-i", "path=data", "--save=files=f.json", "--depfile=f.d")
        self.assertIn(" data\n", self.text("f.d"))
        self.execute("-i", "path=data", "--save=files=data/f.json", "--depfile=f.d")
        self.assertNotIn(" data\n", self.text("f.d"))

    # ---- By the judges themselves

    def check_tool(self, tool, runs_again):
        """Runs a build tool; `runs_again` says from its output whether it ran hamcell."""
        def built():
            time.sleep(0.02)  # a file's time must differ from that of what is made from it
            done = subprocess.run(tool, cwd=self.folder, env=self.environment(), capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return runs_again(done.stdout)

        self.assertTrue(built(), "the first time")
        self.assertFalse(built(), "nothing changed")
        for name, text in (("scale.h", "#define SCALE 3\n"), ("rain.txt", "monday 7\n"), ("cell.cpp", TABLE + "\n")):
            self.write(name, text)
            self.assertTrue(built(), name)
            self.assertFalse(built(), f"nothing changed since {name}")
        self.assertEqual(self.text("out/total.json"), "7\n")
        self.write("other.txt", "x")
        self.assertFalse(built(), "a file that nothing reads")
        # A header that is gone must not stop the tool.
        self.write("cell.cpp", TABLE.replace('#include "scale.h"', "#define SCALE 1"))
        self.path("scale.h").unlink()
        self.assertTrue(built(), "without the header")
        self.assertFalse(built(), "nothing changed without the header")

    def test_make_runs_hamcell_again_exactly_when_something_changed(self):
        self.write("Makefile", f"out/total.json: cell.cpp\n\t{program()} {self.COMMAND}\n-include out/total.d\n")
        self.check_tool(["make"], lambda out: "hamcell" in out)

    def test_ninja_runs_hamcell_again_exactly_when_something_changed(self):
        self.write("build.ninja", f"rule run\n  command = {program()} {self.COMMAND} --if-changed\n  depfile = out/total.d\n"
                                  "  restat = 1\nbuild out/total.json: run cell.cpp\n")
        self.check_tool(["ninja"], lambda out: "no work to do" not in out)


class Show(Scenario):
    def setUp(self):
        super().setUp()
        self.write("scale.h", "#define SCALE 2\n")
        self.write("cell.cpp", TABLE)
        self.write("rain.txt", "".join(f"d{i} {i}\n" for i in range(1000)))
        self.execute("-i", "path=rain.txt")

    def show(self, *args, status=0):
        result = self.run_hamcell("cache", "show", *args)
        self.assert_status(result, status)
        return result.out

    def test_the_first_rows_in_every_form(self):
        rows = [{"date": "d0", "rain": 0, "wind": None, "sky": "clear"}, {"date": "d1", "rain": 1, "wind": None, "sky": "clear"}]
        self.assertEqual(json.loads(self.show("days", "--head", "2")), rows)
        self.assertEqual(json.loads(self.show("days", "--head", "2", "--json"))["value"], rows)
        self.assertEqual(list(csv.reader(io.StringIO(self.show("days", "--csv", "--head=2")))),
                         [["date", "rain", "wind", "sky"], ["d0", "0", "", "clear"], ["d1", "1", "", "clear"]])
        self.assertEqual(len(json.loads(self.show("days"))), 1000)
        self.assertEqual(json.loads(self.show("days", "--head", "0")), [])

    def test_the_bytes_are_those_that_save_writes(self):
        self.execute("-i", "path=rain.txt", "--save=days=days.cbor")
        shown = subprocess.run([program(), "cache", "show", "days", "--cbor"], cwd=self.folder, env=self.environment(),
                               capture_output=True, check=True).stdout
        self.assertEqual(shown, self.path("days.cbor").read_bytes())

    def test_the_type_is_told_with_its_parts(self):
        self.assertEqual(self.show("days", "--type"),
                         "std::vector<Day>\n\nstruct Day\n  date  std::string\n  rain  double\n  wind  std::optional<double>\n"
                         "  sky   Sky\n\nenum Sky\n  clear, wet\n")

    def test_forms_exclude_each_other(self):
        for args in (("--csv", "--cbor"), ("--json", "--type"), ("--cbor", "--head", "1")):
            with self.subTest(args=args):
                self.show("days", *args, status=USAGE)

    def test_a_single_value_has_no_csv(self):
        result = self.run_hamcell("cache", "show", "total", "--csv")
        self.assert_status(result, USAGE)
        self.assert_says(result, "'double' has no rows")


if __name__ == "__main__":
    unittest.main()
