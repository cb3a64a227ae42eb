"""What a node makes, changes and removes: as long as it is there as the node left it, the node need not run."""

import os
import shutil
import time
import unittest
from pathlib import Path

from harness import Scenario

CELLS = Path(__file__).parent / "cells"


class Outputs(Scenario):
    """One cell with a node for each way; each test runs one of them, `self.made`."""

    def setUp(self):
        super().setUp()
        shutil.copy(CELLS / "outputs.cpp", self.path("cell.cpp"))
        # An input for the one node that needs one: without it the cell is not whole.
        self.inputs = ("-i", "memory=/dev/shm/none")

    def run_made(self):
        """Runs the node: (status, reason)."""
        node = self.execute("--show-results", *self.inputs, self.made).node(self.made)
        self.value = node["value"]
        return node["status"], node["reason"]

    def assert_runs(self, reason=None):
        status, why = self.run_made()
        self.assertEqual(status, "executed", why)
        if reason is not None:
            self.assertEqual(why, reason)

    def assert_hits(self):
        self.assertEqual(self.run_made(), ("cached", ""))

    def assert_always_runs(self):
        for _ in range(3):
            self.assert_runs()

    def test_an_output_that_is_gone_or_edited_is_made_again(self):
        self.made = "report"
        self.assert_runs()
        self.assert_hits()
        self.path("report.html").unlink()
        self.assert_runs("output report.html is gone")
        self.write("report.html", "edited")
        self.assert_runs("output report.html changed")
        self.assertEqual(self.path("report.html").read_text(), "text")
        os.utime(self.path("report.html"))
        self.assert_hits()

    def test_looking_for_ones_own_output_first_does_not_make_it_an_input(self):
        self.made = "checks_first"
        self.assert_runs()
        self.assert_hits()
        self.path("out/a.txt").unlink()
        self.assert_runs("output a.txt is gone")

    def test_a_folder_that_was_made_must_stay(self):
        self.made = "folder"
        self.assert_runs()
        self.assert_hits()
        self.write("one/two/something", "")
        self.assert_hits()
        self.path("one/two/something").unlink()
        self.path("one/two").rmdir()
        self.assert_runs("output two is gone")

    def test_a_link_that_was_made_must_lead_where_it_led(self):
        self.write("a", "1")
        self.made = "link_made"
        self.assert_runs()
        self.assert_hits()
        self.write("a", "2")
        self.assert_hits()
        self.path("link").unlink()
        self.path("link").symlink_to("b")
        self.assert_runs("output link changed")

    def test_a_hard_link_reads_what_it_names(self):
        self.write("a", "1")
        self.made = "hard_link"
        self.assert_runs()
        self.assert_hits()
        self.path("a").unlink()
        self.write("a", "2")
        self.assert_runs()
        self.assertEqual(self.path("b").read_text(), "2")

    def test_a_file_that_was_renamed_into_place_is_the_output(self):
        self.made = "renamed"
        self.assert_runs()
        self.assert_hits()
        self.path("final/part").unlink()
        self.path("final").rmdir()
        self.assert_runs()
        self.assertEqual(self.path("final/part").read_text(), "text")

    def test_temporary_files_leave_nothing_to_wait_for(self):
        self.made = "temporary"
        self.assert_runs()
        self.assert_hits()
        self.assertEqual(self.value, "7")

    def test_a_file_that_was_there_and_was_removed_must_stay_away(self):
        self.write("stale", "1")
        self.made = "removes"
        self.assert_runs()
        self.assert_hits()
        self.write("stale", "2")
        self.assert_runs("output stale appeared")
        self.assertFalse(self.path("stale").exists())

    def test_a_file_that_was_not_there_to_remove_must_stay_away(self):
        self.made = "removes"
        self.assert_runs()
        self.assert_hits()
        self.write("stale", "2")
        self.assert_runs()
        self.assertFalse(self.path("stale").exists())

    def test_a_node_that_removes_what_it_read_runs_each_time(self):
        for text in ("1", "1"):
            self.write("queue", text)
            self.made = "takes"
            self.assert_runs()
            self.assertEqual(self.value, "1")

    def test_a_node_that_adds_to_what_it_reads_runs_each_time(self):
        self.write("count", "1")
        self.made = "appends"
        for expected in ("1", "11", "111"):
            self.assert_runs()
            self.assertEqual(self.value, expected)

    def test_a_node_that_changes_a_file_in_place_runs_each_time(self):
        self.write("count", "1")
        self.made = "updates"
        for expected in ("1", "11", "111"):
            self.assert_runs()
            self.assertEqual(self.value, expected)

    def test_a_file_that_is_opened_for_update_and_not_changed_is_one_that_was_read(self):
        self.write("data", "1")
        self.made = "opens_for_update"
        self.assert_runs()
        self.assert_hits()
        self.write("data", "2")
        self.assert_runs("file data changed")
        self.assertEqual(self.value, "2")

    def test_reading_back_what_was_added_to_a_file_is_reading_all_of_it(self):
        self.write("log", "before ")
        self.made = "logs"
        for expected in ("before x ", "before x x "):
            self.assert_runs()
            self.assertEqual(self.value, expected)

    def test_a_node_that_changes_what_is_not_its_own_runs_each_time(self):
        self.write("a", "1")
        for self.made in ("chmods", "touches", "sets_time", "moves", "truncates"):
            with self.subTest(node=self.made):
                self.write("a", "123")
                self.assert_runs()
                self.assert_runs()

    def test_times_and_permissions_of_ones_own_output_are_part_of_it(self):
        self.made = "own_times"
        self.assert_runs()
        self.assert_hits()

    def test_a_folder_that_was_written_into_is_listed_without_ones_own_outputs(self):
        self.write("in/a", "")
        self.made = "lists"
        self.assert_runs()
        self.assert_hits()
        self.write("in/b", "")
        self.assert_runs("folder in changed")

    def test_a_file_that_could_not_be_written_is_tried_again_when_its_folder_is_there(self):
        self.made = "fails"
        self.assert_runs()
        self.assert_hits()
        self.path("missing").mkdir()
        self.assert_runs()
        self.assertEqual(self.path("missing/a").read_text(), "1")

    def test_a_node_that_reads_a_pipe_runs_each_time(self):
        os.mkfifo(self.path("pipe"))
        self.made = "reads_pipe"
        self.assert_always_runs()

    def test_shared_memory_is_files_like_any_other(self):
        name = f"/hamcell-test-{os.getpid()}"
        shared = "/dev/shm" + name
        self.addCleanup(lambda: os.path.exists(shared) and os.unlink(shared))
        with open(shared, "w", encoding="utf-8") as file:
            file.write("1")
        self.made, self.inputs = "shared", ("-i", f"memory={shared}")
        self.assert_runs()
        self.assert_hits()
        with open(shared, "w", encoding="utf-8") as file:
            file.write("2")
        self.assert_runs()
        self.assertEqual(self.value, "2")

    def test_a_file_that_changes_while_the_node_runs_is_no_entry(self):
        self.write("data", "1")
        self.made = "races"
        self.assert_runs()
        self.write("data", "1")
        self.assert_runs()

    def test_a_path_to_what_was_read_through_the_process_own_folder_is_seen(self):
        self.write("data", "1")
        self.made = "proc_path"
        self.assert_runs()
        self.assert_hits()
        self.write("data", "2")
        self.assert_runs("file data changed")

    def test_one_of_thousands_of_files_is_enough(self):
        for i in range(2000):
            self.write(f"many/{i}", str(i))
        time.sleep(2.1)
        self.made = "many"
        self.assert_runs()
        self.assert_hits()
        self.write("many/1999", "0")
        self.assert_runs("file 1999 changed")


if __name__ == "__main__":
    unittest.main()
