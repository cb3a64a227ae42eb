"""A cell whose every value is known, in a folder of its own with caches that nobody else sees."""

import argparse
import os
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scenario"))
from harness import KEPT_VARIABLES, Result, program  # noqa: E402

# Quick to compile and to run. `again` runs each time, so that the built cell is loaded each time.
CELL = """\
#include <vector>
struct Row { int id; double x; };
std::vector<int> many(int count) {
  std::vector<int> all;
  for (int i = 0; i < count; ++i) all.push_back(i * 3);
  return all;
}
std::vector<Row> table(const std::vector<int>& many) {
  std::vector<Row> rows;
  for (int i : many) rows.push_back({i, i * 0.5});
  return rows;
}
long sum(const std::vector<int>& many) { long s = 0; for (int x : many) s += x; return s; }
double half(long sum, int parts = 2) { return static_cast<double>(sum) / parts; }
[[ham::cache(behavior = "recompute")]] int again(int count) { return count + 1; }
"""


def values_of(count):
    """What the cell's nodes are for this input."""
    many = [3 * i for i in range(count)]
    return {"many": many, "table": [{"id": i, "x": i * 0.5} for i in many], "sum": sum(many),
            "half": sum(many) / 2, "again": count + 1}


class Project:
    def __init__(self, root, cell=CELL):
        self.root = Path(root).resolve()
        for name in ("home", "user-cache", "tmp", "project"):
            (self.root / name).mkdir(mode=0o700)
        self.folder = self.root / "project"
        self.cache = self.folder / ".hamcell_cache"
        self.write(cell)

    def write(self, cell):
        (self.folder / "cell.cpp").write_text(cell)
        # An old file, so that the scan of it is remembered.
        os.utime(self.folder / "cell.cpp", (1, 1))

    def environment(self):
        env = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        env.update(HOME=str(self.root / "home"), XDG_CACHE_HOME=str(self.root / "user-cache"),
                   TMPDIR=str(self.root / "tmp"), LANG="C.UTF-8", TERM="dumb")
        # What looks for leaks is a process of its own at the end, without which the other one would wait for ever.
        env["ASAN_OPTIONS"] = ":".join(filter(None, [env.get("ASAN_OPTIONS"), "detect_leaks=0"]))
        return env

    def hamcell(self, *args):
        process = subprocess.run([program(), *map(str, args)], cwd=self.folder, env=self.environment(),
                                 stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        return Result(process.returncode, process.stdout, process.stderr)

    def run(self, count, *args):
        return self.hamcell("cell.cpp", "-x", "--json", "--show-results", "--cxxflags=-O0", "-j", "2",
                            "-i", f"count={count}", *args)


def is_uncivil(result):
    """A crash, or insides of hamcell in its messages."""
    return result.status < 0 or any(text in result.err for text in (
        "this should not happen", "hamcell-glue", "Sanitizer:", "runtime error:", "was ended by", "never decided"))


def shown_values(result):
    return {node["name"]: node["value"] for node in result.json()["nodes"] if "value" in node}


def has_wrong_value(result, count):
    """A run that says it is done gives every value, and the right ones."""
    return result.status == 0 and shown_values(result) != values_of(count)


def options_of_trials(description, trials):
    """The command line of what makes many trials, each from the seed and its number."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=trials)
    parser.add_argument("--first", type=int, default=0, help="number of the first trial, to see one again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def run_trials(options, root, make_worker):
    """Shares the trials out to workers, each in a folder of its own, and returns the workers when all is done."""
    workers = []
    for job in range(options.jobs):
        folder = f"{root}/{job}"
        os.mkdir(folder)
        workers.append(make_worker(folder))

    def work(job):
        for number in range(options.first + job, options.first + options.trials, options.jobs):
            workers[job].trial(number, options.seed)

    threads = [threading.Thread(target=work, args=(job,)) for job in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return workers


def failures_of(workers):
    """What went wrong; the first of it is shown."""
    failures = [failure for worker in workers for failure in worker.failures]
    for failure in failures[:20]:
        print(failure[:3000])
    return failures
