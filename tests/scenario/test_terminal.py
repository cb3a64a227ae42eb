"""What a person sees on a terminal while hamcell works."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import unittest

from harness import PATIENCE, Scenario, program

CLEAR = "\r\x1b[K"
NO_WRAP = "\x1b[?7l"
WRAP = "\x1b[?7h"
SLEEP = """
    #include <chrono>
    #include <thread>
    inline int nap(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); return ms; }
"""


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

    def run_on_terminal(self, *args, columns=100, term="xterm"):
        """Runs the cell with a terminal as standard error, and as that of its session, and returns all that the
        terminal was sent."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [program(), "cell.cpp", "-x", *self.build_flags, *args], cwd=self.folder,
            env=self.environment({"TERM": term}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0))
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
        process.communicate(timeout=60 * PATIENCE)
        os.close(ours)
        return shown.decode("utf-8").replace("\r\n", "\n")

    def lines(self, *args, **how):
        """What was on the progress line, one after the other."""
        shown = self.run_on_terminal(*args, **how)
        return re.findall(re.escape(CLEAR + NO_WRAP) + "(.*?)" + re.escape(WRAP), shown)

    def test_one_line_says_what_is_done_and_is_gone_at_the_end(self):
        self.write("cell.cpp", self.path("cell.cpp").read_text() + "// another cell than that of other tests\n")
        self.write("compiler", '#!/bin/sh\ncase "$*" in *" -c "*) sleep 1;; esac\nexec c++ "$@"\n').chmod(0o755)
        shown = self.run_on_terminal("--cxx", "./compiler")
        self.assertRegex(shown, re.escape(CLEAR + NO_WRAP) + r"\[0/2\] compiling cell\.cpp \d+\.\d s")
        self.assertRegex(shown, re.escape(CLEAR + NO_WRAP) + r"\[0/2\] slow 0\.\d s")
        self.assertTrue(shown.rsplit(WRAP, 1)[1].startswith(CLEAR), repr(shown[-200:]))
        self.assertNotIn("\n", shown.replace("a line that the node prints\n", ""))

    def test_nodes_that_run_at_the_same_time_are_named_and_the_rest_is_counted(self):
        self.write("cell.cpp", SLEEP + "".join(f"int n{i}() {{ return nap(700 + {i}); }}\n" for i in range(6)))
        lines = self.lines("-j", "6")
        self.assertTrue(any(re.fullmatch(r"\[0/6\] (n\d 0\.\d s, ){4}2 more", line) for line in lines), lines)

    def test_the_time_left_is_told_from_earlier_runs(self):
        self.write("cell.cpp", SLEEP + """
            int first() { return nap(1500); }
            int second(int first) { return nap(2000) + first; }
            int beside() { return nap(400); }
        """)
        self.assertFalse([line for line in self.lines() if "left" in line])
        lines = self.lines("--recompute")
        left = [int(line.rsplit("about ", 1)[1].split(" ")[0]) for line in lines if line.endswith(" s left")]
        # 3.5 s of the longest path, or 3.9 s one after the other; nothing was compiled.
        self.assertIn(left[0], (3, 4), lines)
        self.assertEqual(left, sorted(left, reverse=True))
        self.assertEqual(left[-1], 1)

    def test_the_compiler_s_time_is_part_of_what_is_left(self):
        # One that takes longer than the parser does, or all of its time would be gone when that has ended.
        self.write("compiler", '#!/bin/sh\ncase "$*" in *cell.so*) sleep 2;; esac\nexec c++ "$@"\n').chmod(0o755)
        self.write("cell.cpp", SLEEP + "int first() { return nap(1500); }\n")
        self.lines("--cxx", "./compiler")
        self.write("cell.cpp", SLEEP + "int first() { return nap(1501); }\n")
        compiling = [line for line in self.lines("--cxx", "./compiler") if "compiling" in line]
        self.assertRegex(compiling[0], r"^\[0/1\] compiling cell\.cpp \d\.\d s · about \d+ s left$")
        self.assertGreaterEqual(int(compiling[0].rsplit("about ", 1)[1].split(" ")[0]), 2)

    def test_a_line_fits_a_narrow_terminal(self):
        self.write("cell.cpp", SLEEP + "int a_rather_long_name_of_a_node() { return nap(500); }\n")
        lines = self.lines(columns=24)
        self.assertIn("[0/1] a_rather_l… 0.3 s", lines)
        self.assertLessEqual(max(map(len, lines)), 23)

    def test_a_crash_is_looked_up_visibly(self):
        self.write("cell.cpp", "#include <cstdlib>\nint falls(int given = 1) { if (given) std::abort(); return 1; }\n")
        self.assertTrue([line for line in self.lines() if "looking up where falls crashed" in line])

    def test_what_a_node_prints_stands_on_lines_of_its_own(self):
        self.assertIn(CLEAR + "a line that the node prints\n", self.run_on_terminal())

    def test_a_node_that_wants_something_of_the_terminal_fails(self):
        self.write("cell.cpp", """
            #include <fcntl.h>
            #include <unistd.h>
            int asks() { char c; return static_cast<int>(::read(::open("/dev/tty", O_RDONLY), &c, 1)); }
        """)
        self.assertIn("node 'asks' failed: it used the terminal, which only hamcell itself may do (SIGTTIN)",
                      self.run_on_terminal("--color=never"))

    def test_quiet_shows_no_progress(self):
        self.assertEqual(self.run_on_terminal("--quiet"), "a line that the node prints\n")

    def test_a_terminal_that_knows_only_text_gets_lines(self):
        self.assertNotIn("\x1b", self.run_on_terminal(term="dumb"))


class NoTerminal(Scenario):
    def test_a_short_run_says_nothing_in_a_pipe(self):
        self.write("cell.cpp", "int one() { return 1; }\n")
        self.execute()
        again = self.execute("--recompute")
        self.assertEqual((again.err, again.progress), ("", []))

    def test_a_long_run_tells_in_plain_lines_how_far_it_is(self):
        self.write("cell.cpp", SLEEP + "int quick() { return 1; }\nint slow(int quick) { return nap(6500) + quick; }\n")
        first = self.execute()
        self.assertRegex(first.progress[-1], r"^hamcell: \[1/2\] slow \d+(\.\d)? s\n$")
        again = self.execute("--recompute", "slow")
        self.assertEqual(len(again.progress), 1)
        self.assertRegex(again.progress[0], r"^hamcell: \[1/2\] slow \d\.\d s( · about \d s left)?\n$")
        self.assertEqual(self.execute("--recompute", "slow", "--quiet").progress, [])


if __name__ == "__main__":
    unittest.main()
