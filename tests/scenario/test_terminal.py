"""What a person sees on a terminal while hamcell works."""

import os
import pty
import select
import subprocess
import unittest

from harness import Scenario, program

CLEAR = "\r\x1b[K"


class Terminal(Scenario):
    def setUp(self):
        super().setUp()
        self.write("cell.cpp", """
            #include <chrono>
            #include <cstdio>
            #include <thread>
            int slow() {
              std::this_thread::sleep_for(std::chrono::milliseconds(400));
              std::puts("a line that the node prints");
              return 1;
            }
            int after(int slow) { return slow; }
        """)

    def run_on_terminal(self, *args):
        """Runs the cell with a terminal as standard error, and returns all that the terminal was sent."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [program(), "cell.cpp", "-x", *self.build_flags, *args], cwd=self.folder,
            env=self.environment({"TERM": "xterm"}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        shown = b""
        while True:
            select.select([ours], [], [], 60)
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not piece:
                break
            shown += piece
        process.communicate(timeout=60)
        os.close(ours)
        return shown.decode("utf-8").replace("\r\n", "\n")

    def test_one_line_says_what_is_done_and_is_gone_at_the_end(self):
        shown = self.run_on_terminal()
        self.assertIn(CLEAR + "compiling", shown)
        self.assertIn(CLEAR + "[0/2] slow", shown)
        self.assertTrue(shown.endswith(CLEAR), repr(shown[-200:]))

    def test_what_a_node_prints_stands_on_lines_of_its_own(self):
        self.assertIn(CLEAR + "a line that the node prints\n", self.run_on_terminal())

    def test_quiet_shows_no_progress(self):
        self.assertEqual(self.run_on_terminal("--quiet"), "a line that the node prints\n")

    def test_a_pipe_gets_no_progress(self):
        result = self.run_hamcell("cell.cpp", "-x", *self.build_flags)
        self.assertEqual(result.err, "a line that the node prints\n")


if __name__ == "__main__":
    unittest.main()
