"""A command that is given again where nothing has changed says again what it said; anything else leads to a run."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
import unittest
from pathlib import Path
from unittest import mock

from harness import Scenario, program

CELL = """\
#include "own.h"
#include <cstdlib>
#include <fstream>
#include <string>
int number(const std::string& path) { int n = 0; std::ifstream(path) >> n; return n; }
int scaled(int number, int factor) { return number * factor * own(); }
std::string shown(int scaled) {
  const char* unit = std::getenv("UNIT");
  return std::to_string(scaled) + (unit ? unit : "");
}
"""


class Repetition(Scenario):
    def setUp(self):
        super().setUp()
        self.assertIsNotNone(shutil.which("strace"), "these tests need strace")
        shutil.rmtree(self.root / "user-cache" / "hamcell" / "runs", ignore_errors=True)
        self.write("own.h", "#pragma once\ninline int own() { return 3; }\n")
        self.write("cell.cpp", CELL)
        self.write("data.txt", "12")
        self.write("factor.json", "2")
        self.command = ["cell.cpp", "-x", *self.build_flags, "-i", "path=data.txt", "-i", "factor=@factor.json"]

    def say(self, *args, env=None, **how):
        """Gives the command; returns what was printed, without what it took, and whether it was a repetition."""
        result = self.run_hamcell(
            *self.command, *args, env={"ASAN_OPTIONS": "detect_leaks=0", **(env or {})},
            wrapper=("strace", "-f", "-qq", "-e", "trace=openat,execve", "-o", self.root / "trace"), **how)
        self.assert_status(result, 0)
        trace = (self.root / "trace").read_text(errors="replace")
        # The usual way takes the remembered model of the cell, or starts the parser.
        is_repetition = ".scan" not in trace and "hamcell-scan" not in trace
        lines = result.out.splitlines()
        return [line.split() for line in lines if "·" not in line], is_repetition

    def settle(self, *args, **how):
        """Runs until there is nothing left to do, and the run is kept."""
        time.sleep(0.2)
        for _ in range(4):
            table, is_repetition = self.say(*args, **how)
            if is_repetition:
                return table
            time.sleep(0.1)
        self.fail("it is never repeated")

    def status_of(self, table, node):
        return next(line[1] for line in table if line and line[0] == node)

    def test_it_says_the_same_and_is_in_the_history(self):
        table = self.settle()
        self.assertEqual({self.status_of(table, node) for node in ("number", "scaled", "shown")}, {"cached"})
        before = self.run_hamcell("cache", "runs", "--json").json()
        again, is_repetition = self.say()
        self.assertTrue(is_repetition)
        self.assertEqual(again, table)
        runs = self.run_hamcell("cache", "runs", "--json").json()
        self.assertEqual(len(runs), len(before) + 1)
        self.assertEqual({key: runs[0][key] for key in ("status", "cached", "executed", "cell", "saved_seconds")},
                         {key: before[0][key] for key in ("status", "cached", "executed", "cell", "saved_seconds")})
        self.assertNotEqual(runs[0]["run_id"], before[0]["run_id"])
        self.assert_status(self.run_hamcell("cache", "view", "--format", "dot"), 0)
        self.assert_status(self.run_hamcell("cache", "verify"), 0)
        # The next run in which something has changed knows what the repeated one had.
        self.edit("own.h", "return 3", "return 4")
        result = self.execute("-i", "path=data.txt", "-i", "factor=@factor.json")
        self.assertIn("own", result.node("scaled")["reason"])

    def expect_run(self, change, ran, *args, env=None):
        """After this change the command must lead to a run, in which just these nodes run."""
        self.settle(*args)
        change()
        table, is_repetition = self.say(*args, env=env)
        self.assertFalse(is_repetition)
        found = {line[0] for line in table if len(line) > 1 and line[1] == "executed"}
        self.assertEqual(found, set(ran), table)

    def test_what_nodes_use_is_looked_at(self):
        self.expect_run(lambda: self.write("data.txt", "13"), ["number", "scaled", "shown"])
        self.expect_run(lambda: None, ["shown"], env={"UNIT": " mm"})
        self.expect_run(lambda: self.write("factor.json", "3"), ["scaled", "shown"])

    def test_the_cell_and_all_that_it_is_made_of_is_looked_at(self):
        self.expect_run(lambda: self.edit("cell.cpp", "int n = 0", "int n = 1"), ["number"])
        self.expect_run(lambda: self.edit("own.h", "return 3", "return 5"), ["scaled", "shown"])

    def test_a_header_that_appears_in_front_of_another_is_seen(self):
        self.path("first").mkdir()
        self.write("second/deep.h", "inline int deep() { return 1; }\n")
        self.write("cell.cpp", "#include <deep.h>\nint number() { return deep(); }\n")
        self.command = ["cell.cpp", "-x", *self.build_flags, "-I", "first", "-I", "second"]
        self.expect_run(lambda: self.write("first/deep.h", "inline int deep() { return 2; }\n"), ["number"])

    def test_the_projects_file_is_looked_at(self):
        self.expect_run(lambda: self.write("hamcell.toml", 'default-behavior = "recompute"\n'),
                        ["number", "scaled", "shown"])
        self.write("hamcell.toml", "")
        self.expect_run(lambda: self.write("hamcell.toml", 'cxxflags = "-DX"\n'), ["number", "scaled", "shown"])
        self.expect_run(lambda: self.path("hamcell.toml").unlink(), [])
        self.path("hamcell.toml").touch()
        self.settle()
        self.path("hamcell.toml").chmod(0o666)
        self.assertFalse(self.say()[1])  # there is something to be said of it now
        self.assertFalse(self.say()[1])

    def test_another_compiler_in_front_of_the_path_is_seen(self):
        tools = self.path("tools")
        tools.mkdir()
        env = {"PATH": f"{tools}:{os.environ['PATH']}"}
        self.settle("--cxx", "g++", env=env)
        self.write("tools/g++", f'#!/bin/sh\nexec {shutil.which("g++")} -DANOTHER "$@"\n').chmod(0o755)
        self.assertFalse(self.say("--cxx", "g++", env=env)[1])

    def test_the_cache_is_looked_at(self):
        def forget_all():
            self.assert_status(self.run_hamcell("cache", "clear", "--yes"), 0)
        self.expect_run(forget_all, ["number", "scaled", "shown"])
        self.expect_run(lambda: self.run_hamcell("cache", "gc", "--older-than", "0s"), ["number", "scaled", "shown"])

        def forget_one():
            with sqlite3.connect(self.cache / "metadata.db") as database:
                database.execute("DELETE FROM entries WHERE node='shown'")
        self.expect_run(forget_one, ["shown"])
        # An entry that is newer may be of another value.
        self.settle()
        self.execute("-i", "path=data.txt", "-i", "factor=@factor.json", "--recompute=shown")
        self.assertFalse(self.say()[1])

    def test_a_damaged_cache_is_told_of(self):
        self.settle()
        (self.cache / "metadata.db").write_bytes(b"no database, but hamcell's all the same" * 500)
        result = self.run_hamcell(*self.command)
        self.assert_says(result, "warning: the cache", "is damaged")
        self.assertEqual(result.err.count("warning:"), 1)

    def test_where_it_is_started_and_what_is_asked_count(self):
        table = self.settle()
        self.assertFalse(self.say("number")[1])
        self.assertFalse(self.say(env={"COLUMNS": "40"})[1])
        again, is_repetition = self.say(env={"OLDPWD": "/", "SHLVL": "7", "MAKEFLAGS": "-j"})
        self.assertTrue(is_repetition)
        self.assertEqual(again, table)
        # The same words in a folder with the same names.
        shutil.copytree(self.folder, self.root / "copy", dirs_exist_ok=True)
        self.addCleanup(shutil.rmtree, self.root / "copy")
        self.assertFalse(self.say(cwd=self.root / "copy")[1])

    def test_values_that_are_asked_for_are_read(self):
        for _ in range(3):
            result = self.run_hamcell(*self.command, "--show-results")
            self.assertIn('shown = "72"', result.out)
        self.run_hamcell(*self.command, "--save", "shown=shown.json")
        self.path("shown.json").unlink()
        self.run_hamcell(*self.command, "--save", "shown=shown.json")
        self.assertEqual(json.loads(self.path("shown.json").read_text()), "72")

    def test_pictures_are_looked_at(self):
        pictures = "--display=before.svg", "--display-cache=after.svg"
        table = self.settle(*pictures)
        drawn = {name: self.path(name).read_bytes() for name in ("before.svg", "after.svg")}
        changes = {
            "removed": lambda path: path.unlink(),
            "altered": lambda path: path.write_bytes(path.read_bytes().replace(b"scaled", b"SCALED")),
            "grown": lambda path: path.write_bytes(path.read_bytes() + b"\n"),
            "a link": lambda path: (path.unlink(), os.symlink("/dev/null", path)),
        }
        for name, content in drawn.items():
            for how, change in changes.items():
                with self.subTest(f"{name} {how}"):
                    self.settle(*pictures)
                    change(self.path(name))
                    again, is_repetition = self.say(*pictures)
                    self.assertFalse(is_repetition)
                    self.assertEqual(again, table)
                    if self.path(name).is_symlink():
                        self.path(name).unlink()
                        self.say(*pictures)
                    self.assertEqual(self.path(name).read_bytes(), content)

    def test_a_picture_older_than_the_cell_is_made_newer_for_make(self):
        pictures = "--display=before.svg", "--display-cache=after.svg"

        def touch_cell():
            future = time.time() + 0.001
            os.utime(self.path("cell.cpp"), (future, future))
            time.sleep(0.1)

        def are_newer():
            cell = self.path("cell.cpp").stat().st_mtime_ns
            return all(self.path(name).stat().st_mtime_ns > cell for name in ("before.svg", "after.svg"))

        self.settle(*pictures)
        touch_cell()
        self.settle(*pictures)
        self.assertTrue(are_newer())
        # ninja, which asks for --if-changed, wants them as they are.
        self.settle(*pictures, "--if-changed")
        touch_cell()
        self.settle(*pictures, "--if-changed")
        self.assertFalse(are_newer())

    def test_a_stream_gets_the_picture_each_time(self):
        self.path("link.svg").symlink_to("/proc/self/fd/2")
        for _ in range(3):
            time.sleep(0.1)
            with open(self.path("err"), "ab") as err:
                self.assertEqual(self.start(*self.command, "--display=link.svg", stdout=subprocess.DEVNULL,
                                            stderr=err).wait(60), 0)
        self.assertEqual(self.path("err").read_text().count("</svg>"), 3)

    def test_other_fonts_are_seen(self):
        fonts = self.root / "home/.local/share/fonts"
        fonts.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, fonts)
        for name, counts in (("after.png", True), ("after.svg", False)):
            with self.subTest(name):
                self.settle(f"--display-cache={name}")
                (fonts / f"{name}.ttf").write_text("no font")
                self.assertEqual(self.say(f"--display-cache={name}")[1], not counts)

    def test_another_program_that_draws_is_seen(self):
        prefix = Path(program()).parent.parent
        other = self.path("prefix")
        for folder in ("bin", "libexec/hamcell"):
            (other / folder).mkdir(parents=True)
        shutil.copy(program(), other / "bin/hamcell")
        (other / "include").symlink_to(prefix / "include")
        for name in ("hamcell-scan", "hamcell-runner"):
            (other / "libexec/hamcell" / name).symlink_to(prefix / "libexec/hamcell" / name)
        shutil.copy(prefix / "libexec/hamcell/hamcell-draw", other / "libexec/hamcell/hamcell-draw")
        self.enterContext(mock.patch.dict(os.environ, HAMCELL=str(other / "bin/hamcell")))
        self.settle("--display-cache=after.svg")
        drawer = other / "libexec/hamcell/hamcell-draw"
        drawer.write_bytes(drawer.read_bytes() + b"\0")
        self.assertFalse(self.say("--display-cache=after.svg")[1])

    def runs_folder(self):
        return self.root / "user-cache" / "hamcell" / "runs"

    def test_what_is_kept_is_not_trusted_blindly(self):
        self.settle()
        (file,) = self.runs_folder().iterdir()
        whole = file.read_bytes()
        for at in (0, 8, 20, len(whole) // 2, len(whole) - 1):
            damaged = bytearray(whole)
            damaged[at] ^= 1
            file.write_bytes(damaged)
            self.assertFalse(self.say()[1], at)
        file.write_bytes(whole)
        self.assertTrue(self.say()[1])
        file.chmod(0o666)
        self.assertFalse(self.say()[1])

    def test_nothing_is_kept_of_secrets(self):
        for _ in range(3):
            self.say("--secret", "path")
        self.assertEqual(list(self.runs_folder().glob("*")) if self.runs_folder().exists() else [], [])

    def test_asking_for_help_makes_no_files(self):
        subprocess.run([program(), "--help"], env=self.environment({"XDG_CACHE_HOME": self.path("new")}), check=True,
                       stdout=subprocess.DEVNULL)
        self.assertFalse(self.path("new").exists())


if __name__ == "__main__":
    unittest.main()
