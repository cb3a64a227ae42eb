"""SIGKILL to hamcell, or to a process of its own, at a random moment of a run.

After each of them nothing may be left running, and the next run must give the right values and say nothing; every
result that was reported as stored ("hamcell: stored NODE", with --log-level=debug) must then come from the cache.

    HAMCELL=build/ci/bin/hamcell python3 tests/faults/kill.py --trials 1000 --seed 1 --jobs 2
    python3 tests/faults/kill.py --first 69 --trials 1          one of them again, as far as time allows
"""

import collections
import os
import random
import re
import signal
import subprocess
import tempfile
import time

from project import Project, failures_of, is_uncivil, options_of_trials, program, run_trials, shown_values
from harness import Result  # noqa: E402  (project.py has made it known)

# Values that are stored beside and inside the database, and one that cannot be stored.
CELL = """\
#include <memory>
#include <string>
#include <thread>
#include <vector>
constexpr int scale = %d;
inline void nap(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }
std::vector<double> wide(int count) { nap(15); return std::vector<double>(20000, count * 0.5); }
std::vector<double> scaled(const std::vector<double>& wide) {
  nap(15);
  auto out = wide;
  for (double& x : out) x *= scale;
  return out;
}
double total(const std::vector<double>& scaled) { nap(10); double s = 0; for (double x : scaled) s += x; return s; }
struct Handle {
  virtual ~Handle() = default;
  virtual long get() const = 0;
};
struct Counter : Handle {
  long value;
  explicit Counter(long v) : value(v) {}
  long get() const override { return value; }
};
std::unique_ptr<Handle> opened(int count) { nap(15); return std::make_unique<Counter>(count + scale); }
long reading(const std::unique_ptr<Handle>& opened) { nap(10); return opened->get(); }
std::string text(long reading) { nap(10); return std::string(static_cast<std::size_t>(reading %% 2000), 'x'); }
long side(int count) { nap(25); return count * 7L; }
double last(double total, const std::string& text, long side) {
  nap(10);
  return total + static_cast<double>(text.size()) + static_cast<double>(side);
}
"""
STORED = re.compile(r"^hamcell: stored (\w+)$", re.MULTILINE)
NOTHING_NEW = re.compile(r"(cell\.cpp:\d+:\d+: note: the result of node 'opened' is not stored: .*\n  help: .*\n)?")
VICTIMS = ("hamcell", "hamcell", "hamcell-runner", "hamcell-runner", "hamcell-runner", "guard")


def last_value(count, scale):
    total = 20000 * (count * 0.5 * scale)
    return total + (count + scale) % 2000 + count * 7


class Worker:
    """Tries one after the other, in a project of its own."""

    def __init__(self, root):
        self.project = Project(root, CELL % 1)
        self.mark = os.fsencode(f"{self.project.root}/user-cache")
        self.scale = 1
        self.usual = {}
        self.tally = collections.Counter()
        self.failures = []
        for is_edit in (True, False):
            began = time.monotonic()
            result = self.project.hamcell(*self.words(1 + is_edit))
            if result.status != 0:
                raise SystemExit(f"the cell does not run as it should\n{result}")
            self.usual[is_edit] = time.monotonic() - began

    @staticmethod
    def words(count):
        return ("cell.cpp", "-x", "--json", "--show-results", "--cxxflags=-O0", "-j", "2", "last", "-i", f"count={count}")

    def alive(self):
        """The processes of this project by their number, with their names."""
        found = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/environ", "rb") as environ:
                    if self.mark not in environ.read():
                        continue
                with open(f"/proc/{name}/comm") as comm, open(f"/proc/{name}/stat") as stat:
                    if stat.read().rsplit(")", 1)[1].split()[0] != "Z":
                        found[int(name)] = comm.read().strip()
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                pass
        return found

    def victim(self, process, wanted):
        """The number of a process to kill: that of hamcell where there is none of those that were wanted."""
        if wanted == "hamcell":
            return process.pid, wanted
        until = time.monotonic() + 0.3
        while process.poll() is None and time.monotonic() < until:
            found = [pid for pid, name in self.alive().items()
                     if pid != process.pid and name == ("hamcell" if wanted == "guard" else wanted)]
            if found:
                return found[0], wanted
        return process.pid, "hamcell"

    def trial(self, number, seed):
        choose = random.Random(f"{seed} {number}")
        count = 1000 + number
        is_edit = choose.random() < 0.25
        if is_edit:
            self.scale = number + 2
            self.project.write(CELL % self.scale)
        wanted = choose.choice(VICTIMS)
        process = subprocess.Popen([program(), *self.words(count), "--log-level=debug"], cwd=self.project.folder,
                                   env=self.project.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        time.sleep(choose.uniform(0, self.usual[is_edit]))
        pid, name = self.victim(process, wanted)
        is_late = process.poll() is not None
        if not is_late:
            os.kill(pid, signal.SIGKILL)
        out, err = process.communicate(timeout=120)
        killed = Result(process.returncode, out, err)
        self.tally["too late" if is_late else f"killed {name}"] += 1
        what = f"trial {number}, {name}, count {count}, scale {self.scale}"
        # It may come to an end by itself before the signal arrives.
        expected = (-signal.SIGKILL, 0) if name == "hamcell" and not is_late else (0, 1)
        # What looks like the guard can be a compiler that is just being started.
        is_compiler = name == "guard" and killed.status == 4 and "was ended by Killed" in killed.err
        if not (killed.status in expected or is_compiler) or (name != "hamcell" and is_uncivil_of_itself(killed)):
            return self.failures.append(f"{what}: the killed run\n{killed}")
        self.tally["node failed"] += killed.status == 1
        self.expect_silence(what)
        self.next_run(what, count, set(STORED.findall(killed.err)))

    def expect_silence(self, what):
        until = time.monotonic() + 10
        while self.alive():
            if time.monotonic() > until:
                return self.failures.append(f"{what}: still running: {self.alive()}")
            time.sleep(0.01)

    def next_run(self, what, count, stored):
        result = self.project.hamcell(*self.words(count))
        self.tally["runs"] += 1
        self.tally["stored before"] += len(stored)
        if result.status != 0 or not NOTHING_NEW.fullmatch(result.err) or is_uncivil(result):
            return self.failures.append(f"{what}: the next run\n{result}")
        if shown_values(result) != {"last": last_value(count, self.scale)}:
            return self.failures.append(f"{what}: wrong value\n{result}")
        # Of what is stored, a node is asked for only as far as what needs it is not.
        again = [node["name"] for node in result.json()["nodes"]
                 if node["name"] in stored and node["status"] != "cached"]
        if again:
            self.failures.append(f"{what}: reported as stored, and run again: {again}\n{result}")


def is_uncivil_of_itself(result):
    """That a runner "was ended by" SIGKILL is said and true."""
    return is_uncivil(Result(result.status, b"", result.err.replace("was ended by", "").encode()))


def main():
    options = options_of_trials(__doc__, 1000)
    with tempfile.TemporaryDirectory(prefix="hamcell-kill-") as root:
        workers = run_trials(options, root, Worker)
        for worker in workers:
            last = worker.project.hamcell("cache", "verify", "--json")
            if last.status != 0:
                worker.failures.append(f"the last check\n{last}")
    tally = sum((worker.tally for worker in workers), collections.Counter())
    print(f"{options.trials} kills: " + ", ".join(f"{number} {what}" for what, number in sorted(tally.items())))
    failures = failures_of(workers)
    if failures or tally["runs"] != options.trials:
        raise SystemExit(f"{len(failures)} failures, {tally['runs']} of {options.trials} next runs")


if __name__ == "__main__":
    main()
