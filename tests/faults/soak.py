"""Many processes at work in one cache, with everything that looks after it running beside them.

Every run must give the right values and say nothing else; at the end the cache must be whole.

    HAMCELL=build/ci/bin/hamcell python3 tests/faults/soak.py --processes 8 --runs 200 --seed 1
"""

import argparse
import collections
import os
import random
import tempfile
import threading
import time

from project import Project, has_wrong_value, is_uncivil

COUNTS = (10, 1500, 2000, 2500, 3000)


class Soak:
    def __init__(self, root, options):
        self.project = Project(root)
        self.options = options
        self.tally = collections.Counter()
        self.failures = []
        self.lock = threading.Lock()
        self.done = False

    def fail(self, what, result):
        with self.lock:
            self.failures.append(f"{what}\n{result}")

    def count(self, what, number=1):
        with self.lock:
            self.tally[what] += number

    def run_often(self, process):
        choose = random.Random(f"{self.options.seed} {process}")
        for run in range(self.options.runs):
            count = choose.choice(COUNTS)
            args = choose.choice(((), (), (), ("--recompute=sum",), ("--recompute",), ("--opt-in",)))
            result = self.project.run(count, *args)
            self.count("runs")
            # To wait for a node that another process runs is as it should be.
            said = [line for line in result.err.splitlines() if not line.endswith(": waiting for it")]
            if result.status != 0 or is_uncivil(result) or said or has_wrong_value(result, count):
                self.fail(f"process {process}, run {run}, count {count}, {args}", result)
                continue
            for node in result.json()["nodes"]:
                self.count("hits", node["status"] == "cached")
                self.count("result missing", "result" in node["reason"])

    def look_after(self):
        """As fast as it goes: sizes, ages, checks and questions."""
        choose = random.Random(f"{self.options.seed} care")
        while not self.done:
            words = choose.choice((("gc", "--max-size", "150k"), ("gc", "--max-size", "0"), ("gc", "--older-than", "0s"),
                                   ("gc",), ("verify",), ("stats",), ("ls",)))
            result = self.project.hamcell("cache", *words, "--json")
            self.count(words[0])
            if words[0] == "gc" and result.status == 0:
                self.count("results removed", result.json()["results"])
                self.count("entries removed", result.json()["entries"])
            # A result may be missing for a moment when gc is ended, but nothing else is ever found here.
            if result.status != 0 or result.err:
                self.fail(f"cache {words}", result)

    def make_old(self):
        """Nothing is safe because it is young."""
        while not self.done:
            for path in (self.project.cache / "results").rglob("*"):
                try:
                    os.utime(path, (1, 1))
                except FileNotFoundError:
                    pass
            time.sleep(0.05)

    def report(self):
        print(f"{self.options.processes} processes, {self.tally['runs']} runs: " +
              ", ".join(f"{number} {what}" for what, number in sorted(self.tally.items()) if what != "runs"))
        for failure in self.failures[:20]:
            print(failure)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hamcell-soak-") as root:
        soak = Soak(root, options)
        built = soak.project.run(COUNTS[0], "--no-cache")  # so that the cell is compiled once
        if built.status != 0:
            raise SystemExit(f"the cell does not run as it should\n{built}")
        runs = [threading.Thread(target=soak.run_often, args=(p,)) for p in range(options.processes)]
        care = [threading.Thread(target=soak.look_after), threading.Thread(target=soak.make_old)]
        for thread in runs + care:
            thread.start()
        for thread in runs:
            thread.join()
        soak.done = True
        for thread in care:
            thread.join()
        last = soak.project.hamcell("cache", "verify", "--json")
        if last.status != 0:
            soak.fail("the last check", last)
        left = [path for path in soak.project.cache.iterdir() if "aside" in path.name or "new" in path.name]
        soak.report()
        if soak.failures or left or soak.tally["runs"] != options.processes * options.runs:
            raise SystemExit(f"{len(soak.failures)} failures, left over: {left}")


if __name__ == "__main__":
    main()
