"""Limits of time and memory, the order in which nodes run, and make's jobserver."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import termios
import unittest

from harness import NODE_FAILED, PATIENCE, TELLS_WHERE_A_LOOP_IS, Scenario, program

HEAD = """\
#include <unistd.h>
#include <chrono>
#include <thread>
#include <vector>
int good() { return 1; }
"""


class Limits(Scenario):
    def test_a_node_over_its_time_fails_with_that_reason_and_where_it_was(self):
        self.write("cell.cpp", HEAD + """\
            int stuck(int good) {
              for (volatile int i = 0; good; i = i + 1) {}
              return 1;
            }
            int sleeps(int good) { ::sleep(600); return good; }
            int apart(int good) { return good + 1; }
            """)
        result = self.execute("-k", "--timeout=0.5", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {"stuck", "sleeps"})
        self.assertEqual(result.with_status("executed"), {"good", "apart"})
        stuck = "cell.cpp:6:17: error: node 'stuck' failed: it ran longer than the 500 ms that --timeout allows"
        self.assert_says(result, stuck, "node 'sleeps' failed: it ran longer than the 500 ms")
        if TELLS_WHERE_A_LOOP_IS:
            self.assert_says(result, stuck + ", at cell.cpp:7", "cell.cpp:7: in 'stuck(int)'")
        self.assertEqual(self.execute("-k", "--timeout=0.5", status=NODE_FAILED).with_status("cached"),
                         {"good", "apart"})

    def test_what_surrounds_a_function_has_a_limit_too(self):
        self.write("cell.cpp", "static volatile int spin = 1;\nstatic int start = [] { while (spin) {} return 1; }();\n"
                               "int a() { return start; }\n")
        result = self.execute("--timeout", "1", status=NODE_FAILED)
        self.assert_says(result, "an initialiser of the cell's variables failed: the runner took longer than 30 s, though its "
                                 "function was not at work")

    def test_a_node_that_ignores_signals_is_ended_all_the_same(self):
        self.write("cell.cpp", HEAD + """\
            #include <csignal>
            int stubborn(int good) {
              for (int signal = 1; signal < 32; ++signal) std::signal(signal, SIG_IGN);
              while (good) ::pause();
              return 1;
            }
            """)
        result = self.execute("--timeout=0.5", status=NODE_FAILED)
        self.assert_says(result, "node 'stubborn' failed: it ran longer than the 500 ms that --timeout allows")

    def test_a_node_over_its_memory_fails_with_that_reason(self):
        self.write("cell.cpp", HEAD + """\
            int grows(int good) {
              std::vector<std::vector<char>> all;
              while (good) {
                all.emplace_back(10'000'000, 'x');
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
              }
              return 1;
            }
            int grew(int good) {
              { std::vector<char> once(300'000'000, 'x'); good += once[5] == 'y'; }
              return good;
            }
            int small(int good) { return static_cast<int>(std::vector<char>(10'000'000, 'x').size()) + good; }
            """)
        result = self.execute("-k", "--memory=100M", status=NODE_FAILED)
        self.assertEqual(result.with_status("failed"), {"grows", "grew"})
        self.assertEqual(result.with_status("executed"), {"good", "small"})
        for name in ("grows", "grew"):
            self.assert_says(result, f"node '{name}' failed: it took more memory than the 100 MB that --memory allows")

    def test_what_the_runner_holds_already_does_not_count(self):
        self.write("cell.cpp", HEAD + """\
            std::vector<char> large() { return std::vector<char>(150'000'000, 'x'); }
            int uses(const std::vector<char>& large) { return large[7]; }
            """)
        self.execute("large")
        self.assertEqual(self.execute("uses", "--memory=100M", "-j1", status=0).node("uses")["status"], "executed")


class Order(Scenario):
    def test_the_longest_path_goes_first_by_the_times_of_earlier_runs(self):
        self.write("cell.cpp", HEAD + """\
            static int takes(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); return ms; }
            int a(int salt) { return takes(100) + salt; }
            int b(int salt) { return takes(100) + salt; }
            int c(int salt) { return takes(20) + salt; }
            int c_then(int c) { return takes(400) + c; }
            """)
        self.execute("-j1", "-i", "salt=1")
        self.execute("-j1", "-i", "salt=2", "--log-file=log.jsonl", "--log-level=debug")
        events = [json.loads(line) for line in self.path("log.jsonl").read_text().splitlines()]
        started = [event["node"] for event in events if event["event"] == "started"]
        self.assertEqual(started[:2], ["c", "c_then"])


@unittest.skipUnless(shutil.which("make"), "there is no make")
class Jobserver(Scenario):
    CELL = """\
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cstdio>
// Counts the nodes that run at this moment, in all processes, and keeps the most that it has seen.
static int counted(const char* folder) {
  char name[4096];
  std::snprintf(name, sizeof name, "%s/count", folder);
  const auto change = [&](int by) {
    const int file = ::open(name, O_RDWR | O_CREAT, 0600);
    ::flock(file, LOCK_EX);
    int numbers[2] = {0, 0};
    if (::pread(file, numbers, sizeof numbers, 0) < 0) ::perror("pread");
    numbers[0] += by;
    if (numbers[0] > numbers[1]) numbers[1] = numbers[0];
    if (::pwrite(file, numbers, sizeof numbers, 0) < 0) ::perror("pwrite");
    ::close(file);
  };
  change(1);
  ::usleep(200000);
  change(-1);
  return 1;
}
"""

    def run_make(self, prefix):
        nodes = "".join(f'int n{i}(int salt) {{ return counted("{self.folder}") + salt; }}\n' for i in range(6))
        self.write("cell.cpp", self.CELL + nodes)
        self.execute("-i", "salt=9")  # compiles the cell
        self.path("count").unlink()
        rules = "all: t1 t2 t3 t4\n"
        for i in range(1, 5):
            rules += (f"t{i}:\n\t{prefix}'{program()}' cell.cpp -x --hide-results -j4 -i salt={i} "
                      f"{' '.join(self.build_flags)}\n")
        self.write("Makefile", rules)
        made = subprocess.run(["make", "-j4"], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120 * PATIENCE, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        now, most = (int.from_bytes(part, "little") for part in
                     (self.path("count").read_bytes()[:4], self.path("count").read_bytes()[4:]))
        self.assertEqual(now, 0)
        return most, made.stderr

    def test_four_targets_share_the_slots_of_make(self):
        most, err = self.run_make("+")
        self.assertLessEqual(most, 4)
        self.assertGreaterEqual(most, 2)
        self.assertNotIn("jobserver", err)

    def tokens(self, while_running, *args, cell, env=None):
        """Runs hamcell with three tokens of a jobserver; how many are left when `while_running(process)` is over,
        and at the end."""
        self.write("cell.cpp", cell)
        read_end, write_end = os.pipe()
        os.write(write_end, b"+++")
        process = subprocess.Popen(
            [program(), "cell.cpp", "-x", *self.build_flags, "-j4", *args], cwd=self.folder,
            env=self.environment({"MAKEFLAGS": f" -j4 --jobserver-auth={read_end},{write_end}", **(env or {})}),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=(read_end, write_end))
        try:
            while_running(process)
            during = self.readable(read_end)
            process.communicate(timeout=60 * PATIENCE)
            return during, self.readable(read_end)
        finally:
            process.kill()
            process.wait()
            os.close(read_end)
            os.close(write_end)

    @staticmethod
    def readable(pipe):
        return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, b"\0\0\0\0"), "little")

    SLEEPERS = """\
#include <unistd.h>
#include <cstdio>
static int nap(const char* name) { std::fclose(std::fopen(name, "w")); ::usleep(700000); return 1; }
int a() { return nap("a"); }
int b() { return nap("b"); }
int c() { return nap("c"); }
"""

    def test_a_slot_is_taken_when_a_node_is_about_to_run(self):
        self.write("slow-c++", "#!/bin/sh\ncase \"$*\" in *cell.so*) touch compiling; sleep 1 ;; esac\nexec c++ \"$@\"\n").chmod(0o755)
        compiling = lambda _: self.wait_for(self.path("compiling").exists)  # noqa: E731
        self.assertEqual(self.tokens(compiling, "--cxx", "./slow-c++", cell=self.SLEEPERS), (3, 3))
        running = lambda _: self.wait_for(lambda: all(self.path(n).exists() for n in "abc"))  # noqa: E731
        for name in "abc":
            self.path(name).unlink()
        self.assertEqual(self.tokens(running, "--recompute", cell=self.SLEEPERS), (1, 3))

    def test_who_waits_for_another_process_has_no_slots(self):
        self.write("cell.cpp", self.SLEEPERS)
        other = self.start("cell.cpp", "-x", "-j3", *self.build_flags, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for(lambda: all(self.path(n).exists() for n in "abc"))
        waiting = lambda process: self.assertIn(b"waiting for it", process.stderr.readline())  # noqa: E731
        self.assertEqual(self.tokens(waiting, cell=self.SLEEPERS), (3, 3))
        self.assertEqual(other.wait(timeout=60 * PATIENCE), 0)

    def test_a_second_signal_gives_the_slots_back_too(self):
        def stop(process):
            self.wait_for(lambda: all(self.path(n).exists() for n in "abc"))
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60 * PATIENCE)

        self.assertEqual(self.tokens(stop, cell=self.SLEEPERS), (3, 3))

    def test_a_recipe_that_cannot_reach_the_jobserver_runs_one_node_at_a_time(self):
        most, err = self.run_make("")
        self.assertLessEqual(most, 4)
        self.assertIn("make's jobserver is out of reach, so one node runs at a time", err)


if __name__ == "__main__":
    unittest.main()
