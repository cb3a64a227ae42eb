"""Headers that an installation holds precompiled: quicker first runs, and nothing else."""

import re
import shutil
import subprocess
import time
import unittest
from pathlib import Path

import harness
from harness import DONE, Scenario

CELL = """\
#include <map>
#include <vector>
#include <string>

static int twice(int x) { return 2 * x; }
#ifdef IN_FRONT
int number() { return twice(IN_FRONT); }
#else
int number() { return twice(5); }
#endif
std::string text(int number) { return std::string(3, 'x') + std::to_string(number); }
std::map<std::string, std::vector<int>> all(std::string text) { return {{text, {1, 2}}}; }
"""


class Prepared(Scenario):
    build_flags = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        built = Path(harness.program()).parent.parent
        cls.prefix = cls.root / "prefix"
        for folder in ("bin", "libexec/hamcell"):
            (cls.prefix / folder).mkdir(parents=True)
            for file in (built / folder).iterdir():
                if file.is_file() and "test" not in file.name:
                    shutil.copy2(file, cls.prefix / folder)
        shutil.copytree(built / "include", cls.prefix / "include")
        cls.prepared = cls.prefix / "libexec/hamcell/prepared"
        cls.made = cls.root / "made"  # a copy of what there is to be

    def setUp(self):
        super().setUp()
        self.user_cache = self.root / "user-cache" / "hamcell"
        shutil.rmtree(self.user_cache, ignore_errors=True)
        (self.prefix / "include/vector").unlink(missing_ok=True)
        shutil.rmtree(self.prefix / "include/bits", ignore_errors=True)
        self.prepare()
        if not list(self.prepared.glob("*.pch")):
            self.skipTest("the compiler of hamcell's parser is not here")
        self.write("cell.cpp", CELL)

    def program(self):
        return self.prefix / "bin/hamcell"

    def prepare(self):
        """As it was made at first."""
        shutil.rmtree(self.prepared, ignore_errors=True)
        if self.made.exists():
            shutil.copytree(self.made, self.prepared)
            return
        done = subprocess.run([self.prefix / "libexec/hamcell/hamcell-prepare"], env=self.environment(),
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        shutil.copytree(self.prepared, self.made)

    def numbers(self):
        """The values of the first two nodes, whatever state everything is in."""
        result = self.execute("--show-results")
        self.assertEqual(result.value("all"), {result.value("text"): [1, 2]})
        return result.value("number"), result.value("text")

    def edit_factor(self, by):
        self.edit("cell.cpp", re.search(r"\d+ \* x", self.path("cell.cpp").read_text())[0], f"{by} * x")

    def kept(self):
        """What was precompiled for this cell: for the parser, and for the compiler."""
        return list((self.user_cache / "preambles").glob("*.pch"))

    def stand_on_prepared(self):
        return [str(self.prepared).encode() in path.read_bytes() for path in self.kept()]

    @staticmethod
    def settle():
        """What is younger than a tick of the file system's clock is not remembered."""
        time.sleep(0.1)

    def forget_user_cache(self):
        shutil.rmtree(self.user_cache)
        self.settle()

    def test_what_is_precompiled_for_a_cell_stands_on_what_is_prepared(self):
        self.assertEqual(self.numbers(), (10, "xxx10"))
        self.assertEqual(self.stand_on_prepared(), [True])
        for by in (3, 4):
            self.edit_factor(by)
            self.assertEqual(self.numbers(), (5 * by, f"xxx{5 * by}"))
        self.assertEqual(self.stand_on_prepared(), [True, True])

    def test_a_cell_is_the_same_with_and_without(self):
        self.numbers()
        self.forget_user_cache()
        shutil.rmtree(self.prepared)
        self.assert_all_cached(self.execute())
        self.assertEqual(self.stand_on_prepared(), [])
        self.edit_factor(3)
        self.assertEqual(self.numbers(), (15, "xxx15"))
        self.assertEqual(self.stand_on_prepared(), [False, False])
        self.forget_user_cache()
        self.prepare()
        self.assert_all_cached(self.execute())
        self.edit("cell.cpp", "#include <map>", "// a comment\n#include <map>")
        self.assert_all_cached(self.execute())

    def test_what_was_prepared_may_go_and_come_back(self):
        self.numbers()
        for by in range(3, 15):
            if by % 4 == 0:
                shutil.rmtree(self.prepared)
            elif by % 4 == 2:
                self.prepare()
            self.edit_factor(by)
            self.assertEqual(self.numbers(), (5 * by, f"xxx{5 * by}"))
        # What stands on nothing holds on.
        self.assertEqual(self.stand_on_prepared(), [False, False])

    def test_what_is_damaged_is_not_used(self):
        for change in (lambda path: path.write_bytes(b""),
                       lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\1"),
                       lambda path: path.write_bytes(path.read_bytes()[:5000])):
            for ending in (".pch", ".record", ".h"):
                self.prepare()
                for path in self.prepared.glob("*" + ending):
                    change(path)
                for folder in (self.cache, self.user_cache):
                    shutil.rmtree(folder, ignore_errors=True)
                for by in (2, 3, 4):
                    self.edit_factor(by)
                    self.assertEqual(self.numbers(), (5 * by, f"xxx{5 * by}"))

    def check_front(self, name):
        """A header of this name comes in front of the library's, leads to it, and goes again."""
        front = self.prefix / "include" / name
        text = f"#include_next <{name}>\n#define IN_FRONT 7\n"
        self.assertEqual(self.numbers(), (10, "xxx10"))
        self.forget_user_cache()
        front.write_text(text)
        self.assertEqual(self.numbers(), (14, "xxx14"))
        self.edit_factor(3)
        self.assertEqual(self.numbers(), (21, "xxx21"))
        front.unlink()
        self.edit_factor(4)
        self.assertEqual(self.numbers(), (20, "xxx20"))
        # In front of what was precompiled for the cell.
        front.write_text(text)
        for by in (5, 6, 7):
            self.edit_factor(by)
            self.assertEqual(self.numbers(), (7 * by, f"xxx{7 * by}"))

    def test_a_header_that_comes_in_front_of_one_of_the_cells_is_seen(self):
        self.check_front("vector")

    def test_a_header_that_comes_in_front_of_one_of_the_librarys_own_is_seen(self):
        (self.prefix / "include/bits").mkdir()
        self.check_front("bits/stl_vector.h")

    def answer(self):
        """All that a first run says: values and keys, or what is wrong."""
        for folder in (self.cache, self.user_cache):
            shutil.rmtree(folder, ignore_errors=True)
        result = self.run_hamcell("cell.cpp", "--execute", "--json", "--show-results")
        nodes = result.json()["nodes"] if result.status == DONE else []
        return (result.status, result.err, [(node["name"], node["cache_key"], node.get("value")) for node in nodes])

    def test_headers_with_the_names_of_the_librarys_are_what_they_are(self):
        """In front of the library's, and leading to them after a macro; or of names that it has not."""
        macros = {"_GLIBCXX_USE_CXX11_ABI 0": "int size() { return sizeof(std::string); }\n",
                  "_GLIBCXX_ASSERTIONS 1": "int size() {\n#ifdef _GLIBCXX_ASSERTIONS\n return 1;\n#endif\n return 0; }\n",
                  "_GLIBCXX_DEBUG 1": "int size() { return sizeof(std::vector<int>); }\n"}
        for tops, names in ((("vector", "string"), ("vector", "string", "bits/stl_vector.h")),
                            (("print", "vector", "string"), ("print",)),
                            (("iostream", "vector", "string"), ("iostream", "ostream")),
                            (("map", "string", "algorithm", "cmath", "vector"), ("map", "algorithm", "cstdlib"))):
            for name in names:
                for macro, body in macros.items():
                    with self.subTest(tops=tops, name=name, macro=macro):
                        leads = "" if name == "print" else f"#include_next <{name}>\n"
                        front = self.prefix / "include" / name
                        front.parent.mkdir(exist_ok=True)
                        front.write_text(f"#define {macro}\n{leads}")
                        self.write("cell.cpp", "".join(f"#include <{top}>\n" for top in tops) + body)
                        self.settle()
                        found = self.answer()
                        away = self.prepared.rename(self.root / "away")
                        without = self.answer()
                        away.rename(self.prepared)
                        front.unlink()
                        self.assertEqual(found, without)

    def test_a_header_that_comes_in_front_while_the_cell_is_read_is_seen(self):
        scan = self.prefix / "libexec/hamcell/hamcell-scan"
        real = scan.rename(scan.with_suffix(".real"))
        self.addCleanup(real.rename, scan)
        front = self.prefix / "include/bits/stl_vector.h"
        front.parent.mkdir(exist_ok=True)
        for seconds in (0, 0.05, 0.3):
            scan.write_text(f"#!/bin/sh\nsleep {seconds}\n[ -e {front} ] || printf '#define IN_FRONT 7\\n"
                            f"#include_next <bits/stl_vector.h>\\n' >{front}\nexec {real} \"$@\"\n")
            scan.chmod(0o755)
            for folder in (self.cache, self.user_cache):
                shutil.rmtree(folder, ignore_errors=True)
            front.unlink(missing_ok=True)
            for by in (2, 3, 4):
                self.edit_factor(by)
                result = self.run_hamcell("cell.cpp", "--execute", "--json", "--show-results")
                # It may also be told that a header has changed meanwhile.
                if result.status == DONE:
                    self.assertEqual(result.value("number"), 7 * by, seconds)
                else:
                    self.assert_says(result, "changed while the cell was being compiled", "run again")

    def test_with_flags_of_the_cells_own_nothing_prepared_is_used(self):
        for line, expected in (("//hamcell:cxxflags -DIN_FRONT=9\n", 18), ("//hamcell:std c++23\n", 10)):
            self.write("cell.cpp", line + CELL)
            self.assertEqual(self.numbers(), (expected, f"xxx{expected}"))
            self.edit_factor(3)
            self.assertEqual(self.numbers()[0], expected // 2 * 3)
            self.assertNotIn(True, self.stand_on_prepared())
            self.forget_user_cache()

    def test_a_macro_above_the_headers_is_seen_by_them(self):
        self.write("cell.cpp", "#define _GLIBCXX_ASSERTIONS 1\n" + CELL +
                   "int asserts() {\n#ifdef __glibcxx_requires_subscript\n  return 1;\n#endif\n  return 0;\n}\n")
        self.execute()
        self.assertNotIn(True, self.stand_on_prepared())

    def test_errors_are_told_as_without(self):
        self.edit("cell.cpp", "return twice(5);", "return twice(missing);")
        told = self.run_hamcell("cell.cpp", "-x")
        shutil.rmtree(self.prepared)
        shutil.rmtree(self.user_cache, ignore_errors=True)
        without = self.run_hamcell("cell.cpp", "-x")
        self.assertEqual((told.status, told.err), (without.status, without.err))
        self.assertIn("cell.cpp:9:", told.err)


if __name__ == "__main__":
    unittest.main()
