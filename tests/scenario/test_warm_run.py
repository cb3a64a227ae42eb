"""A run in which nothing changed does next to nothing: strace is the witness."""

import re
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from harness import Scenario, program


class WarmRun(Scenario):
    """A cell with all that could make a second run start something: headers, a default, a library, a file."""

    def setUp(self):
        super().setUp()
        self.assertIsNotNone(shutil.which("strace"), "these tests need strace")
        self.write("own.h", "#pragma once\ninline int own() { return 3; }\n")
        self.write("own.cpp", '#include "own.h"\n')
        self.write("flags.txt", "-Wl,-rpath,nowhere")
        self.write("data.txt", "12")
        self.write("cell.cpp", """\
//hamcell:pkg sqlite3
//hamcell:source own.cpp
//hamcell:ldflags -Lnowhere -L. -lm -Wl,-rpath,. @flags.txt
#include <sqlite3.h>
#include <fstream>
#include <string>
#include "own.h"
int number(const std::string& path) { int n = 0; std::ifstream(path) >> n; return n; }
int scaled(int number, int factor = own()) { return number * factor; }
std::string library(int scaled) { return scaled > 0 ? sqlite3_libversion() : ""; }
""")
        # What a scan has seen is remembered only if no file is so young that it may change unnoticed.
        time.sleep(0.2)
        self.execute("-i", "path=data.txt")

    def traced(self, *args, env=None):
        """Runs hamcell under strace; returns the result and the lines of execve and openat."""
        result = self.execute(
            "-i", "path=data.txt", *args,
            wrapper=("strace", "-f", "-qq", "-e", "trace=execve,execveat,openat,open", "-o", self.path("trace")),
            # The leak checker cannot work in a traced process.
            env={"ASAN_OPTIONS": "detect_leaks=0", **(env or {})})
        self.assertEqual(result.json()["status"], "ok")
        return result, self.path("trace").read_text(errors="replace").splitlines()

    @staticmethod
    def started(trace):
        """The programs that were started. Where another process does something meanwhile, a call has two lines."""
        found, begun = [], {}
        for line in trace:
            process = line.split(maxsplit=1)[0]
            if match := re.search(r'execve\("([^"]*)".*(= 0|<unfinished \.\.\.>)$', line):
                begun[process] = Path(match[1]).name
            if "execve" in line and line.endswith("= 0"):
                found.append(begun.pop(process))
        return found

    @staticmethod
    def opened(trace):
        """The files that were opened."""
        found = (re.search(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]*)".*= \d+$', line) for line in trace)
        return [match[1] for match in found if match]

    def test_nothing_is_started(self):
        result, trace = self.traced()
        self.assert_all_cached(result)
        self.assertEqual(self.started(trace), [Path(program()).name])

    def test_libclang_is_not_loaded(self):
        opened = self.opened(self.traced()[1])
        self.assertTrue(opened)
        self.assertEqual([path for path in opened if "clang" in path or "LLVM" in path], [])

    def test_the_witness_sees_what_a_run_with_an_edit_starts(self):
        self.edit("cell.cpp", "number * factor", "number * factor + 1")
        started = self.started(self.traced()[1])
        self.assertIn("hamcell-scan", started)
        self.assertIn("hamcell-runner", started)
        # Nobody is asked again what an edit cannot change: packages, what is linked, what is loaded.
        self.assertEqual(started.count("hamcell-runner"), 1)
        self.assertNotIn("pkg-config", started)
        compilers = [name for name in started if "++" in name]
        # One compiles the cell, and one links it with its further source.
        self.assertEqual(len(compilers), 2, started)

    def test_a_folder_that_came_into_being_is_asked_about(self):
        # Without further sources, for which more is looked up.
        late = {"CPATH": self.path("late")}
        self.write("cell.cpp", "#include <string>\nstd::string shown(const std::string& path) { return path + '1'; }\n")
        time.sleep(0.2)
        self.execute("-i", "path=data.txt", env=late)
        self.edit("cell.cpp", "'1'", "'2'")
        started = self.started(self.traced(env=late)[1])
        self.assertEqual(len([name for name in started if "++" in name]), 1, started)
        self.path("late").mkdir()
        self.edit("cell.cpp", "'2'", "'3'")
        started = self.started(self.traced(env=late)[1])
        self.assertGreater(len([name for name in started if "++" in name]), 1, started)

    def test_the_header_of_the_cell_is_not_read_again(self):
        opened = self.opened(self.traced()[1])
        self.assertEqual([path for path in opened if path.endswith("own.h")], [])

    def test_stored_results_that_nobody_asks_for_are_not_read(self):
        opened = self.opened(self.traced()[1])
        self.assertEqual([path for path in opened if "/results/" in path], [])

    def test_values_are_shown_without_a_runner(self):
        result, trace = self.traced("--show-results")
        self.assertEqual(result.value("scaled"), 36)
        self.assertEqual(self.started(trace), [Path(program()).name])

    def test_new_pictures_start_only_the_program_that_draws_and_only_once(self):
        _, trace = self.traced("--display=a.svg", "--display-cache=b.svg")
        self.assertEqual(self.started(trace), [Path(program()).name, "hamcell-draw"])
        self.assertEqual(self.boxes("a.svg").keys(), self.boxes("b.svg").keys())

    def test_pictures_that_are_unchanged_start_nothing(self):
        pictures = ("--display=a.svg", "--display-cache=b.png")
        # The second run is the first one in which everything hits.
        for _ in range(2):
            self.execute("-i", "path=data.txt", *pictures)
        _, trace = self.traced(*pictures)
        self.assertEqual(self.started(trace), [Path(program()).name])

    def test_graphviz_is_not_loaded_by_the_driver(self):
        opened = self.opened(self.traced("--display=a.dot")[1])
        self.assertEqual([path for path in opened if "libgvc" in path or "libcairo" in path or "pango" in path], [])

    def test_a_changed_data_file_starts_a_runner_but_no_compiler_and_no_scanner(self):
        self.write("data.txt", "13")
        result, trace = self.traced("--show-results")
        self.assertEqual(result.value("scaled"), 39)
        self.assertEqual(set(self.started(trace)), {Path(program()).name, "hamcell-runner"})

    def test_a_changed_input_starts_a_runner_but_no_compiler_and_no_scanner(self):
        _, trace = self.traced("-i", "factor=5")
        self.assertEqual(set(self.started(trace)), {Path(program()).name, "hamcell-runner"})

    def test_a_picture_beside_the_cell_does_not_make_the_next_run_scan_again(self):
        self.execute("-i", "path=data.txt", "--display=a.svg", "--display-cache=b.svg")
        self.assertEqual(self.started(self.traced()[1]), [Path(program()).name])

    def test_a_warm_run_is_quick(self):
        began = time.monotonic()
        for _ in range(5):
            subprocess.run([program(), "cell.cpp", "-x", "-q", "-i", "path=data.txt", *self.build_flags],
                           cwd=self.folder, env=self.environment(), check=True)
        self.assertLess((time.monotonic() - began) / 5, 1.0)
        self.assertEqual(self.run_hamcell("cache", "stats", "--json").json()["runs"], 6)


if __name__ == "__main__":
    unittest.main()
