"""The sample does what README.md promises."""

import csv
import json
import math
import os
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from harness import PATIENCE, Scenario, program

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
INPUT = ("-i", "path=seattle-weather.csv")
EVERY_TIME = {"dated_report"}


class Weather(Scenario):
    """A copy of the samples' folder."""

    # The flags of a user: none. The sample is compiled once for the whole class.
    build_flags = ()

    def setUp(self):
        super().setUp()
        shutil.copytree(SAMPLES, self.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("out", ".hamcell_cache", "*.png"))

    def execute_weather(self, *args):
        return self.execute(*INPUT, *args, cell="weather.cpp")

    def test_a_first_run_executes_every_node_and_writes_both_pictures(self):
        result = self.run_hamcell("weather.cpp", "-d", "-x", "--display-cache", *INPUT)
        self.assert_status(result, 0)
        for name in ("weather.display.png", "weather.display-cache.png"):
            self.assertTrue(self.path(name).read_bytes().startswith(b"\x89PNG"))

    def test_the_sample_has_eight_to_twelve_nodes(self):
        self.assertIn(len(self.execute_weather().statuses()), range(8, 13))

    def test_a_second_run_takes_all_but_the_recompute_node_from_the_cache(self):
        self.execute_weather()
        result = self.execute_weather()
        self.assert_ran(result, EVERY_TIME)
        self.assert_cached(result, result.statuses().keys() - EVERY_TIME)

    def test_one_changed_number_runs_its_node_and_what_its_value_reaches(self):
        self.execute_weather()
        self.edit("weather.cpp", "constexpr double hot = 30.0;", "constexpr double hot = 29.0;")
        self.assert_ran(self.execute_weather(), {"heat_waves", "report"} | EVERY_TIME)

    def test_a_changed_number_without_effect_runs_its_node_only(self):
        self.execute_weather()
        self.edit("weather.cpp", "constexpr double hottest_possible = 60;", "constexpr double hottest_possible = 61;")
        self.assert_ran(self.execute_weather(), {"clean_data"} | EVERY_TIME)

    def test_an_optional_input_runs_what_depends_on_it(self):
        self.execute_weather()
        ran = self.execute_weather("-i", "threshold_mm=5").with_status("executed")
        self.assertLessEqual({"monthly_rain", "longest_dry_spell", "yearly_summary"}, ran)
        self.assertTrue(ran.isdisjoint({"raw_data", "clean_data", "heat_waves", "hottest_week", "weather_kinds"}))

    def test_every_node_is_documented(self):
        self.run_hamcell("weather.cpp", "--display=x.svg")
        for name, node in self.execute_weather().statuses().items():
            title = self.boxes("x.svg")[name].find("{http://www.w3.org/2000/svg}title").text
            self.assertGreater(len(title.splitlines()), 1, f"{name} has no documentation: {title}")

    def test_the_answers_agree_with_another_program(self):
        with open(self.path("seattle-weather.csv"), newline="", encoding="utf-8") as file:
            days = list(csv.DictReader(file))
        result = self.execute_weather("--show-results")
        years = {row["year"]: row for row in result.value("yearly_summary")}
        self.assertEqual(sorted(years), [2012, 2013, 2014, 2015])
        for year, row in years.items():
            rain = [float(day["precipitation"]) for day in days if day["date"].startswith(str(year))]
            self.assertEqual(row["days"], len(rain))
            self.assertEqual(row["rainy_days"], sum(amount >= 1 for amount in rain))
            self.assertTrue(math.isclose(row["rain_mm"], math.fsum(rain)), f"{year}: {row['rain_mm']}")
        kinds = {row["weather"]: row["days"] for row in result.value("weather_kinds")}
        self.assertEqual(kinds, {kind: sum(day["weather"] == kind for day in days) for kind in kinds})
        self.assertEqual(sum(kinds.values()), len(days))


class Pipeline(Scenario):
    """samples/Makefile."""

    def setUp(self):
        super().setUp()
        shutil.copytree(SAMPLES, self.folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("out", ".hamcell_cache", "*.png"))

    def make(self, *args):
        done = subprocess.run(["make", "-C", str(self.folder), f"HAMCELL={program()}", *args], env=self.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300 * PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_make_runs_and_again_does_nothing(self):
        self.assertIn("weather.cpp", self.make())
        made = {path: path.stat().st_mtime_ns for path in (self.folder / "out").iterdir()}
        self.assertIn(self.path("out/yearly.csv"), made)
        self.assertEqual(json.loads(self.path("out/wettest.json").read_text())["month"], "2015-12")
        again = self.make()
        self.assertNotIn("weather.cpp", again)
        self.assertEqual({path: path.stat().st_mtime_ns for path in (self.folder / "out").iterdir()}, made)

    def test_another_choice_of_years_is_made_anew(self):
        self.make()
        self.assertIn("weather.cpp", self.make("SINCE=2012"))
        with self.path("out/yearly.csv").open(newline="") as file:
            self.assertEqual([row["year"] for row in csv.DictReader(file)], ["2012", "2013", "2014", "2015"])

    def test_an_edited_cell_is_run_again_and_a_file_that_a_node_read_too(self):
        self.make()
        for name in ("weather.cpp", "out/weather.csv"):
            with self.subTest(name=name):
                # Later than what was just made by a tick of the file system's clock.
                time.sleep(0.05)
                os.utime(self.path(name))
                self.assertIn("hamcell weather.cpp", self.make())
                self.assertNotIn("hamcell weather.cpp", self.make())


if __name__ == "__main__":
    unittest.main()
