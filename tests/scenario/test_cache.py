"""What makes a node run again, and what leaves it in the cache."""

import os
import shutil
import sqlite3
import subprocess
import unittest
from pathlib import Path

from harness import PATIENCE, STORAGE, Scenario

CHAIN = """\
static int scaled(int x) { return x * 10; }
int first(int start) { return scaled(start) + 1; }
int second(int first) { return first / 2; }
int third(int second) { return second + 100; }
int apart(int other = 5) { return other; }
"""


class Edits(Scenario):
    """A chain of three nodes and one beside it, run once, then changed in one place."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", CHAIN)

    def execute_chain(self, *args, **how):
        return self.execute("-i", "start=2", *args, **how)

    def run_first(self):
        self.assert_none_cached(self.execute_chain())

    def test_a_second_run_takes_every_node_from_the_cache(self):
        self.run_first()
        self.assert_all_cached(self.execute_chain())

    def test_the_counters_of_a_run_add_up(self):
        self.run_first()
        document = self.execute_chain().json()
        self.assertEqual([document[key] for key in ("cached", "executed", "failed", "skipped")], [4, 0, 0, 0])

    def test_an_edited_body_runs_its_node_and_what_its_changed_value_reaches(self):
        self.run_first()
        self.edit("cell.cpp", "first / 2", "first / 3")
        self.assert_ran(self.execute_chain(), {"second", "third"})

    def test_an_edited_body_with_the_same_value_leaves_what_needs_it_in_the_cache(self):
        self.run_first()
        self.edit("cell.cpp", "first / 2", "(first - 1) / 2")
        self.assert_ran(self.execute_chain(), {"second"})

    def test_an_edited_node_that_is_undone_comes_from_the_cache(self):
        self.run_first()
        self.edit("cell.cpp", "first / 2", "first / 3")
        self.execute_chain()
        self.edit("cell.cpp", "first / 3", "first / 2")
        self.assert_all_cached(self.execute_chain())

    def test_an_edited_helper_never_leaves_a_stale_value(self):
        self.run_first()
        self.edit("cell.cpp", "x * 10", "x * 1000")
        self.assertEqual(self.values("-i", "start=2"), {"first": 2001, "second": 1000, "third": 1100, "apart": 5})

    def test_a_comment_runs_nothing(self):
        self.run_first()
        self.edit("cell.cpp", "return second + 100;", "/* a hundred */ return second + 100;  // more\n")
        self.assert_all_cached(self.execute_chain())

    def test_another_layout_runs_nothing(self):
        self.run_first()
        self.edit("cell.cpp", "{ return second + 100; }", "\n{\n  return second\n      + 100;\n}\n")
        self.assert_all_cached(self.execute_chain())

    def test_nodes_in_another_order_run_nothing(self):
        self.run_first()
        lines = CHAIN.splitlines(keepends=True)
        self.write("cell.cpp", "".join([lines[0], *reversed(lines[1:])]))
        self.assert_all_cached(self.execute_chain())

    def test_a_new_node_runs_alone(self):
        self.run_first()
        self.write("cell.cpp", CHAIN + "int fourth(int third) { return third; }\n")
        self.assert_ran(self.execute_chain(), {"fourth"})

    def test_a_changed_input_runs_what_needs_it(self):
        self.run_first()
        self.assert_ran(self.execute("-i", "start=4"), {"first", "second", "third"})

    def test_an_input_that_comes_back_finds_its_entries(self):
        self.run_first()
        self.execute("-i", "start=4")
        self.assert_all_cached(self.execute_chain())

    def test_the_reason_names_the_changed_input(self):
        self.run_first()
        reason = self.execute("-i", "start=4").node("first")["reason"]
        self.assertIn("start", reason)

    def test_a_default_that_is_given_makes_the_same_key(self):
        self.run_first()
        self.assert_all_cached(self.execute_chain("-i", "other=5"))

    def test_other_compiler_flags_run_everything(self):
        self.run_first()
        self.assert_none_cached(self.execute_chain("--cxxflags=-O1"))

    def test_a_macro_from_the_command_line_runs_everything(self):
        self.run_first()
        self.assert_none_cached(self.execute_chain("-DLEVEL=3"))

    def test_another_standard_runs_everything(self):
        self.run_first()
        self.assert_none_cached(self.execute_chain("--std", "c++23"))

    def test_another_compiler_runs_everything(self):
        self.execute_chain("--cxx", "g++")
        wrapper = self.write("my-compiler", '#!/bin/sh\nexec g++ "$@"\n')
        wrapper.chmod(0o755)
        self.assert_none_cached(self.execute_chain("--cxx", wrapper))

    def test_a_target_that_is_named_leaves_the_rest_alone(self):
        result = self.execute_chain("second")
        self.assert_ran(result, {"first", "second"})

    def test_two_cells_share_a_cache_without_mixing_their_nodes(self):
        self.run_first()
        self.write("cell2.cpp", CHAIN.replace("second + 100", "second + 200"))
        self.assert_ran(self.execute_chain(cell="cell2.cpp"), {"third"})
        self.assert_all_cached(self.execute_chain())

    def test_no_cache_reads_nothing(self):
        self.run_first()
        self.assert_none_cached(self.execute_chain("--no-cache"))

    def test_no_cache_writes_nothing(self):
        self.assert_none_cached(self.execute_chain("--no-cache"))
        self.assertFalse(self.cache.exists())

    def test_an_empty_cache_folder_starts_anew(self):
        self.run_first()
        shutil.rmtree(self.cache)
        self.assert_none_cached(self.execute_chain())

    def test_the_cache_folder_of_the_environment_is_used(self):
        self.execute_chain(env={"HAMCELL_CACHE_DIR": self.folder / "elsewhere"})
        self.assertTrue((self.folder / "elsewhere" / "metadata.db").is_file())
        self.assertFalse(self.cache.exists())

    def test_the_option_for_the_cache_folder_wins_over_the_environment(self):
        self.execute_chain("--cache-dir", "mine", env={"HAMCELL_CACHE_DIR": self.folder / "elsewhere"})
        self.assertTrue((self.folder / "mine" / "metadata.db").is_file())

    def test_a_cell_that_is_called_by_its_whole_path_from_elsewhere_is_the_same_cell(self):
        self.run_first()
        self.path("sub").mkdir()
        result = self.execute_chain("--cache-dir", self.cache, cell=self.path("cell.cpp"), cwd=self.path("sub"))
        self.assert_all_cached(result)

    def test_a_cell_that_is_called_by_a_path_through_the_folder_above_is_the_same_cell(self):
        self.run_first()
        self.path("sub").mkdir()
        result = self.execute_chain("--cache-dir", self.cache, cell="../cell.cpp", cwd=self.path("sub"))
        self.assert_all_cached(result)


class Headers(Scenario):
    """A cell with a header of its own."""

    def setUp(self):
        super().setUp()
        self.write("unit.h", "#pragma once\ninline int unit() { return 7; }\n")
        self.write("cell.cpp", '#include "unit.h"\nint value() { return unit(); }\n')
        self.assertEqual(self.values(), {"value": 7})

    def test_an_edited_header_never_leaves_a_stale_value(self):
        self.edit("unit.h", "return 7", "return 8")
        self.assertEqual(self.values(), {"value": 8})

    def test_a_comment_in_a_header_runs_nothing(self):
        self.edit("unit.h", "return 7;", "return 7; /* days */")
        self.assert_all_cached(self.execute())

    def test_a_touched_header_runs_nothing(self):
        os.utime(self.path("unit.h"))
        self.assert_all_cached(self.execute())

    def test_a_header_that_comes_to_lie_in_front_of_another_is_used(self):
        self.write("cell.cpp", '#include "unit.h"\n#include <size.h>\nint value() { return unit() + size; }\n')
        self.write("late/size.h", "inline constexpr int size = 10;\n")
        self.path("early").mkdir()
        folders = ("-I", "early", "-I", "late")
        self.assertEqual(self.values(*folders), {"value": 17})
        self.write("early/size.h", "inline constexpr int size = 20;\n")
        self.assertEqual(self.values(*folders), {"value": 27})

    def test_an_edited_source_that_is_linked_in_never_leaves_a_stale_value(self):
        self.write("extra.cpp", "int extra() { return 1; }\n")
        self.write("cell.cpp", "//hamcell:source extra.cpp\nint extra();\nint value() { return extra(); }\n")
        self.assertEqual(self.values(), {"value": 1})
        self.edit("extra.cpp", "return 1", "return 2")
        self.assertEqual(self.values(), {"value": 2})


class Traces(Scenario):
    """Nodes that read files, folders and the environment."""

    CELL = """\
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

std::string text(const std::string& path) {
  std::ifstream file(path);
  std::string all((std::istreambuf_iterator<char>(file)), {});
  return file ? all : "nothing";
}
int length(const std::string& text) { return static_cast<int>(text.size()); }
std::string mode() {
  const char* value = std::getenv("MODE");
  return value ? value : "none";
}
int count(const std::string& folder) {
  int n = 0;
  for (auto& entry : std::filesystem::directory_iterator(folder)) n += entry.is_regular_file();
  return n;
}
"""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)
        self.write("data.csv", "a,b\n1,2\n")
        self.write("box/one", "")

    def execute_all(self, *args, **how):
        return self.execute("-i", "path=data.csv", "-i", "folder=box", *args, **how)

    def values_of_all(self, **how):
        return self.execute_all("--show-results", **how)

    def test_files_that_did_not_change_leave_their_readers_in_the_cache(self):
        self.execute_all()
        self.assert_all_cached(self.execute_all())

    def test_an_edited_file_runs_its_reader_and_what_needs_the_new_value(self):
        self.execute_all()
        self.write("data.csv", "a,b\n1,2\n3,4\n")
        self.assert_ran(self.execute_all(), {"text", "length"})

    def test_an_edited_file_of_the_same_size_runs_its_reader(self):
        self.execute_all()
        self.write("data.csv", "a,b\n1,3\n")
        result = self.values_of_all()
        self.assert_ran(result, {"text"} | ({"length"} & result.with_status("executed")))
        self.assertEqual(result.value("text"), "a,b\n1,3\n")

    def test_an_edit_that_keeps_the_modification_time_is_seen(self):
        path = self.path("data.csv")
        times = path.stat()
        self.execute_all()
        self.write("data.csv", "a,b\n9,9\n")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertEqual(self.values_of_all().value("text"), "a,b\n9,9\n")

    def test_a_touched_file_of_the_same_content_runs_nothing(self):
        self.execute_all()
        os.utime(self.path("data.csv"))
        self.assert_all_cached(self.execute_all())

    def test_a_file_that_was_replaced_by_its_like_runs_nothing(self):
        self.execute_all()
        self.path("data.csv").unlink()
        self.write("data.csv", "a,b\n1,2\n")
        self.assert_all_cached(self.execute_all())

    def test_a_file_that_appears_runs_the_node_that_looked_for_it(self):
        self.path("data.csv").unlink()
        self.assertEqual(self.values_of_all().value("text"), "nothing")
        self.write("data.csv", "here")
        self.assertEqual(self.values_of_all().value("text"), "here")

    def test_a_file_that_disappears_runs_the_node_that_read_it(self):
        self.execute_all()
        self.path("data.csv").unlink()
        self.assertEqual(self.values_of_all().value("text"), "nothing")

    def test_a_file_that_goes_back_to_what_it_was_finds_its_entry(self):
        self.execute_all()
        self.write("data.csv", "other")
        self.execute_all()
        self.write("data.csv", "a,b\n1,2\n")
        result = self.values_of_all()
        self.assert_all_cached(result)
        self.assertEqual(result.value("text"), "a,b\n1,2\n")

    def test_a_changed_environment_variable_runs_the_node_that_read_it(self):
        self.execute_all()
        result = self.values_of_all(env={"MODE": "fast"})
        self.assert_ran(result, {"mode"})
        self.assertEqual(result.value("mode"), "fast")

    def test_a_variable_that_nobody_reads_runs_nothing(self):
        self.execute_all()
        self.assert_all_cached(self.execute_all(env={"SOMETHING": "else"}))

    def test_a_new_file_in_a_folder_runs_the_node_that_listed_it(self):
        self.execute_all()
        self.write("box/two", "")
        result = self.values_of_all()
        self.assert_ran(result, {"count"})
        self.assertEqual(result.value("count"), 2)

    def test_a_relative_path_read_in_another_folder_is_another_file(self):
        self.execute_all()
        self.write("sub/data.csv", "sub")
        self.write("sub/box/one", "")
        result = self.values_of_all(cell="../cell.cpp", cwd=self.folder / "sub",
                                    env={"HAMCELL_CACHE_DIR": self.cache})
        self.assertEqual(result.value("text"), "sub")

    def test_the_reason_names_the_file_that_changed(self):
        self.execute_all()
        self.write("data.csv", "other")
        self.assertIn("data.csv", self.execute_all().node("text")["reason"])


class Outputs(Scenario):
    """A node that writes a file: the file is one of its results."""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", """\
#include <fstream>
#include <string>
std::string report(int number) {
  std::ofstream("report.txt") << number;
  return "report.txt";
}
""")
        self.execute("-i", "number=4")

    def test_a_written_file_that_is_as_it_was_leaves_the_node_in_the_cache(self):
        self.assert_all_cached(self.execute("-i", "number=4"))

    def test_a_written_file_that_was_removed_is_written_again(self):
        self.path("report.txt").unlink()
        self.execute("-i", "number=4")
        self.assertEqual(self.path("report.txt").read_text(), "4")

    def test_a_written_file_that_was_changed_is_written_again(self):
        self.write("report.txt", "tampered")
        self.execute("-i", "number=4")
        self.assertEqual(self.path("report.txt").read_text(), "4")

    def test_a_file_that_was_written_under_another_name_and_renamed_is_written_again(self):
        self.write("cell.cpp", """\
#include <cstdio>
#include <fstream>
int report(int number) {
  std::ofstream("report.tmp") << number;
  return std::rename("report.tmp", "final.txt");
}
""")
        self.execute("-i", "number=4")
        self.assert_all_cached(self.execute("-i", "number=4"))
        self.path("final.txt").unlink()
        self.execute("-i", "number=4")
        self.assertEqual(self.path("final.txt").read_text(), "4")


class Damage(Scenario):
    """Something happened to the files of the cache."""

    CELL = """\
#include <string>
#include <vector>
std::vector<int> many(int count) { return std::vector<int>(static_cast<std::size_t>(count), 3); }
long sum(const std::vector<int>& many) { long s = 0; for (int x : many) s += x; return s; }
"""

    def setUp(self):
        super().setUp()
        self.write("cell.cpp", self.CELL)
        self.assertEqual(self.execute_sum("--show-results").value("sum"), 300000)

    def execute_sum(self, *args):
        return self.execute("-i", "count=100000", *args)

    def result_files(self):
        files = [path for path in (self.cache / "results").rglob("*") if path.is_file()]
        self.assertTrue(files, "a large result must be in a file of its own")
        return files

    def edit_sum(self):
        self.edit("cell.cpp", "return s;", "return s + 1;")

    def test_a_missing_result_that_nobody_needs_is_not_missed(self):
        for path in self.result_files():
            path.unlink()
        self.assert_all_cached(self.execute_sum())

    def test_a_missing_result_is_made_again_when_it_is_needed(self):
        for path in self.result_files():
            path.unlink()
        self.edit_sum()
        result = self.execute_sum("--show-results", "sum")
        self.assert_ran(result, {"many", "sum"})
        self.assertEqual(result.value("sum"), 300001)

    def test_a_damaged_result_is_made_again_when_it_is_needed(self):
        for path in self.result_files():
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.chmod(0o600)
            path.write_bytes(content)
        self.edit_sum()
        self.assertEqual(self.execute_sum("--show-results", "sum").value("sum"), 300001)

    def test_a_truncated_result_is_made_again_when_it_is_needed(self):
        for path in self.result_files():
            os.truncate(path, 100)
        self.edit_sum()
        self.assertEqual(self.execute_sum("--show-results", "sum").value("sum"), 300001)

    def test_a_missing_result_that_the_user_asks_for_is_made_again(self):
        for path in self.result_files():
            path.unlink()
        self.assertEqual(len(self.execute_sum("--show-results", "many").value("many")), 100000)

    def test_a_database_of_garbage_is_moved_aside_and_the_run_is_done(self):
        for path in self.cache.glob("metadata.db*"):
            path.unlink()
        garbage = b"this is not a database" * 1000
        (self.cache / "metadata.db").write_bytes(garbage)
        result = self.execute_sum("--show-results")
        self.assertEqual(result.value("sum"), 300000)
        self.assert_says(result, str(self.cache), "metadata.db.aside")
        self.assertEqual((self.cache / "metadata.db.aside").read_bytes(), garbage)
        self.assert_all_cached(self.execute_sum())

    def test_a_database_of_another_format_is_an_error_that_says_so(self):
        with sqlite3.connect(self.cache / "metadata.db") as database:
            database.execute("PRAGMA user_version=999")
        database.close()
        result = self.run_hamcell("cell.cpp", "-x", "-i", "count=3", *self.build_flags)
        self.assert_status(result, STORAGE)
        self.assert_says(result, "format 999")

    def test_a_damaged_entry_counts_as_absent(self):
        with sqlite3.connect(self.cache / "metadata.db") as database:
            for key, record in database.execute("SELECT key, record FROM entries").fetchall():
                damaged = bytearray(record)
                damaged[len(damaged) // 2] ^= 1
                database.execute("UPDATE entries SET record=? WHERE key=?", (bytes(damaged), key))
        database.close()
        result = self.execute_sum("--show-results")
        self.assert_none_cached(result)
        self.assertEqual(result.value("sum"), 300000)

    def test_a_truncated_database_never_gives_a_wrong_answer(self):
        for path in self.cache.glob("metadata.db-*"):
            path.unlink()
        os.truncate(self.cache / "metadata.db", 6000)
        result = self.run_hamcell("cell.cpp", "-x", "--json", "--show-results", "-i", "count=100000",
                                  *self.build_flags)
        if result.status == 0:
            self.assertEqual(result.value("sum"), 300000)
        else:
            self.assert_status(result, STORAGE)
            self.assert_says(result, str(self.cache))


class Processes(Scenario):
    """Several hamcells at work in one cache."""

    def test_two_runs_at_the_same_time_both_succeed(self):
        self.write("a.cpp", "int a() { return 1; }\nint twice(int a) { return 2 * a; }\n")
        self.write("b.cpp", "int b() { return 2; }\nint twice(int b) { return 3 * b; }\n")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        processes = [self.start(cell, "-x", *self.build_flags, **quiet) for cell in ("a.cpp", "b.cpp", "a.cpp")]
        self.assertEqual([process.wait(timeout=120 * PATIENCE) for process in processes], [0, 0, 0])
        self.assert_all_cached(self.execute(cell="a.cpp"))
        self.assert_all_cached(self.execute(cell="b.cpp"))


class UserCache(Scenario):
    """Built cells are executed, so nobody else may have written them."""

    def test_built_cells_are_for_the_user_alone(self):
        self.write("cell.cpp", "int value() { return 1; }\n")
        self.execute()
        folder = self.root / "user-cache" / "hamcell"
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)

    def test_a_built_cell_that_others_could_have_written_is_refused(self):
        self.write("cell.cpp", "int value() { return 2; }\n")
        self.execute()
        for library in Path(self.root / "user-cache" / "hamcell").rglob("*.so"):
            library.chmod(0o777)
        result = self.run_hamcell("cell.cpp", "-x", "--recompute", *self.build_flags)
        self.assert_status(result, STORAGE)
        for library in Path(self.root / "user-cache" / "hamcell").rglob("*.so"):
            library.unlink()


if __name__ == "__main__":
    unittest.main()
