"""Every way in which a node can use files, folders and links is seen, and only what matters runs it again."""

import os
import shutil
import subprocess
import time
import unittest
from pathlib import Path

from harness import Scenario

CELLS = Path(__file__).parent / "cells"

# Two changes within this time may carry one time stamp, so hamcell compares contents; files must be older than that
# for a test of what it does with stamps alone.
YOUNG_SECONDS = 2.1


class Readings(Scenario):
    """The cell with a node for each way: one file, one folder and one link, all of them old enough."""

    GROUPS = ("read", "list", "ask", "exists", "link")

    def setUp(self):
        super().setUp()
        shutil.copy(CELLS / "readings.cpp", self.path("cell.cpp"))
        self.write("data/rain.csv", "day,rain\n1,2\n")
        self.write("data/other.csv", "day,rain\n7,8\n")
        self.write("box/one", "1")
        self.write("box/sub/two", "2")
        self.path("box/link").symlink_to("one")
        self.path("data/link").symlink_to("rain.csv")
        self.make_old("data/rain.csv")

    def make_old(self, name):
        """Sets the times that can be set back; the change time cannot, which is what catches `cp -p`."""
        os.utime(self.path(name), (1_600_000_000, 1_600_000_000))

    def execute_all(self, *args, **how):
        return self.execute("-i", f"file={self.path('data/rain.csv')}", "-i", f"folder={self.path('box')}",
                            "-i", f"link={self.path('data/link')}", *args, **how)

    def nodes(self, result, group):
        return {node["name"]: node for node in result.json()["nodes"] if node["name"].startswith(group + "_")}

    def assert_group(self, result, ran):
        """Just the nodes of these groups ran; each group has its reason, or None for any."""
        for group in self.GROUPS:
            nodes = self.nodes(result, group)
            self.assertGreater(len(nodes), 3)
            for name, node in nodes.items():
                with self.subTest(node=name):
                    self.assertEqual(node["status"], "executed" if group in ran else "cached", node["reason"])
                    if ran.get(group):
                        self.assertIn(node["reason"], ran[group])

    def settle(self):
        """Lets all stamps get old, runs everything, and runs it again: then all of it comes from the cache."""
        time.sleep(YOUNG_SECONDS)
        self.assert_none_cached(self.execute_all())
        self.assert_group(self.execute_all(), {})

    def test_an_edit_runs_every_node_that_reads_the_file_and_touching_it_runs_none(self):
        self.settle()
        os.utime(self.path("data/rain.csv"))
        self.assert_group(self.execute_all(), {"ask": ["file rain.csv changed"]})
        self.write("data/rain.csv", "day,rain\n1,2\n3,4\n")
        result = self.execute_all("--show-results")
        # Of the links only the one whose content was read, and whose name the test tells by its value.
        read_through = self.nodes(result, "link").pop("link_content")
        self.assertEqual((read_through["status"], read_through["reason"]), ("executed", "file link changed"))
        result.json()["nodes"].remove(read_through)
        self.assert_group(result, {"read": ["file rain.csv changed"], "ask": ["file rain.csv changed"]})
        for name, node in self.nodes(result, "read").items():
            self.assertEqual(node["value"], "day,rain\n1,2\n3,4\n", name)

    def test_a_copy_with_the_same_size_and_times_runs_every_node_that_reads_the_file(self):
        self.make_old("data/other.csv")
        self.settle()
        before = self.path("data/rain.csv").stat()
        subprocess.run(["cp", "-p", self.path("data/other.csv"), self.path("data/rain.csv")], check=True)
        after = self.path("data/rain.csv").stat()
        self.assertEqual((before.st_size, before.st_mtime_ns), (after.st_size, after.st_mtime_ns))
        result = self.execute_all("--show-results")
        for name, node in {**self.nodes(result, "read"), "link": result.node("link_content")}.items():
            with self.subTest(node=name):
                self.assertEqual((node["status"], node["value"]), ("executed", "day,rain\n7,8\n"), node["reason"])

    def test_an_edit_of_a_file_that_was_young_when_it_was_read_is_seen(self):
        self.execute_all()
        self.write("data/rain.csv", "day,rain\n9,9\n")
        self.make_old("data/rain.csv")
        result = self.execute_all("--show-results")
        for name, node in self.nodes(result, "read").items():
            self.assertEqual((node["status"], node["value"]), ("executed", "day,rain\n9,9\n"), name)

    def test_a_new_name_in_a_folder_runs_every_node_that_lists_it(self):
        self.settle()
        os.utime(self.path("box/sub"))
        self.assert_group(self.execute_all(), {})
        self.write("box/three", "3")
        self.assert_group(self.execute_all(), {"list": ["folder box changed"]})

    def test_a_name_that_becomes_a_folder_runs_every_node_that_lists_it(self):
        self.settle()
        self.path("box/one").unlink()
        self.path("box/one").mkdir()
        self.assert_group(self.execute_all(), {"list": None})

    def test_a_file_that_goes_runs_every_node_that_looked_for_it(self):
        self.settle()
        os.rename(self.path("data/rain.csv"), self.path("data/gone.csv"))
        result = self.execute_all("exists_access", "exists_faccessat", "exists_eaccess", "exists_euidaccess",
                                  "exists_statx", "--show-results")
        for name, node in self.nodes(result, "exists").items():
            if node["status"] != "unneeded":
                self.assertEqual((node["reason"], node["value"]), ("file rain.csv is gone", False), name)

    def test_a_permission_that_changes_runs_the_nodes_that_asked_for_it(self):
        self.settle()
        self.path("data/rain.csv").chmod(0o755)
        result = self.execute_all()
        self.assertEqual(result.node("exists_faccessat")["status"], "executed")
        self.assertEqual(result.node("exists_access")["status"], "cached")
        self.assertEqual(result.node("ask_stat")["status"], "executed")
        self.assertEqual(result.node("read_ifstream")["status"], "cached")

    def test_a_link_that_leads_elsewhere_runs_every_node_that_follows_or_reads_it(self):
        self.settle()
        self.path("data/link").unlink()
        self.path("data/link").symlink_to("other.csv")
        result = self.execute_all("--show-results")
        self.assert_group(result, {"link": ["file link changed", "link link changed"]})
        self.assertEqual(result.value("link_canonical"), str(self.path("data/other.csv")))

    def test_a_file_in_place_of_a_link_to_the_same_content_runs_the_nodes_that_asked_for_the_link(self):
        self.settle()
        self.path("data/link").unlink()
        shutil.copy2(self.path("data/rain.csv"), self.path("data/link"))
        result = self.execute_all("link_lstat", "link_content", "--show-results")
        self.assertEqual((result.node("link_lstat")["status"], result.value("link_lstat")), ("executed", "none"))
        self.assertEqual(result.node("link_content")["status"], "cached")

    def test_fortified_forms_are_seen_too(self):
        fortified = ("--cxxflags=-O2 -D_FORTIFY_SOURCE=2",)
        self.build_flags = fortified
        self.settle()
        self.write("data/rain.csv", "day,rain\n5,6\n")
        self.path("data/link").unlink()
        self.path("data/link").symlink_to("other.csv")
        self.assert_group(self.execute_all(), {"read": None, "ask": None, "link": None})


if __name__ == "__main__":
    unittest.main()
