"""Headers that are compiled once, and cells that are compiled while they are read: never of anything old."""

import os
import re
import shutil
import threading
import time
import unittest
from pathlib import Path

from harness import COMPILE, DONE, Scenario

CELL = """\
// A cell with a preamble.
#include <length.h>
#include <string>
#include <vector>

static int twice(int x) { return 2 * x; }
int number() { return twice(length()); }
std::string text(int number) { return std::string(3, 'x') + std::to_string(number); }
"""


class Precompiled(Scenario):
    compiler = "clang++-19"

    def setUp(self):
        super().setUp()
        if shutil.which(self.compiler) is None:
            self.skipTest(f"{self.compiler} is not here")
        self.user_cache = self.root / "user-cache" / "hamcell"
        shutil.rmtree(self.user_cache, ignore_errors=True)
        for folder in ("early", "system"):
            self.path(folder).mkdir()
        self.write("system/length.h", "#pragma once\ninline int length() { return 5; }\n")
        self.write("cell.cpp", CELL)
        self.settle()

    @staticmethod
    def settle():
        """What is younger than a tick of the file system's clock is not remembered."""
        time.sleep(0.1)

    def values(self, *args, **how):
        flags = f"-isystem {self.path('early')} -isystem {self.path('system')}"
        result = self.execute("--cxx", self.compiler, f"--cxxflags={flags}", "--show-results", *args, **how)
        return result.value("number"), result.value("text")

    def traced(self, *args):
        """The values, and the commands of all compilers proper that were started."""
        trace = self.root / "trace"
        values = self.values(
            *args, env={"ASAN_OPTIONS": "detect_leaks=0"},
            wrapper=("strace", "-f", "-qq", "-s", "4000", "-v", "-e", "trace=execve", "-o", trace))
        commands = re.findall(r'execve\("([^"]*)", \[(.*?)\], \[', trace.read_text(errors="replace"))
        return values, [words for program, words in commands
                        if Path(program).name == Path(self.compiler).name or "-cc1" in words or "cc1plus" in program]

    def drivers(self, commands):
        return [words for words in commands if "-cc1" not in words and "cc1plus" not in words]

    def compiles(self, commands):
        return [words for words in self.drivers(commands) if '"-c"' in words or "c++-header" in words]

    def links(self, commands):
        """Those of the compiler as a linker, and when it is asked how that is done."""
        return [words for words in self.drivers(commands) if '"-shared"' in words and "/cells/" in words]

    def precompiled(self):
        return sorted(path for path in (self.user_cache / "preambles").iterdir()
                      if path.suffix in (".gch", ".pch") and ".h." in path.name)

    def test_headers_are_compiled_in_the_first_run_and_used_from_then_on(self):
        values, commands = self.traced()
        self.assertEqual(values, (10, "xxx10"))
        compiles = self.compiles(commands)
        # The headers, the types of the library, and the cell.
        self.assertEqual(len(compiles), 3, compiles)
        self.assertEqual(sum("c++-header" in words for words in compiles), 1)
        self.assertEqual(sum("types.cpp" in words for words in compiles), 1)
        made, = self.precompiled()
        first = made.stat().st_ino, made.read_bytes()
        self.edit("cell.cpp", "2 * x", "3 * x")
        values, commands = self.traced()
        self.assertEqual(values, (15, "xxx15"))
        # One compile, which began before the cell had been read, and took the headers as they were.
        compiles = self.compiles(commands)
        self.assertEqual(len(compiles), 1, compiles)
        self.assertIn("preambles", compiles[0])
        self.assertEqual((made.stat().st_ino, made.read_bytes()), first)

    def test_the_compiler_is_asked_once_how_it_links(self):
        _, commands = self.traced()
        asked, = self.links(commands)
        self.assertEqual('"-###"' in asked, "clang" in self.compiler)
        self.edit("cell.cpp", "2 * x", "3 * x")
        values, commands = self.traced()
        self.assertEqual(values, (15, "xxx15"))
        self.assertEqual(len(self.links(commands)), 0 if "clang" in self.compiler else 1)

    def test_an_edit_that_changes_what_the_glue_is_made_of_is_compiled_as_it_is(self):
        self.values()
        self.edit("cell.cpp", "int number()", "long number()")
        self.edit("cell.cpp", "text(int number)", "text(long number)")
        self.assertEqual(self.values(), (10, "xxx10"))
        self.edit("cell.cpp", "twice(length())", "twice(length()) + more")
        self.edit("cell.cpp", "long number()", "int more(int by = length() + 1) { return by; }\nlong number(int more)")
        self.assertEqual(self.values(), (16, "xxx16"))
        self.edit("cell.cpp", "length() + 1)", "length() + 2)")
        self.assertEqual(self.values(), (17, "xxx17"))

    def test_a_header_that_changes_is_compiled_anew(self):
        self.values()
        first, = self.precompiled()
        before = first.read_bytes()
        self.write("system/length.h", "#pragma once\ninline int length() { return 6; }\n")
        self.settle()
        self.assertEqual(self.values(), (12, "xxx12"))
        self.edit("cell.cpp", "2 * x", "3 * x")
        self.assertEqual(self.values(), (18, "xxx18"))
        self.edit("cell.cpp", "3 * x", "4 * x")
        self.assertEqual(self.values(), (24, "xxx24"))
        after, = self.precompiled()
        self.assertNotEqual(after.read_bytes(), before)
        # And back, with an edit at the same time.
        self.write("system/length.h", "#pragma once\ninline int length() { return 5; }\n")
        self.edit("cell.cpp", "4 * x", "2 * x + 0")
        self.assertEqual(self.values(), (10, "xxx10"))

    def test_a_header_that_comes_in_front_of_another_is_seen(self):
        self.values()
        self.write("early/length.h", "#pragma once\ninline int length() { return 7; }\n")
        self.edit("cell.cpp", "2 * x", "3 * x")
        self.assertEqual(self.values(), (21, "xxx21"))
        self.path("early/length.h").unlink()
        self.edit("cell.cpp", "3 * x", "4 * x")
        self.assertEqual(self.values(), (20, "xxx20"))

    def test_a_header_that_comes_in_front_of_another_and_leads_to_it_is_seen(self):
        self.edit("cell.cpp", "return twice(length());", "\n#ifdef MORE\n return twice(length()) + MORE;\n#endif\n"
                  " return twice(length());")
        self.values()
        self.write("early/length.h", "#include_next <length.h>\n#define MORE 1\n")
        for by in (3, 4, 5):
            self.edit("cell.cpp", re.search(r"\d \* x", self.path("cell.cpp").read_text())[0], f"{by} * x")
            self.assertEqual(self.values(), (5 * by + 1, f"xxx{5 * by + 1}"))
        self.path("early/length.h").unlink()
        self.edit("cell.cpp", "5 * x", "6 * x")
        self.assertEqual(self.values(), (30, "xxx30"))

    def test_a_header_of_the_users_that_changes_leaves_what_is_precompiled_as_it_is(self):
        self.write("own.h", "#pragma once\ninline int own() { return 1; }\n")
        self.edit("cell.cpp", "static int twice", '#include "own.h"\nstatic int twice')
        self.edit("cell.cpp", "twice(length())", "twice(length()) + own()")
        self.settle()
        self.assertEqual(self.values(), (11, "xxx11"))
        kept = {path: path.stat().st_ino for path in (self.user_cache / "preambles").glob("*.pch")}
        self.write("own.h", "#pragma once\ninline int own() { return 2; }\n")
        self.settle()
        self.assertEqual(self.values(), (12, "xxx12"))
        self.edit("cell.cpp", "2 * x", "3 * x")
        self.assertEqual(self.values(), (17, "xxx17"))
        self.assertEqual({path: path.stat().st_ino for path in kept}, kept)

    def test_an_input_that_can_be_read_once_is_read_once(self):
        self.edit("cell.cpp", "int number()", "int number(int given)")
        self.edit("cell.cpp", "twice(length())", "twice(length()) + given")
        os.mkfifo(self.path("given.json"))
        for by, expected in ((2, 11), (3, 16)):
            self.edit("cell.cpp", re.search(r"\d \* x", self.path("cell.cpp").read_text())[0], f"{by} * x")
            writer = threading.Thread(target=self.path("given.json").write_text, args=("1",), daemon=True)
            writer.start()
            self.assertEqual(self.values("-i", "given=@given.json")[0], expected)
            writer.join(10)
            self.assertFalse(writer.is_alive())

    def test_another_cell_under_the_same_name_is_built_as_it_is(self):
        self.values()
        self.write("cell.cpp", "#include <string>\nint number(int x = 1) { return x; }\n"
                               "std::string text(int number) { return std::string(number + 1, 'y'); }\n")
        self.assertEqual(self.values(), (1, "yy"))
        self.write("cell.cpp", "int one() { return 1; }\nint number(int x = one()) { return x + 1; }\n"
                               "const char* word() { return \"no\"; }\nlong text(int number) { return number; }\n")
        self.assertEqual(self.values(), (2, 2))
        self.write("cell.cpp", CELL)
        self.assertEqual(self.values(), (10, "xxx10"))

    def test_what_is_damaged_or_could_be_anothers_is_not_used(self):
        self.values()
        for change in (lambda path: path.write_bytes(path.read_bytes()[:5000]),
                       lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\1"),
                       lambda path: path.chmod(0o666),
                       lambda path: path.unlink()):
            made, = self.precompiled()
            change(made)
            for by in (3, 4, 2):
                self.edit("cell.cpp", re.search(r"\d \* x", self.path("cell.cpp").read_text())[0], f"{by} * x")
                self.assertEqual(self.values(), (5 * by, f"xxx{5 * by}"))

    def types(self):
        return sorted((self.user_cache / "preambles").glob("*.types.o"))

    def test_types_of_the_library_are_compiled_once_and_apart(self):
        self.values()
        first, = self.types()
        before = first.stat().st_ino
        self.edit("cell.cpp", "2 * x", "3 * x")
        values, commands = self.traced()
        self.assertEqual(values, (15, "xxx15"))
        self.assertEqual(len(self.compiles(commands)), 1)
        # A node with another type of the library.
        self.write("cell.cpp", self.path("cell.cpp").read_text() +
                   "std::vector<std::string> texts(std::string text) { return {text, text}; }\n")
        result = self.execute("--cxx", self.compiler, f"--cxxflags=-isystem {self.path('system')}", "--show-results")
        self.assertEqual(result.value("texts"), ["xxx15", "xxx15"])
        self.assertEqual(len(self.types()), 2)
        self.assertEqual(first.stat().st_ino, before)

    def test_types_that_only_the_cell_brings_are_compiled_with_it(self):
        # Behind the headers that can be precompiled, so that there is no object without it.
        self.write("own.h", "#pragma once\n#include <map>\n")
        self.write("cell.cpp", CELL.replace("static int", '#include "own.h"\nstatic int') +
                   "std::map<std::string, int> counts(std::string text) { return {{text, 1}}; }\n")
        flags = ("--cxx", self.compiler, f"--cxxflags=-isystem {self.path('system')}", "--show-results")
        for by in (2, 3):
            self.edit("cell.cpp", re.search(r"\d \* x", self.path("cell.cpp").read_text())[0], f"{by} * x")
            self.assertEqual(self.execute(*flags).value("counts"), {f"xxx{5 * by}": 1})
        self.assertEqual(self.types(), [])

    def test_an_object_of_types_that_is_damaged_or_could_be_anothers_is_not_used(self):
        self.values()
        numbers = iter(range(3, 100))
        for change in (lambda path: path.write_bytes(path.read_bytes()[:500]),
                       lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\1"),
                       lambda path: path.chmod(0o666),
                       lambda path: path.unlink()):
            made, = self.types()
            whole = made.read_bytes()
            change(made)
            # Never built before.
            for by in (next(numbers), next(numbers)):
                self.edit("cell.cpp", re.search(r"\d+ \* x", self.path("cell.cpp").read_text())[0], f"{by} * x")
                self.assertEqual(self.values(), (5 * by, f"xxx{5 * by}"))
            made, = self.types()
            self.assertEqual(made.read_bytes(), whole)
            self.assertEqual(made.stat().st_mode & 0o777, 0o600)

    def test_errors_are_told_as_without(self):
        self.values()
        self.edit("cell.cpp", "return twice(length());", "return twice(length()) + missing();")
        result = self.run_hamcell("cell.cpp", "-x", "--cxx", self.compiler,
                                  f"--cxxflags=-isystem {self.path('system')}")
        self.assert_status(result, COMPILE)
        self.assertIn("cell.cpp:7:", result.err)
        self.assertNotIn("preambles", result.err)
        # What only the compiler finds: the parser of hamcell does not make code.
        self.write("cell.cpp", CELL.replace("static int", "__attribute__((alias(\"nowhere\"))) int other();\nstatic int"))
        result = self.run_hamcell("cell.cpp", "-x", "--cxx", self.compiler,
                                  f"--cxxflags=-isystem {self.path('system')}")
        self.assert_status(result, COMPILE)
        self.assertIn("cell.cpp:6:", result.err)
        self.assertNotIn("preambles", result.err)

    def test_a_cell_with_a_byte_order_mark_and_windows_lines(self):
        self.path("cell.cpp").write_bytes(b"\xef\xbb\xbf" + CELL.replace("\n", "\r\n").encode())
        self.assertEqual(self.values(), (10, "xxx10"))
        text = self.path("cell.cpp").read_bytes()
        self.path("cell.cpp").write_bytes(text.replace(b"2 * x", b"3 * x"))
        self.assertEqual(self.values(), (15, "xxx15"))

    def test_an_edit_that_comes_to_nothing_leaves_nothing_behind(self):
        self.values()
        self.edit("cell.cpp", "// A cell", "// The cell")
        result = self.execute("--cxx", self.compiler,
                              f"--cxxflags=-isystem {self.path('early')} -isystem {self.path('system')}")
        self.assert_status(result, DONE)
        self.assertEqual({node["status"] for node in result.json()["nodes"]}, {"cached"})
        left = [path.name for path in (self.user_cache / "cells").iterdir() if not path.name.endswith((".so", ".record", ".text", ".newest"))]
        self.assertEqual(left, [])


class PrecompiledByGcc(Precompiled):
    compiler = "g++"


if __name__ == "__main__":
    unittest.main()
