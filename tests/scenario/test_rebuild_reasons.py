"""What changes around a cell (build, headers, what it is linked with), and which nodes that runs."""

import os
import shutil
import subprocess
import time
import unittest

from harness import COMPILE, COMPILERS, Scenario, needs_first_place


def build_library(folder):
    """Makes libphysics.a of physics.cpp, the same bytes whenever the source is the same."""
    command = "g++ -c -fPIC physics.cpp -o physics.o && rm -f libphysics.a && ar rcD libphysics.a physics.o"
    subprocess.run(command, cwd=folder, check=True, shell=True)


def build_shared(folder, name="libshared.so"):
    """Makes a shared library of physics.cpp."""
    subprocess.run(["g++", "-shared", "-fPIC", "physics.cpp", "-o", name], cwd=folder, check=True)


class Rebuilds(Scenario):
    """One node, `near`, uses what changes; `far` does not; `sum` needs both."""

    FAR_AND_SUM = "int far() { return 100; }\nint sum(int near, int far) { return near + far; }\n"

    def write_cell(self, above, near):
        self.write("cell.cpp", f"{above}int near() {{ return {near}; }}\n{self.FAR_AND_SUM}")

    def run_all(self, *args, near, **how):
        """Runs the cell, and expects this value of `near`."""
        # A scan is remembered only if its files are older than a tick of the clock: let it be.
        time.sleep(0.06)
        result = self.execute("--show-results", *args, **how)
        self.assertEqual({name: result.value(name) for name in result.statuses()},
                         {"near": near, "far": 100, "sum": near + 100})
        return result

    def assert_none_cached_for(self, reason, result):
        """Every node ran, for this reason."""
        self.assert_none_cached(result)
        self.assertEqual({name: result.node(name)["reason"] for name in result.statuses()},
                         dict.fromkeys(result.statuses(), reason))

    def assert_only_near_ran(self, result):
        """`near` ran, and `sum`, because its value is another one."""
        self.assert_ran(result, {"near", "sum"})
        self.assert_cached(result, {"far"})


class Sources(Rebuilds):
    """A source that the cell names in a directive: it is linked in, so it counts for every node."""

    def setUp(self):
        super().setUp()
        self.write("physics.h", "#define SCALE 1\nint gravity();\n")
        self.write("physics.cpp", '#include "physics.h"\nint gravity() { return 9 * SCALE; }\n')
        self.write_cell("//hamcell:source physics.cpp\nint gravity();\n", "gravity()")
        self.assert_none_cached(self.run_all(near=9))

    def test_an_edited_source_runs_every_node(self):
        self.edit("physics.cpp", "return 9", "return 10")
        result = self.run_all(near=10)
        self.assert_none_cached(result)
        for name in result.statuses():
            self.assertIn("physics.cpp changed", result.node(name)["reason"])

    def test_an_edited_header_of_a_source_runs_every_node(self):
        self.edit("physics.h", "SCALE 1", "SCALE 2")
        self.assert_none_cached(self.run_all(near=18))

    def test_a_makefiles_flags_for_rules_of_make_do_not_hide_the_headers(self):
        flags = "--cxxflags=-O2 -MMD -MP -MF rules.d"
        self.run_all(flags, near=9)
        self.edit("physics.h", "SCALE 1", "SCALE 2")
        self.assert_none_cached(self.run_all(flags, near=18))
        self.assertFalse(self.path("rules.d").exists())

    def test_a_touched_source_runs_nothing(self):
        os.utime(self.path("physics.cpp"))
        self.assert_all_cached(self.run_all(near=9))

    def test_a_header_of_a_source_that_appears_earlier_on_the_search_path_runs_every_node(self):
        folders = ("-I", "early", "-I", "late")
        self.write("late/scale.h", "#define SCALE 1\n")
        self.path("early").mkdir()
        self.write("physics.h", "#include <scale.h>\nint gravity();\n")
        self.run_all(*folders, near=9)
        self.write("early/scale.h", "#define SCALE 2\n")
        self.assert_none_cached(self.run_all(*folders, near=18))

    def test_a_header_that_appears_in_a_sources_own_folder_runs_every_node(self):
        folders = ("-I", "late")
        self.write("late/scale.h", "#define SCALE 1\n")
        self.write("lib/physics.cpp", '#include "scale.h"\nint gravity() { return 9 * SCALE; }\n')
        self.edit("cell.cpp", "source physics.cpp", "source lib/physics.cpp")
        self.run_all(*folders, near=9)
        self.write("lib/scale.h", "#define SCALE 2\n")
        self.assert_none_cached(self.run_all(*folders, near=18))

    def test_a_header_of_a_header_of_a_source_that_appears_earlier_runs_every_node(self):
        folders = ("-I", "early", "-I", "late")
        self.write("late/deep/scale.h", "#define SCALE 1\n")
        self.write("physics.h", "#include <deep/scale.h>\nint gravity();\n")
        self.run_all(*folders, near=9)
        self.write("early/deep/scale.h", "#define SCALE 2\n")
        self.assert_none_cached(self.run_all(*folders, near=18))

    def test_a_header_that_a_source_names_by_a_macro_and_that_appears_earlier_runs_every_node(self):
        folders = ("-I", "early", "-I", "late")
        self.path("early").mkdir()
        self.write("late/scale.h", "#define SCALE 1\n")
        self.write("physics.h", "#define HEADER <scale.h>\n#include HEADER\nint gravity();\n")
        self.run_all(*folders, near=9)
        self.write("early/scale.h", "#define SCALE 2\n")
        self.assert_none_cached(self.run_all(*folders, near=18))

    def test_a_header_that_a_source_asks_for_runs_every_node_once_it_is_there(self):
        self.write("physics.h", '#if __has_include("scale.h")\n#include "scale.h"\n#else\n#define SCALE 1\n#endif\n')
        self.run_all(near=9)
        self.write("scale.h", "#define SCALE 2\n")
        self.assert_none_cached(self.run_all(near=18))

    def test_a_header_of_a_system_folder_counts_for_a_source_too(self):
        self.write("system/scale.h", "#define SCALE 1\n")
        self.write("physics.h", "#include <scale.h>\nint gravity();\n")
        self.edit("cell.cpp", "//hamcell:source", "//hamcell:cxxflags -isystem system\n//hamcell:source")
        self.run_all(near=9)
        self.write("system/scale.h", "#define SCALE 2\n")
        self.assert_none_cached(self.run_all(near=18))

    def test_a_header_that_was_missing_counts_once_it_is_there(self):
        self.write("physics.h", '#include "scale.h"\nint gravity();\n')
        time.sleep(0.06)
        self.execute(status=COMPILE)
        self.write("scale.h", "#define SCALE 2\n")
        self.run_all(near=18)
        self.write("scale.h", "#define SCALE 3\n")
        self.assert_none_cached(self.run_all(near=27))

    def test_a_file_that_nothing_names_beside_a_source_runs_nothing(self):
        self.write("other.h", "#define SCALE 2\n")
        self.assert_all_cached(self.run_all(near=9))

    def test_a_function_that_a_source_calls_back_runs_the_nodes_that_call_the_source(self):
        self.write("physics.cpp", "int scale(int);\nint gravity() { return scale(9); }\n")
        self.write_cell("//hamcell:source physics.cpp\nint gravity();\n"
                        "namespace { int factor() { return 1; } }\ninline int twice(int x) { return 2 * x; }\n"
                        "[[ham::exclude]] int scale(int x) { return x * factor(); }\n", "gravity()")
        self.run_all(near=9)
        self.edit("cell.cpp", "return 1;", "return 3;")
        self.run_all(near=27)
        self.edit("cell.cpp", "2 * x", "3 * x")
        self.assert_all_cached(self.run_all(near=27))

    def test_a_file_that_the_assembler_includes_in_a_source_runs_every_node(self):
        self.write("number.bin", "\3")
        self.write("physics.cpp", 'asm(R"(.section .rodata\nnumber: .incbin "number.bin"\n.previous)");\n'
                   'extern const unsigned char number[] asm("number");\nint gravity() { return number[0]; }\n')
        self.run_all(near=3)
        self.write("number.bin", "\4")
        self.assert_none_cached(self.run_all(near=4))

    def test_a_source_that_is_as_it_was_before_an_edit_runs_nothing(self):
        self.edit("physics.cpp", "return 9", "return 10")
        self.run_all(near=10)
        self.edit("physics.cpp", "return 10", "return 9")
        self.assert_all_cached(self.run_all(near=9))


class Libraries(Rebuilds):
    """A library of the user's that the cell is linked with: its content counts for every node."""

    def setUp(self):
        super().setUp()
        self.write("physics.cpp", "int gravity() { return 9; }\n")
        build_library(self.folder)
        self.write_cell("//hamcell:ldflags -L. -lphysics\nint gravity();\n", "gravity()")
        self.assert_none_cached(self.run_all(near=9))

    def test_a_library_that_was_rebuilt_from_another_source_runs_every_node(self):
        self.edit("physics.cpp", "return 9", "return 10")
        build_library(self.folder)
        self.assert_none_cached_for("library libphysics.a changed", self.run_all(near=10))

    def test_a_function_that_a_library_calls_back_runs_the_nodes_that_call_the_library(self):
        self.write("physics.cpp", "int scale(int);\nint gravity() { return scale(9); }\n")
        build_library(self.folder)
        self.edit("cell.cpp", "int near()", "[[ham::exclude]] int scale(int x) { return x * 1; }\nint near()")
        self.run_all(near=9)
        self.edit("cell.cpp", "x * 1", "x * 3")
        self.run_all(near=27)

    def test_a_library_that_was_rebuilt_to_the_same_bytes_runs_nothing(self):
        old = self.path("libphysics.a").stat()
        build_library(self.folder)
        self.assertNotEqual(self.path("libphysics.a").stat().st_mtime_ns, old.st_mtime_ns)
        self.assert_all_cached(self.run_all(near=9))

    def test_a_library_that_was_rebuilt_to_the_same_size_runs_every_node(self):
        old = self.path("libphysics.a").stat()
        self.edit("physics.cpp", "return 9", "return 8")
        build_library(self.folder)
        self.assertEqual(self.path("libphysics.a").stat().st_size, old.st_size)
        os.utime(self.path("libphysics.a"), ns=(old.st_atime_ns, old.st_mtime_ns))
        self.assert_none_cached_for("library libphysics.a changed", self.run_all(near=8))

    def test_a_library_beside_it_that_nothing_names_runs_nothing(self):
        self.write("libother.a", "not a library")
        self.assert_all_cached(self.run_all(near=9))

    def test_a_library_that_comes_to_lie_in_front_of_another_runs_every_node(self):
        self.edit("cell.cpp", "-L. -lphysics", "-Lfirst -L. -lphysics")
        self.run_all(near=9)
        self.write("first/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("first"))
        self.assert_none_cached(self.run_all(near=10))

    def test_a_shared_library_that_the_linker_prefers_to_the_archive_runs_every_node(self):
        self.edit("cell.cpp", "-L. -lphysics", f"-L. -lphysics -Wl,-rpath,{self.folder}")
        self.run_all(near=9)
        self.edit("physics.cpp", "return 9", "return 10")
        build_shared(self.folder, "libphysics.so")
        self.assert_none_cached(self.run_all(near=10))

    def test_a_library_in_a_folder_that_was_not_there_runs_every_node(self):
        self.edit("cell.cpp", "-L. -lphysics", "-Lfirst/lib -L. -l:libphysics.a")
        self.run_all(near=9)
        self.write("first/lib/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("first/lib"))
        self.assert_none_cached(self.run_all(near=10))

    def test_a_library_that_comes_to_lie_in_front_in_the_environment_runs_every_node(self):
        self.edit("cell.cpp", "-L. -lphysics", "-lphysics")
        env = {"LIBRARY_PATH": f"{self.path('first')}:{self.folder}"}
        self.run_all(near=9, env=env)
        self.write("first/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("first"))
        self.assert_none_cached(self.run_all(near=10, env=env))

    def test_a_library_among_the_flags_of_the_compiler_counts_too(self):
        self.edit("cell.cpp", "//hamcell:ldflags -L.", "//hamcell:cxxflags -Lfirst -L.")
        self.run_all(near=9)
        self.edit("physics.cpp", "return 9", "return 10")
        build_library(self.folder)
        self.assert_none_cached_for("library libphysics.a changed", self.run_all(near=10))
        self.write("first/physics.cpp", "int gravity() { return 11; }\n")
        build_library(self.path("first"))
        self.assert_none_cached(self.run_all(near=11))

    def test_a_library_that_was_missing_counts_once_it_is_there(self):
        self.path("libphysics.a").unlink()
        time.sleep(0.06)
        self.execute("--no-cache", status=COMPILE)
        self.edit("physics.cpp", "return 9", "return 10")
        build_library(self.folder)
        self.run_all(near=10)
        self.edit("physics.cpp", "return 10", "return 11")
        build_library(self.folder)
        self.assert_none_cached_for("library libphysics.a changed", self.run_all(near=11))

    def test_a_library_that_a_link_leads_to_runs_every_node_when_the_link_leads_elsewhere(self):
        self.write("second/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("second"))
        self.path("libphysics.a").rename(self.path("libfirst.a"))
        self.path("libphysics.a").symlink_to("libfirst.a")
        self.run_all(near=9)
        self.path("libphysics.a").unlink()
        self.path("libphysics.a").symlink_to("second/libphysics.a")
        self.assert_none_cached(self.run_all(near=10))

    def test_a_folder_that_a_link_leads_to_runs_every_node_when_the_link_leads_elsewhere(self):
        self.write("second/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("second"))
        self.edit("cell.cpp", "-L.", "-Lcurrent")
        self.path("current").symlink_to(".")
        self.run_all(near=9)
        self.path("current").unlink()
        self.path("current").symlink_to("second")
        self.assert_none_cached(self.run_all(near=10))

    def test_a_member_of_a_thin_archive_that_was_rebuilt_runs_every_node(self):
        subprocess.run("rm libphysics.a && ar rcDT libphysics.a physics.o", cwd=self.folder, check=True, shell=True)
        self.run_all(near=9)
        self.edit("physics.cpp", "return 9", "return 10")
        subprocess.run(["g++", "-c", "-fPIC", "physics.cpp"], cwd=self.folder, check=True)
        self.assert_none_cached_for("library physics.o changed", self.run_all(near=10))

    def test_a_library_that_a_linker_script_asks_for_runs_every_node_when_it_appears_earlier(self):
        self.write("libscript.a", "/* stands for */ INPUT(-lphysics)\n")
        self.edit("cell.cpp", "-L. -lphysics", "-Lfirst -L. -lscript")
        self.run_all(near=9)
        self.write("first/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("first"))
        self.assert_none_cached(self.run_all(near=10))

    def test_a_linker_that_does_not_say_what_it_took_makes_no_difference(self):
        if shutil.which("ld.gold") is None:
            self.skipTest("the linker gold is not installed")
        self.edit("cell.cpp", "-L. -lphysics", "-fuse-ld=gold -Lfirst -L. -lphysics")
        self.run_all(near=9)
        self.edit("physics.cpp", "return 9", "return 10")
        build_library(self.folder)
        self.assert_none_cached_for("library libphysics.a changed", self.run_all(near=10))
        self.write("first/physics.cpp", "int gravity() { return 11; }\n")
        build_library(self.path("first"))
        self.assert_none_cached(self.run_all(near=11))

    def test_an_object_file_that_was_rebuilt_runs_every_node(self):
        self.edit("cell.cpp", "-L. -lphysics", "physics.o")
        self.run_all(near=9)
        self.edit("physics.cpp", "return 9", "return 10")
        build_library(self.folder)
        self.assert_none_cached(self.run_all(near=10))


class LoadedLibraries(Rebuilds):
    """What is loaded with a cell need not be what it was linked with; what is loaded counts."""

    def setUp(self):
        super().setUp()
        self.write("physics.cpp", "int gravity() { return 9; }\n")
        build_shared(self.folder)
        self.write_cell(f"//hamcell:ldflags -L. -lshared -Wl,-rpath,{self.path('first')}:{self.folder}\n"
                        "int gravity();\n", "gravity()")
        self.assert_none_cached(self.run_all(near=9))

    def write_other(self, folder, value):
        self.write(f"{folder}/physics.cpp", f"int gravity() {{ return {value}; }}\n")
        build_shared(self.path(folder))

    def test_a_shared_library_that_was_rebuilt_runs_every_node(self):
        self.edit("physics.cpp", "return 9", "return 10")
        build_shared(self.folder)
        self.assert_none_cached_for("library libshared.so changed", self.run_all(near=10))

    def test_a_shared_library_that_comes_to_lie_in_front_on_the_rpath_runs_every_node(self):
        self.write_other("first", 10)
        self.assert_none_cached(self.run_all(near=10))
        self.write_other("first", 11)
        self.assert_none_cached_for("library libshared.so changed", self.run_all(near=11))

    def test_a_shared_library_that_the_environment_puts_in_front_runs_every_node(self):
        self.write_other("named", 10)
        env = {"LD_LIBRARY_PATH": f"{self.path('early')}:{self.path('named')}"}
        self.assert_none_cached(self.run_all(near=10, env=env))
        self.write_other("named", 11)
        self.assert_none_cached_for("library libshared.so changed", self.run_all(near=11, env=env))
        self.write_other("early", 12)
        self.assert_none_cached(self.run_all(near=12, env=env))
        self.assert_all_cached(self.run_all(near=9))

    @needs_first_place
    def test_a_shared_library_that_is_loaded_before_all_others_runs_every_node(self):
        preload = self.path("named/libshared.so")
        env = {"LD_PRELOAD": preload}
        self.write_other("named", 10)
        self.run_all(near=10, env=env)
        self.write_other("named", 11)
        self.assert_none_cached_for("library libshared.so changed", self.run_all(near=11, env=env))

    def test_a_shared_library_that_another_one_needs_runs_every_node(self):
        self.write("inner.cpp", "int inner() { return 1; }\n")
        self.write("physics.cpp", "int inner();\nint gravity() { return 9 * inner(); }\n")
        subprocess.run(f"g++ -shared -fPIC inner.cpp -o libinner.so && g++ -shared -fPIC physics.cpp -o libshared.so "
                       f"-L. -linner -Wl,-rpath,{self.path('first')}:{self.folder}",
                       cwd=self.folder, check=True, shell=True)
        self.assert_none_cached(self.run_all(near=9))
        self.write("first/inner.cpp", "int inner() { return 2; }\n")
        subprocess.run(["g++", "-shared", "-fPIC", "inner.cpp", "-o", "libinner.so"], cwd=self.path("first"),
                       check=True)
        self.assert_none_cached(self.run_all(near=18))

    def test_a_library_on_the_rpath_that_nothing_needs_runs_nothing(self):
        self.write("first/libother.so", "not a library")
        self.assert_all_cached(self.run_all(near=9))


class Flags(Rebuilds):
    """Flags count for every node, wherever they come from."""

    def setUp(self):
        super().setUp()
        self.write_cell("#ifndef LEVEL\n#define LEVEL 1\n#endif\n", "LEVEL")

    def test_another_optimisation_runs_every_node_and_the_old_one_finds_its_entries(self):
        self.build_flags = ()
        self.run_all(near=1)
        self.assert_none_cached_for("flags changed", self.run_all("--cxxflags=-O3", near=1))
        self.assert_all_cached(self.run_all("--cxxflags=-O3", near=1))
        self.assert_all_cached(self.run_all(near=1))

    def test_another_macro_on_the_command_line_runs_every_node(self):
        self.run_all("-D", "LEVEL=2", near=2)
        self.assert_none_cached_for("flags changed", self.run_all("-D", "LEVEL=3", near=3))
        self.assert_all_cached(self.run_all("-D", "LEVEL=2", near=2))

    def test_a_macro_that_is_no_longer_given_runs_every_node(self):
        self.run_all("-D", "LEVEL=2", near=2)
        self.assert_none_cached_for("flags changed", self.run_all(near=1))

    def test_a_flag_that_a_directive_adds_runs_every_node(self):
        self.run_all(near=1)
        self.edit("cell.cpp", "#ifndef", "//hamcell:cxxflags -DLEVEL=4\n#ifndef")
        self.assert_none_cached(self.run_all(near=4))

    def test_another_standard_runs_every_node(self):
        self.run_all(near=1)
        self.assert_none_cached_for("flags changed", self.run_all("--std", "c++23", near=1))

    def test_another_flag_of_the_linker_runs_every_node(self):
        self.run_all(near=1)
        self.assert_none_cached_for("flags changed", self.run_all("--ldflags=-lm", near=1))

    def test_flags_in_the_projects_file_run_every_node(self):
        self.run_all(near=1)
        self.write("hamcell.toml", 'cxxflags = ["-DLEVEL=5"]\n')
        self.assert_none_cached_for("flags changed", self.run_all(near=5))

    def test_flags_in_a_response_file_are_those_in_it(self):
        self.write("more.txt", "-DOTHER=1")
        flags = self.write("flags.txt", f"'-DTEXT=\"a b\"'\n-DLEVEL=6 @{self.path('more.txt')}\n")
        self.edit("cell.cpp", "#ifndef", 'static_assert(sizeof TEXT == 4 && OTHER);\n#ifndef')
        for compiler in COMPILERS:
            with self.subTest(compiler):
                self.run_all("--cxx", compiler, f"--cxxflags=@{flags}", near=6)

    def test_an_edited_response_file_runs_every_node(self):
        self.write("flags.txt", "@more.txt")
        self.write("more.txt", "-DLEVEL=6")
        self.run_all("--cxxflags=@flags.txt", near=6)
        self.write("more.txt", "-DLEVEL=7")
        self.assert_none_cached_for("flags changed", self.run_all("--cxxflags=@flags.txt", near=7))

    def test_a_response_file_with_other_spaces_runs_nothing(self):
        self.write("flags.txt", "-DLEVEL=6")
        self.run_all("--cxxflags=@flags.txt", near=6)
        self.write("flags.txt", "\n  -DLEVEL=6\n")
        self.assert_all_cached(self.run_all("--cxxflags=@flags.txt", near=6))

    def test_a_response_file_that_a_directive_names_is_beside_the_cell(self):
        self.write("below/flags.txt", "-DLEVEL=6 -Iheaders")
        self.write("below/headers/other.h", "#define OTHER 1\n")
        self.write("below/cell.cpp", "//hamcell:cxxflags @flags.txt\n#include <other.h>\n"
                                     f"int near() {{ return LEVEL; }}\n{self.FAR_AND_SUM}")
        self.run_all(cell="below/cell.cpp", near=6)
        self.write("below/flags.txt", "-DLEVEL=7 -Iheaders")
        self.assert_none_cached_for("flags changed", self.run_all(cell="below/cell.cpp", near=7))

    def test_a_response_file_of_the_linker_counts(self):
        self.write("physics.cpp", "int gravity() { return 9; }\n")
        build_library(self.folder)
        self.write("flags.txt", "-Lfirst -L. -lphysics")
        self.write_cell("//hamcell:ldflags @flags.txt\nint gravity();\n", "gravity()")
        self.run_all(near=9)
        self.write("first/physics.cpp", "int gravity() { return 10; }\n")
        build_library(self.path("first"))
        self.assert_none_cached(self.run_all(near=10))
        self.write("flags.txt", "-L. -lphysics")
        self.assert_none_cached(self.run_all("--recompute", near=9))

    def test_an_edited_header_that_a_flag_includes_runs_the_nodes_that_reach_it(self):
        forced = self.write("forced.h", "#define LEVEL 2\n#define OTHER 1\n")
        flags = f"--cxxflags=-include {forced}"
        self.run_all(flags, near=2)
        self.edit("forced.h", "LEVEL 2", "LEVEL 3")
        self.assert_only_near_ran(self.run_all(flags, near=3))


class Packages(Rebuilds):
    """Flags that pkg-config gives count for every node."""

    def setUp(self):
        super().setUp()
        self.path("early").mkdir()
        self.write_package("late", level=1)
        self.write_cell("//hamcell:pkg physics\n", "LEVEL")
        self.env = {"PKG_CONFIG_PATH": f"{self.path('early')}:{self.path('late')}"}
        self.assert_none_cached(self.run_all(env=self.env, near=1))

    def write_package(self, folder, level, name="physics"):
        self.write(f"{folder}/{name}.pc",
                   f"Name: physics\nDescription: physics\nVersion: 1\nCflags: -DLEVEL={level}\nLibs:\n")

    def test_an_edited_package_runs_every_node(self):
        self.write_package("late", level=2)
        self.assert_none_cached_for("package physics changed", self.run_all(env=self.env, near=2))

    def test_a_package_that_comes_to_lie_in_front_of_another_runs_every_node(self):
        self.write_package("early", level=3)
        self.assert_none_cached(self.run_all(env=self.env, near=3))

    def test_a_package_in_front_of_those_that_come_with_pkg_config_runs_every_node(self):
        env = {"PKG_CONFIG_LIBDIR": self.env["PKG_CONFIG_PATH"]}
        self.run_all(env=env, near=1)
        self.write_package("early", level=3)
        self.assert_none_cached(self.run_all(env=env, near=3))

    def test_a_package_that_was_built_and_not_installed_runs_every_node(self):
        self.write_package("late", level=4, name="physics-uninstalled")
        self.assert_none_cached(self.run_all(env=self.env, near=4))

    def test_a_required_package_that_comes_to_lie_in_front_of_another_runs_every_node(self):
        text = "Name: {0}\nDescription: {0}\nVersion: 1\nRequires: {1}\nCflags: {2}\nLibs:\n"
        self.write("late/physics.pc", text.format("physics", "units", ""))
        self.write("late/units.pc", text.format("units", "", "-DLEVEL=1"))
        self.run_all(env=self.env, near=1)
        self.write("early/units.pc", text.format("units", "", "-DLEVEL=5"))
        self.assert_none_cached_for("package physics changed", self.run_all(env=self.env, near=5))

    def test_a_touched_package_runs_nothing(self):
        os.utime(self.path("late/physics.pc"))
        self.assert_all_cached(self.run_all(env=self.env, near=1))


class OtherCompilers(Rebuilds):
    """The compiler counts for every node."""

    def setUp(self):
        super().setUp()
        self.write_cell("#if defined(__clang__)\n#define LEVEL 1\n#elif !defined(LEVEL)\n#define LEVEL 2\n#endif\n",
                        "LEVEL")

    def write_compiler(self, folder, level):
        """A compiler of the user's own, which has a macro built in; returns its path."""
        compiler = self.write(f"{folder}/my-c++", f'#!/bin/sh\nexec g++ -DLEVEL={level} "$@"\n')
        compiler.chmod(0o755)
        return compiler

    def test_another_compiler_runs_every_node_and_the_old_one_finds_its_entries(self):
        clang, gcc = COMPILERS
        if "clang" not in clang:
            self.skipTest("no clang is installed")
        self.run_all("--cxx", clang, near=1)
        self.assert_none_cached(self.run_all("--cxx", gcc, near=2))
        self.assert_all_cached(self.run_all("--cxx", clang, near=1))

    def test_a_header_that_only_another_compiler_includes_counts_for_it(self):
        clang, gcc = COMPILERS
        self.write_cell('#ifndef __clang__\n#include "inner/gcc_only.h"\n#else\n#define LEVEL 1\n#endif\n', "LEVEL")
        self.write("inner/gcc_only.h", '#include "deeper.h"\n')
        self.write("inner/deeper.h", "#define LEVEL 5\n")
        self.run_all("--cxx", gcc, near=5)
        self.assert_all_cached(self.run_all("--cxx", gcc, near=5))
        self.edit("inner/deeper.h", "5", "6")
        self.assert_none_cached_for("header deeper.h changed", self.run_all("--cxx", gcc, near=6))
        os.utime(self.path("inner/deeper.h"))
        self.assert_all_cached(self.run_all("--cxx", gcc, near=6))
        self.write("deeper.h", "#define LEVEL 9\n")
        self.assert_all_cached(self.run_all("--cxx", gcc, near=6))
        if "clang" not in clang:
            self.skipTest("no clang is installed")
        self.run_all("--cxx", clang, near=1)
        self.edit("inner/deeper.h", "6", "7")
        self.assert_all_cached(self.run_all("--cxx", clang, near=1))

    def test_a_header_that_only_another_compiler_includes_may_come_to_lie_in_front(self):
        gcc = COMPILERS[1]
        self.write_cell("#ifndef __clang__\n#include <gcc_only.h>\n#endif\n", "LEVEL")
        self.write("late/gcc_only.h", "#define LEVEL 5\n")
        folders = ("--cxx", gcc, "-I", "early", "-I", "late")
        self.run_all(*folders, near=5)
        self.write("early/gcc_only.h", "#define LEVEL 6\n")
        self.assert_none_cached(self.run_all(*folders, near=6))

    def test_a_cell_from_standard_input_has_the_headers_of_its_compiler_too(self):
        gcc = COMPILERS[1]
        cell = f'#ifndef __clang__\n#include "gcc_only.h"\n#endif\nint near() {{ return LEVEL; }}\n{self.FAR_AND_SUM}'
        self.write("gcc_only.h", "#define LEVEL 5\n")
        time.sleep(0.06)
        self.execute("--cxx", gcc, cell="-", stdin=cell)
        self.assert_all_cached(self.execute("--cxx", gcc, cell="-", stdin=cell))
        self.edit("gcc_only.h", "5", "6")
        self.assert_none_cached(self.execute("--cxx", gcc, cell="-", stdin=cell))

    def test_another_compiler_in_the_environment_runs_every_node(self):
        clang, gcc = COMPILERS
        if "clang" not in clang:
            self.skipTest("no clang is installed")
        self.run_all(env={"CXX": clang}, near=1)
        self.assert_none_cached_for("compiler changed", self.run_all(env={"CXX": gcc}, near=2))

    def test_a_compiler_that_was_replaced_in_its_place_runs_every_node(self):
        compiler = self.write_compiler("tools", level=2)
        self.run_all("--cxx", compiler, near=2)
        self.write_compiler("tools", level=7)
        self.assert_none_cached_for("compiler changed", self.run_all("--cxx", compiler, near=7))

    def test_a_compiler_that_comes_to_lie_in_front_on_the_path_runs_every_node(self):
        self.write_compiler("late", level=2)
        path = f"{self.path('early')}:{self.path('late')}:{os.environ['PATH']}"
        self.run_all("--cxx", "my-c++", env={"PATH": path}, near=2)
        self.write_compiler("early", level=7)
        self.assert_none_cached_for("compiler changed", self.run_all("--cxx", "my-c++", env={"PATH": path}, near=7))


class Headers(Rebuilds):
    """A header of the user's counts for the nodes that reach what changed in it; a system's, for all."""

    def test_an_edited_helper_of_a_header_runs_the_nodes_that_reach_it(self):
        self.write("unit.h", "inline int unit() { return 7; }\ninline int other() { return 1; }\n")
        self.write_cell('#include "unit.h"\n', "unit()")
        self.run_all(near=7)
        self.edit("unit.h", "return 7", "return 8")
        result = self.run_all(near=8)
        self.assert_only_near_ran(result)
        self.assertEqual(result.node("near")["reason"], "code changed: helper unit (unit.h:1)")
        self.assertEqual(result.node("sum")["reason"], "near changed")

    def test_an_edited_helper_of_a_header_that_no_node_reaches_runs_nothing(self):
        self.write("unit.h", "inline int unit() { return 7; }\ninline int other() { return 1; }\n")
        self.write_cell('#include "unit.h"\n', "unit()")
        self.run_all(near=7)
        self.edit("unit.h", "return 1", "return 2")
        self.assert_all_cached(self.run_all(near=7))

    def test_a_header_that_was_touched_runs_nothing(self):
        self.write("unit.h", "inline int unit() { return 7; }\n")
        self.write_cell('#include "unit.h"\n', "unit()")
        self.run_all(near=7)
        os.utime(self.path("unit.h"))
        self.assert_all_cached(self.run_all(near=7))

    def test_a_header_that_was_replaced_by_its_like_runs_nothing(self):
        header = self.write("unit.h", "inline int unit() { return 7; }\n")
        self.write_cell('#include "unit.h"\n', "unit()")
        self.run_all(near=7)
        header.unlink()
        self.write("unit.h", "inline int unit() { return 7; }\n")
        self.assert_all_cached(self.run_all(near=7))

    def test_a_header_that_appears_earlier_on_the_search_path_runs_the_nodes_that_reach_it(self):
        folders = ("-I", "early", "-I", "late")
        self.path("early").mkdir()
        self.write("late/unit.h", "inline int unit() { return 7; }\n")
        self.write_cell("#include <unit.h>\n", "unit()")
        self.run_all(*folders, near=7)
        self.write("early/unit.h", "inline int unit() { return 8; }\n")
        self.assert_only_near_ran(self.run_all(*folders, near=8))
        self.path("early/unit.h").unlink()
        self.assert_all_cached(self.run_all(*folders, near=7))

    def test_a_header_that_appears_in_a_folder_that_was_not_there_is_found(self):
        folders = ("-I", "early", "-I", "late")
        self.write("late/unit.h", "inline int unit() { return 7; }\n")
        self.write_cell("#include <unit.h>\n", "unit()")
        self.run_all(*folders, near=7)
        self.write("early/unit.h", "inline int unit() { return 8; }\n")
        self.assert_only_near_ran(self.run_all(*folders, near=8))

    def test_a_header_that_has_include_asked_for_runs_the_nodes_that_see_it(self):
        self.write_cell('#if __has_include("extra.h")\n#include "extra.h"\n#else\n'
                        "static int extra() { return 1; }\n#endif\n", "extra()")
        self.run_all(near=1)
        self.write("extra.h", "static int extra() { return 2; }\n")
        self.assert_only_near_ran(self.run_all(near=2))
        self.path("extra.h").unlink()
        self.assert_all_cached(self.run_all(near=1))

    def test_numbers_that_are_included_in_an_array_run_the_nodes_that_reach_it(self):
        self.write("coeffs.inc", "1, 2, 3\n")
        self.write_cell('static const int coeffs[] = {\n#include "coeffs.inc"\n};\n', "coeffs[1]")
        self.run_all(near=2)
        self.write("coeffs.inc", "1, 5, 3\n")
        self.assert_only_near_ran(self.run_all(near=5))

    def test_a_file_that_the_assembler_includes_runs_every_node(self):
        self.write("number.bin", "\3")
        self.write_cell('asm(R"(.section .rodata\nnumber: .incbin "number.bin"\n.previous)");\n'
                        'extern const unsigned char number[] asm("number");\n', "number[0]")
        self.run_all(near=3)
        self.write("number.bin", "\4")
        result = self.run_all(near=4)
        self.assert_none_cached(result)
        self.assertIn("code changed: file number.bin", result.node("near")["reason"])
        os.utime(self.path("number.bin"))
        self.assert_all_cached(self.run_all(near=4))

    def test_an_edited_header_of_a_system_folder_runs_every_node(self):
        self.write("system/unit.h", "inline int unit() { return 7; }\n")
        self.write_cell("//hamcell:cxxflags -isystem system\n#include <unit.h>\n", "unit()")
        self.run_all(near=7)
        self.edit("system/unit.h", "return 7", "return 8")
        self.assert_none_cached(self.run_all(near=8))

    def test_a_header_that_comes_to_lie_in_an_earlier_system_folder_runs_every_node(self):
        self.write("late/deep/scale.h", "#define LEVEL 1\n")
        self.write("late/deep/other.h", "")
        self.path("early/deep").mkdir(parents=True)
        self.path("first").mkdir()
        self.write_cell("#include <deep/other.h>\n#include <deep/scale.h>\n", "LEVEL")
        folders = ("--cxxflags", f"-isystem {self.path('first')} -isystem {self.path('early')} "
                   f"-idirafter {self.path('late')}")
        self.run_all(*folders, near=1)
        self.write("early/deep/scale.h", "#define LEVEL 2\n")
        self.assert_none_cached(self.run_all(*folders, near=2))
        self.write("first/deep/scale.h", "#define LEVEL 3\n")
        self.assert_none_cached(self.run_all(*folders, near=3))

    def test_a_header_in_front_in_a_system_folder_that_the_environment_names_runs_every_node(self):
        self.write("late/scale/scale.h", "#define LEVEL 1\n")
        self.path("early/scale").mkdir(parents=True)
        self.write_cell("#include <scale/scale.h>\n", "LEVEL")
        env = {"CPLUS_INCLUDE_PATH": f"{self.path('early')}:{self.path('late')}"}
        self.run_all(near=1, env=env)
        self.write("early/scale/scale.h", "#define LEVEL 2\n")
        self.assert_none_cached(self.run_all(near=2, env=env))

    def test_a_header_in_front_is_seen_by_each_name_that_the_search_could_have_found_it_by(self):
        # late/deep/scale.h is also scale.h of the folder late/deep, which is searched first.
        self.write("late/deep/scale.h", "#define LEVEL 1\n")
        self.path("early/deep").mkdir(parents=True)
        self.write_cell("#include <deep/scale.h>\n", "LEVEL")
        folders = ("--cxxflags", f"-isystem {self.path('late/deep')} -isystem {self.path('early')} "
                   f"-isystem {self.path('late')}")
        self.run_all(*folders, near=1)
        self.write("early/deep/scale.h", "#define LEVEL 2\n")
        self.assert_none_cached(self.run_all(*folders, near=2))

    def test_a_header_of_the_system_that_was_asked_for_in_vain_runs_the_nodes_that_see_it(self):
        self.path("early/deep").mkdir(parents=True)
        self.write_cell("#if __has_include(<deep/scale.h>)\n#define LEVEL 2\n#else\n#define LEVEL 1\n#endif\n",
                        "LEVEL")
        folders = ("--cxxflags", f"-isystem {self.path('early')}")
        self.run_all(*folders, near=1)
        self.write("early/deep/scale.h", "")
        self.assert_only_near_ran(self.run_all(*folders, near=2))

    def test_a_header_in_front_in_a_folder_that_a_long_flag_names_runs_every_node(self):
        self.path("early").mkdir()
        self.write("late/scale.h", "#define LEVEL 1\n")
        self.write_cell("#include <scale.h>\n", "LEVEL")
        folders = ("--cxxflags", f"--include-directory={self.path('early')} "
                   f"--include-directory={self.path('late')}")
        self.run_all(*folders, near=1)
        self.write("early/scale.h", "#define LEVEL 2\n")
        self.assert_only_near_ran(self.run_all(*folders, near=2))

    def test_a_header_that_only_position_independent_code_includes_counts(self):
        self.write("shared.h", "#define LEVEL 1\n")
        self.write_cell('#ifndef __PIE__\n#include "shared.h"\n#else\n#define LEVEL 7\n#endif\n', "LEVEL")
        for compiler in COMPILERS:
            self.write("shared.h", "#define LEVEL 1\n")
            self.run_all("--cxx", compiler, near=1)
            self.write("shared.h", "#define LEVEL 2\n")
            self.run_all("--cxx", compiler, near=2)

    def test_a_touched_header_of_a_system_folder_runs_nothing(self):
        self.write("system/unit.h", "inline int unit() { return 7; }\n")
        self.write_cell("//hamcell:cxxflags -isystem system\n#include <unit.h>\n", "unit()")
        self.run_all(near=7)
        os.utime(self.path("system/unit.h"))
        self.assert_all_cached(self.run_all(near=7))

    def test_a_header_in_a_folder_that_the_environment_names_is_found(self):
        self.write("named/unit.h", "inline int unit() { return 7; }\n")
        self.write("other/unit.h", "inline int unit() { return 8; }\n")
        self.write_cell("#include <unit.h>\n", "unit()")
        self.run_all(near=7, env={"CPATH": self.path("named")})
        self.assert_none_cached(self.run_all(near=8, env={"CPATH": self.path("other")}))


if __name__ == "__main__":
    unittest.main()
