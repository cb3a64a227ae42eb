"""Whatever is wrong with what hamcell is given: a clear error, the right exit status, and nothing lost."""

import os
import re
import shutil
import stat
import subprocess
import unittest
from pathlib import Path

from harness import CELL, COMPILE, PATIENCE, STORAGE, Scenario, program


def short_of_disk(most_bytes):
    """Runs a program that can write no file beyond this size: a stand-in for a disk that is full."""
    return ("env", "--ignore-signal=XFSZ", "prlimit", f"--fsize={most_bytes}")


# Runs a program without the right of root to write where it may not; for other users it changes nothing.
PLAIN_USER = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()


class Cells(Scenario):
    """Cells that are none."""

    def refused(self, *args, status=CELL):
        result = self.run_hamcell(*args, *self.build_flags)
        self.assert_status(result, status)
        self.assertEqual(result.out, "")
        self.assertRegex(result.err, "error: ")
        return result

    def test_a_flag_that_makes_something_else_than_a_cell_is_refused_at_its_place(self):
        self.write("cell.cpp", "//hamcell:std c++20\n//hamcell:ldflags -static\nint one() { return 1; }\n")
        self.assert_says(self.refused("cell.cpp", "-x"), "cell.cpp:2:1", "'-static'", "leave it out")

    def test_a_missing_file_is_named(self):
        self.assert_says(self.refused("no-such.cpp", "-x"), "no-such.cpp", "No such file")

    def test_a_folder_is_no_cell(self):
        self.path("folder").mkdir()
        self.assert_says(self.refused("folder", "-x"), "folder", "directory")

    def test_an_unreadable_file_is_named(self):
        self.write("cell.cpp", "int a() { return 1; }\n").chmod(0)
        result = self.run_hamcell("cell.cpp", "-x", wrapper=PLAIN_USER)
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp", "Permission denied")

    def test_what_has_no_end_is_no_cell_and_no_input(self):
        self.write("cell.cpp", "int one(int two) { return two; }\n")
        self.assert_says(self.refused("/dev/zero", "-x"), "/dev/zero: error: this is not C++ source: it does not end")
        self.assert_says(self.refused("cell.cpp", "-x", "-i", "two=@/dev/zero"), "cannot read '/dev/zero': File too large")

    def test_a_file_that_is_too_large_for_source_is_not_read(self):
        with open(self.path("data.cpp"), "wb") as file:
            file.truncate(1 << 40)
        self.assert_says(self.refused("data.cpp", "-x"), "data.cpp: error: this is not C++ source: it is larger than 64 MB")

    def test_flags_with_which_nothing_can_be_parsed_are_named(self):
        self.write("cell.cpp", "//hamcell:cxxflags -DX=1// hamcell:ldflags -lm\nint one() { return 1; }\n")
        result = self.refused("cell.cpp", "-x")
        self.assert_says(result, "cell.cpp: error: the C++ parser takes no cell with these flags: -std=c++20 ")
        self.assert_says(result, " -DX=1// hamcell:ldflags -lm")
        self.assert_says(result, "  help: check //hamcell:cxxflags and --cxxflags; files to link with stand in ldflags\n")

    def test_a_text_that_keeps_the_parser_busy_for_ever_is_an_error(self):
        self.write("cell.cpp", "int one() { return 1; }\nx" + "A<" * 300 + " two(int a) { return a; }\n")
        result = self.run_hamcell("cell.cpp", wrapper=("prlimit", "--cpu=2:3"))
        self.assert_status(result, CELL)
        self.assert_says(result, "cell.cpp: error: the C++ parser could not read this cell: hamcell-scan did not end within")

    def test_what_takes_the_parser_many_calls_deep_is_read(self):
        self.write("cell.cpp", "int one() { return 1; }\n" + "\\\n" * 1_000_000 + "int two(int one) { return one + 1; }\n")
        self.assertEqual(self.run_hamcell("cell.cpp", "-n", "--json").json()["status"], "dry-run")
        self.write("cell.cpp", "#if " + "(" * 100_000 + "1\n#endif\nint one() { return 1; }\n")
        result = self.refused("cell.cpp", "-n")
        self.assert_says(result, "cell.cpp:1:100006: error: expected ')' in preprocessor expression")

    def test_the_parser_has_a_limit_of_time(self):
        scan = Path(program()).parent.parent / "libexec/hamcell/hamcell-scan"
        with subprocess.Popen([scan], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            limits = Path(f"/proc/{process.pid}/limits")
            self.wait_for(lambda: re.search(r"Max cpu time +100 +", limits.read_text()))
            process.stdin.close()

    def test_an_empty_cell_has_no_nodes(self):
        self.write("cell.cpp", "")
        self.assert_says(self.refused("cell.cpp", "-x"), "cell.cpp", "no nodes")

    def test_a_cell_without_nodes_says_why_its_functions_are_none(self):
        self.write("cell.cpp", "static int a() { return 1; }\nint main() { return a(); }\n")
        self.assert_says(self.refused("cell.cpp", "-x"), "no nodes", "'a' is a helper", "static", "main")

    def test_a_cell_without_nodes_leaves_no_picture(self):
        self.write("cell.cpp", "\n")
        self.refused("cell.cpp", "-d")
        self.assertFalse(self.path("cell.display.png").exists())

    def test_a_syntax_error_has_its_place(self):
        self.write("cell.cpp", "int a() { return 1; }\nint b( { return 2; }\n")
        self.assert_says(self.refused("cell.cpp", "-x"), "cell.cpp:2:")

    def test_a_brace_that_is_missing_has_its_place(self):
        self.write("cell.cpp", "int a() { return 1; \nint b() { return 2; }\n")
        self.assert_says(self.refused("cell.cpp", "-x"), "cell.cpp:")

    def test_a_missing_header_is_named_with_its_place(self):
        self.write("cell.cpp", '#include "nowhere.h"\nint a() { return 1; }\n')
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assertIn(result.status, (CELL, COMPILE), str(result))
        self.assert_says(result, "cell.cpp:1:", "nowhere.h")

    def test_binary_garbage_is_no_cell(self):
        self.write("cell.cpp", bytes(range(256)) * 64)
        self.assert_says(self.refused("cell.cpp", "-x"), "cell.cpp")

    def test_garbage_without_a_null_byte_is_no_cell(self):
        self.write("cell.cpp", bytes(range(1, 256)) * 64)
        self.assert_says(self.refused("cell.cpp", "-x"), "cell.cpp")

    def test_a_compiled_program_is_no_cell(self):
        shutil.copy("/bin/true", self.path("cell.cpp"))
        self.assert_says(self.refused("cell.cpp", "-d"), "cell.cpp")
        self.assertFalse(self.path("cell.display.png").exists())

    def test_a_cell_of_a_megabyte_runs(self):
        comments = "// a line of text that is neither short nor long, of which there are very many\n" * 13000
        self.write("cell.cpp", comments + "int a() { return 1; }\n" + comments[:1000] +
                   "\nint b(int a) { return a; }\n")
        self.assertGreater(self.path("cell.cpp").stat().st_size, 1_000_000)
        self.assert_ran(self.execute(), {"a", "b"})

    def test_a_function_of_a_megabyte_runs(self):
        body = "".join(f"  x = x * 3 + {i};\n" for i in range(45000))
        self.write("cell.cpp", "unsigned a() {\n  unsigned x = 0;\n" + body + "  return x;\n}\n")
        self.assertGreater(self.path("cell.cpp").stat().st_size, 800_000)
        self.assert_ran(self.execute(), {"a"})

    def test_a_path_with_spaces_and_letters_of_other_scripts_works(self):
        name = "wetter für müde Leute/ячейка 気象.cpp"
        self.write(name, "#include \"own header.h\"\nint a() { return own(); }\n")
        self.write("wetter für müde Leute/own header.h", "inline int own() { return 5; }\n")
        result = self.execute("--show-results", "--display=bild ä.svg", "--display-cache=nach her.svg", cell=name)
        self.assertEqual(result.value("a"), 5)
        self.assertIn("box_a", self.path("bild ä.svg").read_text(encoding="utf-8"))
        self.assertTrue(self.path("nach her.svg").is_file())
        self.assert_all_cached(self.execute(cell=name))

    def test_a_path_with_characters_of_the_shell_and_of_make_works(self):
        name = "a'b\"c $d %e #f \\g.cpp"
        self.write(name, "int a() { return 5; }\n")
        self.assert_ran(self.execute(cell=name), {"a"})

    def test_an_error_in_a_file_with_such_a_name_has_its_place(self):
        self.write("my cell ä.cpp", "int a() { return 5; }\nint b() { return nothing; }\n")
        result = self.run_hamcell("my cell ä.cpp", "-x", *self.build_flags)
        self.assert_status(result, COMPILE)
        self.assert_says(result, "my cell ä.cpp:2:")

    def test_lines_that_end_as_on_windows_work(self):
        self.write("cell.cpp", b"//hamcell:std c++20\r\nint a() {\r\n  return 1;\r\n}\r\n")
        self.assert_ran(self.execute(), {"a"})

    def test_a_cell_that_starts_with_a_byte_order_mark_works(self):
        self.write("cell.cpp", b"\xef\xbb\xbfint a() { return 1; }\n")
        self.assert_ran(self.execute(), {"a"})


class Outputs(Scenario):
    """Files that cannot be written."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", "int a() { return 1; }\nint b(int a) { return a + 1; }\n")

    def test_a_picture_in_a_folder_that_is_not_there_is_an_error_that_names_it(self):
        result = self.run_hamcell("cell.cpp", "--display=missing/picture.svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "missing/picture.svg", "No such file")

    def test_a_picture_below_a_file_is_an_error(self):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=cell.cpp/picture.svg"), STORAGE)

    def test_a_picture_in_a_folder_without_the_right_to_write_leaves_nothing(self):
        self.path("locked").mkdir(mode=0o555)
        result = self.run_hamcell("cell.cpp", "--display=locked/picture.svg", wrapper=PLAIN_USER)
        self.assert_status(result, STORAGE)
        self.assert_says(result, "locked/picture.svg", "Permission denied")
        self.assertEqual(list(self.path("locked").iterdir()), [])

    def test_a_picture_that_cannot_be_finished_leaves_the_old_one(self):
        self.write("picture.svg", "old")
        result = self.run_hamcell("cell.cpp", "--display=picture.svg", wrapper=short_of_disk(100))
        self.assert_status(result, STORAGE)
        self.assertEqual(self.path("picture.svg").read_text(), "old")
        self.assertEqual({p.name for p in self.folder.iterdir()}, {"cell.cpp", "picture.svg"})

    def test_a_limit_of_the_size_of_files_is_like_a_full_disk(self):
        # The system's answer to it is a signal, which ends a program that does not heed it.
        for name in ("picture.svg", "picture.dot"):
            with self.subTest(name):
                self.write(name, "old")
                result = self.run_hamcell("cell.cpp", f"--display={name}", wrapper=("prlimit", "--fsize=100"))
                self.assert_status(result, STORAGE)
                self.assert_says(result, f"cannot write '{name}': File too large\n")
                self.assertEqual(self.path(name).read_text(), "old")
                self.assertEqual({p.name for p in self.folder.iterdir()}, {"cell.cpp", name})
                self.path(name).unlink()

    def test_a_picture_after_the_run_that_cannot_be_written_loses_no_results(self):
        result = self.run_hamcell("cell.cpp", "-x", "--json", "--display-cache=missing/after.svg", *self.build_flags)
        self.assert_status(result, STORAGE)
        self.assertEqual(result.json()["executed"], 2)
        self.assert_all_cached(self.execute())

    def test_a_picture_on_a_device_leaves_the_device(self):
        self.assert_status(self.run_hamcell("cell.cpp", "--display=/dev/null"), 0)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))

    def test_a_picture_through_a_symbolic_link_replaces_what_it_points_to(self):
        self.write("real.svg", "old")
        self.path("link.svg").symlink_to("real.svg")
        self.assert_status(self.run_hamcell("cell.cpp", "--display=link.svg"), 0)
        self.assertTrue(self.path("link.svg").is_symlink())
        self.assertIn("<svg", self.path("real.svg").read_text())

    def test_a_picture_into_a_pipe_arrives_whole(self):
        os.mkfifo(self.path("pipe.svg"))
        # Opened without waiting for a writer; the picture is small enough for the pipe to hold it.
        reader = os.open(self.path("pipe.svg"), os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.assert_status(self.run_hamcell("cell.cpp", "--display=pipe.svg"), 0)
        content = os.read(reader, 65536)
        self.assertIn("a", self.boxes(content))

    def test_a_full_device_is_an_error(self):
        result = self.run_hamcell("cell.cpp", "--display=/dev/full", "--format", "svg")
        self.assert_status(result, STORAGE)
        self.assert_says(result, "/dev/full")

    def test_a_cache_folder_that_cannot_be_made_is_an_error_that_names_it(self):
        self.path("locked").mkdir(mode=0o555)
        result = self.run_hamcell("cell.cpp", "-x", "--cache-dir", "locked/cache", *self.build_flags,
                                  wrapper=PLAIN_USER)
        self.assert_status(result, STORAGE)
        self.assert_says(result, "locked/cache", "--cache-dir")

    def test_a_cache_folder_that_is_a_file_is_an_error_that_names_it(self):
        result = self.run_hamcell("cell.cpp", "-x", "--cache-dir", "cell.cpp", *self.build_flags)
        self.assert_status(result, STORAGE)
        self.assert_says(result, "cell.cpp")
        self.assertIn("int a()", self.path("cell.cpp").read_text())

    def test_a_user_cache_without_the_right_to_write_is_an_error_that_names_it(self):
        self.path("locked").mkdir(mode=0o555)
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags, wrapper=PLAIN_USER,
                                  env={"XDG_CACHE_HOME": self.path("locked")})
        self.assert_status(result, STORAGE)
        self.assert_says(result, "locked", "XDG_CACHE_HOME")

    def test_a_disk_that_is_full_for_the_cache_never_gives_a_stale_value(self):
        self.write("cell.cpp", "#include <vector>\nstd::vector<int> many() { return std::vector<int>(300000, 2); }\n"
                               "long sum(const std::vector<int>& many) {\n  long s = 0;\n"
                               "  for (int x : many) s += x;\n  return s;\n}\n")
        self.execute("--no-cache")  # so that the cell is built
        run = self.start("cell.cpp", "-x", "--json", "--show-results", *self.build_flags, "sum",
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         wrapper=short_of_disk(800_000))
        out, err = run.communicate(timeout=60 * PATIENCE)
        self.assertIn(run.returncode, (0, STORAGE), err)
        result = self.execute("--show-results", "sum")
        self.assertEqual(result.value("sum"), 600000)


if __name__ == "__main__":
    unittest.main()
