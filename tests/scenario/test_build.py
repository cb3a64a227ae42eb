"""Building a cell: what it may need, and how errors of compiler and linker reach the user."""

import shutil
import subprocess
import unittest

from harness import CELL, COMPILE, COMPILERS, USAGE, Scenario


class Errors(Scenario):
    """Errors are those of the compiler, at the user's own files and lines, never inside what hamcell generates."""

    def broken(self, text, *args, name="cell.cpp", status=COMPILE):
        self.write(name, text)
        result = self.run_hamcell(name, "-x", *self.build_flags, *args)
        self.assert_status(result, status)
        return result

    def test_a_compile_error_has_the_cells_file_and_line(self):
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                result = self.broken("int a() { return 1; }\n\nint b() {\n  return wrong_name;\n}\n", "--cxx", compiler)
                self.assertRegex(result.err, r"(?m)^\S*cell\.cpp:4:10: error: .*wrong_name")

    def test_a_compile_error_in_a_header_has_its_file_and_line(self):
        self.write("own.h", "inline int own() {\n  return wrong_name;\n}\n")
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                result = self.broken('#include "own.h"\nint a() { return own(); }\n', "--cxx", compiler)
                self.assert_says(result, "own.h:2:10: error: ")

    def test_a_compile_error_in_a_template_shows_where_the_cell_asked_for_it(self):
        text = "template <class T> int size(T x) {\n  return x.size();\n}\nint a() {\n  return size(3);\n}\n"
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.assert_says(self.broken(text, "--cxx", compiler), "cell.cpp:2:", "cell.cpp:5:")

    def test_every_compile_error_is_shown(self):
        result = self.broken("int a() { return one; }\nint b() { return two; }\n")
        self.assert_says(result, "cell.cpp:1:", "cell.cpp:2:")

    def test_a_function_that_is_nowhere_is_a_link_error_with_a_hint(self):
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                result = self.broken("int nowhere(int x);\nint a() { return nowhere(3); }\n", "--cxx", compiler)
                self.assert_says(result, "nowhere", "//hamcell:source")

    def test_a_library_that_is_not_there_is_named(self):
        self.assert_says(self.broken("//hamcell:ldflags -lno_such_library\nint a() { return 1; }\n"), "no_such_library")

    def test_a_type_that_cannot_be_copied_is_blamed_on_the_cell(self):
        text = ("#include <memory>\nstruct Big { std::unique_ptr<int> p; };\nBig a() { return {}; }\n"
                "int b(Big a) { return a.p ? 1 : 0; }\n")
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.write("cell.cpp", text)
                result = self.run_hamcell("cell.cpp", "-x", "--cxx", compiler, *self.build_flags)
                self.assertIn(result.status, (CELL, COMPILE), str(result))
                self.assert_says(result, "cell.cpp:4:")

    def test_an_unknown_flag_is_shown_as_the_compiler_gave_it(self):
        result = self.broken("int a() { return 1; }\n", "--cxxflags=-fno-such-flag", "--cxx", "g++")
        self.assert_says(result, "-fno-such-flag")

    def test_a_warning_reaches_the_user_and_changes_nothing(self):
        self.write("cell.cpp", "int a() { int unused = 3; return 1; }\n")
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                result = self.execute("--cxxflags=-Wall", "--cxx", compiler)
                self.assert_says(result, "cell.cpp:1:", "unused")

    def test_a_cell_that_does_not_compile_leaves_nothing_behind(self):
        self.broken("int a() { return wrong_name; }\n")
        left = [p for p in (self.root / "user-cache").rglob("*") if p.suffix in (".cpp", ".so") and "." in p.stem]
        self.assertEqual(left, [])
        self.assertEqual(list((self.root / "tmp").iterdir()), [])

    def test_the_history_keeps_a_run_that_did_not_compile(self):
        self.broken("int a() { return wrong_name; }\n")
        self.assertEqual(self.run_hamcell("cache", "runs", "--json").json()[0]["status"], "failed")


class Needs(Scenario):
    """What a cell says about its build."""

    def test_a_pkg_config_library_is_linked(self):
        self.write("cell.cpp", "//hamcell:pkg sqlite3\n#include <sqlite3.h>\n"
                               "int version() { return sqlite3_libversion_number() / 1000000; }\n")
        self.assertEqual(self.values(), {"version": 3})

    def test_an_unknown_pkg_config_library_is_named_with_its_place(self):
        self.write("cell.cpp", "\n//hamcell:pkg no-such-package\nint a() { return 1; }\n")
        result = self.run_hamcell("cell.cpp", "-x")
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp:2:", "no-such-package")

    def test_a_further_source_is_compiled_and_linked(self):
        self.write("more/physics.cpp", '#include "physics.h"\nint gravity() { return G; }\n')
        self.write("more/physics.h", "#define G 10\nint gravity();\n")
        self.write("cell.cpp", '//hamcell:source more/physics.cpp\n#include "more/physics.h"\n'
                               'int g() { return gravity(); }\n')
        self.assertEqual(self.values(), {"g": 10})

    def test_a_source_that_is_missing_is_named_with_its_place(self):
        self.write("cell.cpp", "//hamcell:source no-such.cpp\nint a() { return 1; }\n")
        result = self.run_hamcell("cell.cpp", "-x")
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp:1:", "no-such.cpp")

    def test_an_error_in_a_further_source_has_its_file_and_line(self):
        self.write("more.cpp", "int more() {\n  return wrong_name;\n}\n")
        self.write("cell.cpp", "//hamcell:source more.cpp\nint more();\nint a() { return more(); }\n")
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assert_status(result, COMPILE)
        self.assert_says(result, "more.cpp:2:10: error: ")

    def test_flags_of_the_cell_reach_the_compiler(self):
        self.write("cell.cpp", "//hamcell:cxxflags -DLEVEL=4 '-DTEXT=\"two words\"'\n#include <string>\n"
                               "int level() { return LEVEL; }\nstd::string text() { return TEXT; }\n")
        self.assertEqual(self.values(), {"level": 4, "text": "two words"})

    def test_flags_of_the_cell_reach_the_linker(self):
        self.write("lib/part.cpp", "int part() { return 6; }\n")
        subprocess.run(["g++", "-shared", "-fPIC", "part.cpp", "-o", "libpart.so"], cwd=self.path("lib"), check=True)
        self.write("cell.cpp", "//hamcell:ldflags -Llib -lpart -Wl,-rpath," + str(self.path("lib")) +
                               "\nint part();\nint a() { return part(); }\n")
        self.assertEqual(self.values(), {"a": 6})

    def test_a_library_that_was_rebuilt_never_leaves_a_stale_value(self):
        build = "g++ -c -fPIC part.cpp -o part.o && rm -f libpart.a && ar rc libpart.a part.o"
        self.write("part.cpp", "int part() { return 6; }\n")
        subprocess.run(build, cwd=self.folder, check=True, shell=True)
        self.write("cell.cpp", "//hamcell:ldflags -L. -lpart\nint part();\nint a() { return part(); }\n")
        self.assertEqual(self.values(), {"a": 6})
        self.write("part.cpp", "int part() { return 7; }\n")
        subprocess.run(build, cwd=self.folder, check=True, shell=True)
        self.assertEqual(self.values(), {"a": 7})

    STANDARD = "bool is_23() { return __cplusplus > 202002; }\n"

    def test_the_standard_is_c_plus_plus_20_unless_the_cell_says_otherwise(self):
        self.write("cell.cpp", self.STANDARD)
        self.assertEqual(self.values(), {"is_23": False})
        self.write("cell.cpp", "//hamcell:std c++23\n" + self.STANDARD)
        self.assertEqual(self.values(), {"is_23": True})

    def test_the_command_line_wins_over_the_cells_standard(self):
        self.write("cell.cpp", "//hamcell:std c++23\n" + self.STANDARD)
        self.assertEqual(self.values("--std", "c++20"), {"is_23": False})

    def test_an_older_standard_in_the_cell_is_refused_with_its_place(self):
        self.write("cell.cpp", "//hamcell:std c++17\n" + self.STANDARD)
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp:1:", "c++17", "c++20")

    def test_an_older_standard_on_the_command_line_is_a_usage_error(self):
        self.write("cell.cpp", self.STANDARD)
        result = self.run_hamcell("cell.cpp", "-x", "--std", "c++17", *self.build_flags)
        self.assert_status(result, USAGE)
        self.assert_says(result, "c++17", "c++20")

    def test_an_unknown_directive_gets_a_suggestion(self):
        self.write("cell.cpp", "// A comment.\n//hamcell:pgk sqlite3\nint a() { return 1; }\n")
        result = self.run_hamcell("cell.cpp")
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp:2:", "pgk", "did you mean '//hamcell:pkg'?")

    def test_a_directive_with_a_space_is_not_silently_a_comment(self):
        # clang-format writes it like this.
        self.write("cell.cpp", "// hamcell:cxxflags -DLEVEL=4\n#ifndef LEVEL\n#define LEVEL 1\n#endif\n"
                               "int level() { return LEVEL; }\n")
        result = self.run_hamcell("cell.cpp", "-x", "--json", "--show-results", *self.build_flags)
        if result.status == 0:
            self.assertEqual(result.value("level"), 4)
        else:
            self.assert_says(result, "cell.cpp:1:", "//hamcell:cxxflags")

    def test_include_folders_and_macros_come_from_the_command_line(self):
        self.write("headers/h.h", "inline int h() { return LEVEL; }\n")
        self.write("cell.cpp", "#include <h.h>\nint a() { return h(); }\n")
        self.assertEqual(self.values("-I", "headers", "-D", "LEVEL=9"), {"a": 9})

    def test_the_optimisation_is_o2_by_default(self):
        self.write("cell.cpp", "bool optimised() {\n#ifdef __OPTIMIZE__\n  return true;\n"
                               "#else\n  return false;\n#endif\n}\n")
        self.build_flags = ()
        self.assertEqual(self.values(), {"optimised": True})


class Compilers(Scenario):
    """Which compiler builds the cell."""

    TEXT = ("bool is_clang() {\n#ifdef __clang__\n  return true;\n#else\n  return false;\n#endif\n}\n")

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.TEXT)

    def test_the_option_decides(self):
        self.assertEqual(self.values("--cxx", "g++"), {"is_clang": False})

    def test_the_environment_decides(self):
        self.assertEqual(self.values(env={"CXX": "g++"}), {"is_clang": False})

    def test_the_option_wins_over_the_environment(self):
        self.assertEqual(self.values("--cxx", "g++", env={"CXX": "no-such-compiler"}), {"is_clang": False})

    def test_clang_is_taken_where_it_is_there(self):
        if not any("clang" in compiler for compiler in COMPILERS):
            self.skipTest("no clang is installed")
        self.assertEqual(self.values(), {"is_clang": True})

    def test_a_compiler_in_a_folder_with_a_space_works(self):
        wrapper = self.write("my tools/c++", '#!/bin/sh\nexec g++ "$@"\n')
        wrapper.chmod(0o755)
        self.assertEqual(self.values("--cxx", wrapper), {"is_clang": False})

    def test_both_compilers_make_the_same_values_of_a_richer_cell(self):
        self.write("cell.cpp", """\
#include <map>
#include <optional>
#include <string>
#include <vector>
struct Part { std::string name; double weight; std::optional<int> count; };
std::vector<Part> parts() { return {{"bolt", 0.25, 4}, {"plate", 2.5, {}}}; }
std::map<std::string, double> weights(const std::vector<Part>& parts) {
  std::map<std::string, double> out;
  for (const auto& [name, weight, count] : parts) out[name] += weight * count.value_or(1);
  return out;
}
double total(const std::map<std::string, double>& weights) {
  double sum = 0;
  for (const auto& [name, weight] : weights) sum += weight;
  return sum;
}
""")
        expected = {"parts": [{"name": "bolt", "weight": 0.25, "count": 4},
                              {"name": "plate", "weight": 2.5, "count": None}],
                    "weights": {"bolt": 1, "plate": 2.5}, "total": 3.5}
        for compiler in COMPILERS:
            with self.subTest(compiler=compiler):
                self.assertEqual(self.values("--cxx", compiler), expected)

    def test_a_build_without_mold_works(self):
        tools = self.path("tools")
        tools.mkdir()
        for name in ("g++", "as", "ld", "pkg-config", "sh"):
            if found := shutil.which(name):
                (tools / name).symlink_to(found)
        self.assertEqual(self.values("--cxx", "g++", env={"PATH": tools}), {"is_clang": False})


if __name__ == "__main__":
    unittest.main()
