"""What a built cell is made of: headers, libraries, and the file itself must be what they are taken for."""

import subprocess
import unittest

from harness import CELL, COMPILE, COMPILERS, Scenario


class BuiltCell(Scenario):
    def test_a_damaged_built_cell_is_built_anew(self):
        self.write("cell.cpp", "int a() { return 7; }\n")
        self.execute()
        for library in (self.root / "user-cache").rglob("*.so"):
            library.write_bytes(library.read_bytes()[:-100])
        self.assertEqual(self.values("--recompute")["a"], 7)

    def test_a_header_that_changes_while_the_cell_compiles_is_not_taken_for_the_old_one(self):
        self.write("h.h", "inline int value() { return 1; }\n")
        self.write("cell.cpp", '#include "h.h"\nint a() { return value(); }\n')
        # A compiler that edits the header before it reads it, when it compiles and not when it is asked things.
        wrapper = self.write("slow-c++", f"""#!/bin/sh
            case " $* " in *" -shared "*) echo 'inline int value() {{ return 2; }}' > '{self.path("h.h")}';; esac
            exec {COMPILERS[0]} "$@"
        """)
        wrapper.chmod(0o755)
        result = self.execute("--cxx", wrapper, status=COMPILE)
        self.assert_says(result, "h.h' changed while the cell was being compiled", "run again")
        self.assertEqual(self.values()["a"], 2)
        self.write("h.h", "inline int value() { return 1; }\n")
        self.assertEqual(self.values()["a"], 1)


class LinkedFiles(Scenario):
    def make_library(self, value):
        self.write("p.cpp", f"int p() {{ return {value}; }}\n")
        (self.folder / "lib").mkdir(exist_ok=True)
        subprocess.run([COMPILERS[-1], "-c", "-fPIC", "p.cpp", "-o", "p.o"], cwd=self.folder, check=True)
        self.path("lib/libp.a").unlink(missing_ok=True)
        subprocess.run(["ar", "rcs", "lib/libp.a", "p.o"], cwd=self.folder, check=True)

    def check_rebuilt_library_is_seen(self, flags):
        self.write("cell.cpp", f"//hamcell:ldflags {flags}\nint p();\nint a() {{ return p(); }}\n")
        self.make_library(1)
        self.assertEqual(self.values()["a"], 1)
        self.make_library(2)
        self.assertEqual(self.values()["a"], 2)
        self.assert_all_cached(self.execute())

    def test_a_rebuilt_library_named_by_l_makes_its_users_run(self):
        self.check_rebuilt_library_is_seen("-L lib -lp")

    def test_a_rebuilt_library_named_by_its_file_name_makes_its_users_run(self):
        self.check_rebuilt_library_is_seen("-L lib -l:libp.a")

    def test_a_rebuilt_library_among_linker_flags_makes_its_users_run(self):
        self.check_rebuilt_library_is_seen("-Llib -Wl,--whole-archive,-lp,--no-whole-archive")

    def test_a_rebuilt_object_file_makes_its_users_run(self):
        self.check_rebuilt_library_is_seen("p.o")


class InputFiles(Scenario):
    def test_an_input_file_that_is_nested_too_deep_is_refused(self):
        self.write("cell.cpp", "int f(int x) { return x; }\n")
        self.write("deep.json", '{"x": ' + "[" * 200_000 + "]" * 200_000 + "}")
        self.assert_says(self.execute("-i", "@deep.json", status=CELL), "deep.json", "nested")

    def test_a_number_that_no_type_holds_is_refused(self):
        self.write("cell.cpp", "double f(double x) { return x; }\n")
        self.write("big.json", '{"x": 1e999}')
        self.assert_says(self.execute("-i", "@big.json", status=CELL), "big.json", "1e999")


if __name__ == "__main__":
    unittest.main()
