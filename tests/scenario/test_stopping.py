"""Ctrl-C and its like, and a hamcell that is killed: what has finished is kept, and nothing goes on."""

import fcntl
import os
import signal
import subprocess
import unittest

from harness import INTERRUPTED, PATIENCE, Result, Scenario

CELL = """\
#include <cstdio>
#include <cstdlib>
#include <unistd.h>
int quick() { return 1; }
int slow(int quick) {
  if (std::system("sleep 76543 & echo $! > sleeping")) return 0;
  FILE* file = std::fopen("starting", "w");
  std::fprintf(file, "%d", ::getpid());
  std::fclose(file);
  std::rename("starting", "started");
  ::sleep(60);
  return quick;
}
"""

# A compiler that starts another program and says so; hamcell asks it many things before.
COMPILER = """\
#!/bin/sh
for word in "$@"; do
  case "$word" in *cell.so) echo $$ > compiling; sleep 65432; exit 1 ;; esac
done
exec {cxx} "$@"
"""


def is_alive(process):
    """Whether a process runs; a zombie does not."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Stopping(Scenario):
    def begin(self, *args, until="started"):
        process = self.start("cell.cpp", "-x", "--json", *self.build_flags, *args, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.wait_for(lambda: self.path(until).exists() and self.path(until).read_text().strip()
                      or process.poll() is not None)
        self.assertIsNone(process.poll(), "it must still run")
        return process

    def assert_gone(self, *files):
        for file in files:
            number = self.path(file).read_text().strip()
            self.wait_for(lambda number=number: not is_alive(number), seconds=20)

    def test_each_signal_that_asks_to_stop_keeps_what_has_finished(self):
        self.write("cell.cpp", CELL)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                process = self.begin()
                process.send_signal(number)
                result = Result(None, *process.communicate(timeout=60 * PATIENCE))
                self.assertEqual(process.returncode, INTERRUPTED)
                self.assertEqual(result.json()["status"], "interrupted")
                self.assertIn(result.statuses()["quick"], ("executed", "cached"))
                self.assertNotIn("error:", result.err)
                self.assert_gone("started", "sleeping")
                self.path("started").unlink()
        runs = self.run_hamcell("cache", "runs", "--json").json()
        self.assertEqual([run["status"] for run in runs], ["interrupted"] * 3)
        self.edit("cell.cpp", "::sleep(60);", "")
        self.edit("cell.cpp", '  if (std::system("sleep 76543 & echo $! > sleeping")) return 0;\n', "")
        self.assertEqual(self.execute().statuses()["quick"], "cached")

    def test_waiting_for_another_hamcell_ends_with_the_first_signal(self):
        self.write("cell.cpp", "int one() { return 1; }\n")
        self.execute()
        with open(self.cache / "lock", "r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX, 1, 0)
            process = self.start("cell.cpp", "-x", *self.build_flags, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
            self.addCleanup(process.kill)
            with self.assertRaises(subprocess.TimeoutExpired):
                process.wait(timeout=1.5 * PATIENCE)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20 * PATIENCE)
        self.assertEqual(process.returncode, INTERRUPTED)

    def test_a_killed_hamcell_leaves_no_temporary_files(self):
        self.write("cell.cpp", CELL.replace("int quick() { return 1; }", """#include <vector>
std::vector<int> quick() { return std::vector<int>(100000, 1); }""")
                   .replace("int slow(int quick)", "int slow(const std::vector<int>& quick)")
                   .replace("return quick;", "return quick[0];"))
        for signals in ([signal.SIGKILL], [signal.SIGINT, signal.SIGINT]):
            with self.subTest(signals=signals):
                process = self.begin("--no-cache")
                self.assertNotEqual(list((self.root / "tmp").rglob("results/*/*")), [])
                for number in signals:
                    process.send_signal(number)
                process.communicate(timeout=60 * PATIENCE)
                self.wait_for(lambda: not list((self.root / "tmp").iterdir()), seconds=20)
                self.path("started").unlink()

    def test_a_second_signal_stops_at_once(self):
        self.write("cell.cpp", CELL)
        process = self.begin()
        # While it is stopped, both signals wait for it: it has no time for anything between them.
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        out, _ = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(out, b"")
        self.assert_gone("started", "sleeping")

    def test_a_killed_driver_leaves_nothing_behind_and_loses_nothing(self):
        self.write("cell.cpp", CELL)
        process = self.begin("--log-level=debug")
        # The next node is started before the result of the last one is written down.
        self.assertIn(b"hamcell: stored quick\n", iter(process.stderr.readline, b""))
        process.kill()
        process.communicate(timeout=60 * PATIENCE)
        self.assert_gone("started", "sleeping")
        self.edit("cell.cpp", "::sleep(60);", "")
        self.assertEqual(self.execute().statuses()["quick"], "cached")

    def compiling(self):
        self.write("cell.cpp", "int a() { return 1; }\n")
        compiler = self.write("bin/g++", COMPILER.format(cxx="g++"))
        compiler.chmod(0o755)
        return self.begin("--cxx", compiler, until="compiling")

    def test_a_compiler_is_ended_with_what_it_has_started(self):
        process = self.compiling()
        children = self.sleeping_under(self.path("compiling").read_text().strip())
        self.assertEqual(len(children), 1)
        process.send_signal(signal.SIGINT)
        result = Result(None, *process.communicate(timeout=60 * PATIENCE))
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertNotIn("error:", result.err)
        self.assert_gone("compiling")
        self.wait_for(lambda: not is_alive(children[0]), seconds=20)

    def test_a_killed_driver_leaves_no_compiler_behind(self):
        process = self.compiling()
        children = self.sleeping_under(self.path("compiling").read_text().strip())
        self.assertEqual(len(children), 1)
        process.kill()
        process.communicate(timeout=60 * PATIENCE)
        self.assert_gone("compiling")
        self.wait_for(lambda: not is_alive(children[0]), seconds=20)

    def sleeping_under(self, process):
        """The children of a process, once there are any."""
        def children():
            with open(f"/proc/{process}/task/{process}/children", encoding="utf-8") as file:
                return file.read().split()
        self.wait_for(children)
        return children()


class SharedCache(Scenario):
    CELL = """\
        #include <fcntl.h>
        #include <unistd.h>
        int slow(int salt) {
          const int file = ::open("ran", O_WRONLY | O_CREAT | O_APPEND, 0600);
          if (::write(file, "x", 1) != 1) return 0;
          ::close(file);
          ::usleep(1500000);
          return salt + 1;
        }
        int after(int slow) { return slow + 1; }
        """

    def start_run(self):
        return self.start("cell.cpp", "-x", "--json", "--show-results", "-i", "salt=1", *self.build_flags,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_a_node_that_another_process_runs_is_waited_for(self):
        self.write("cell.cpp", self.CELL)
        self.execute("-i", "salt=9")  # compiles the cell
        self.path("ran").unlink()
        processes = [self.start_run() for _ in range(4)]
        results = [Result(process.returncode, *process.communicate(timeout=60 * PATIENCE)) for process in processes]
        self.assertEqual([process.returncode for process in processes], [0] * 4)
        self.assertEqual([result.value("after") for result in results], [3] * 4)
        self.assertEqual(self.path("ran").read_text(), "x", "the node must have run once")
        waited = [result for result in results if result.statuses()["slow"] == "cached"]
        self.assertEqual(len(waited), 3)
        self.assertTrue(any("another hamcell runs 'slow'" in result.err for result in waited))

    def test_when_the_process_that_runs_it_dies_another_one_takes_over(self):
        self.write("cell.cpp", self.CELL)
        self.execute("-i", "salt=9")
        self.path("ran").unlink()
        first = self.start_run()
        self.wait_for(lambda: os.path.exists(self.path("ran")))
        second = self.start_run()
        first.kill()
        first.communicate(timeout=60 * PATIENCE)
        result = Result(None, *second.communicate(timeout=60 * PATIENCE))
        self.assertEqual(second.returncode, 0, result.err)
        self.assertEqual(result.value("after"), 3)
        self.assertEqual(result.statuses()["slow"], "executed")


if __name__ == "__main__":
    unittest.main()
