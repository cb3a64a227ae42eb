"""Damages a file of the cache, or of what is remembered of cells, in one random place, and runs the cell.

The values must be right, or there must be a clear error with exit status 5: never a wrong value, never a crash.

    HAMCELL=build/ci/bin/hamcell python3 tests/faults/damage.py --trials 5000 --seed 1 --jobs 2
"""

import collections
import random
import shutil
import tempfile

from project import Project, failures_of, has_wrong_value, is_uncivil, options_of_trials, run_trials

COUNTS = (3000, 10)

# How often each kind of file is damaged: rebuilding a cell takes a hundred times as long as reading an entry.
SHARES = {"database": 60, "result": 30, "scan": 4, "built cell": 3, "record of a built cell": 3}


def flip_byte(content, at, choose):
    content[at] ^= choose.randrange(1, 256)


def clear_bit(content, at, choose):
    for step in range(len(content)):
        here = (at + step) % len(content)
        if content[here]:
            content[here] &= content[here] - 1  # its lowest bit that is set
            return


def cut(content, at, choose):
    del content[at:]


DAMAGES = {"a byte flipped": flip_byte, "a bit cleared": clear_bit, "cut off": cut}


class Worker:
    """A project whose caches are put back after each trial."""

    def __init__(self, root):
        self.project = Project(root)
        for count in COUNTS:
            self.check(self.project.run(count), count)
        self.good = self.project.root / "good"
        for name in ("project/.hamcell_cache", "user-cache"):
            shutil.copytree(self.project.root / name, self.good / name)
        self.files = self.find_files()
        self.tallies = collections.defaultdict(collections.Counter)
        self.failures = []
        self.warned = 0  # runs after the last damage that did

    @staticmethod
    def check(result, count):
        if result.status != 0 or has_wrong_value(result, count):
            raise RuntimeError(f"the cell does not run as it should\n{result}")

    def find_files(self):
        files = collections.defaultdict(list)
        for path in sorted(self.good.rglob("*")):
            kind = ("database" if path.name == "metadata.db" else
                    "result" if "results" in path.parts else
                    "scan" if path.suffix == ".scan" else
                    "built cell" if path.suffix == ".so" else
                    "record of a built cell" if path.suffix == ".record" else None)
            if kind and path.is_file():
                files[kind].append(path.relative_to(self.good))
        missing = SHARES.keys() - files.keys()
        if missing:
            raise RuntimeError(f"nothing to damage of {missing}")
        return files

    def restore(self):
        for name in ("project/.hamcell_cache", "user-cache"):
            shutil.rmtree(self.project.root / name)
            shutil.copytree(self.good / name, self.project.root / name)

    def trial(self, number, seed):
        choose = random.Random(f"{seed} {number}")
        kind = choose.choices(list(SHARES), SHARES.values())[0]
        damage = list(DAMAGES)[number % len(DAMAGES)]
        name = choose.choice(self.files[kind])
        self.restore()
        path = self.project.root / name
        content = bytearray(path.read_bytes())
        at = choose.randrange(len(content))
        DAMAGES[damage](content, at, choose)
        path.chmod(0o600)
        path.write_bytes(content)
        # Twice: what is mended must be, and what is stored after the damage must be right too.
        for repeat in range(2):
            count = choose.choice(COUNTS)
            result = self.project.run(count)
            self.judge(result, count, kind, repeat, f"trial {number}: {damage} at {at} of {name}, count {count}")

    def judge(self, result, count, kind, repeat, what):
        tally = self.tallies[kind]
        tally["runs"] += 1
        if is_uncivil(result):
            tally["crashes"] += 1
        elif result.status not in (0, 5):
            tally["other"] += 1
        elif has_wrong_value(result, count):
            tally["wrong"] += 1
        elif result.status == 5:
            tally["errors"] += 1
            return
        else:
            tally["warned"] += "warning:" in result.err
            tally["remade"] += any(node["status"] == "executed" and node["behavior"] != "recompute"
                                   for node in result.json()["nodes"])
            self.warned = (self.warned if repeat else 0) + ("warning:" in result.err)
            if self.warned == 2:
                tally["warned twice"] += 1
            return
        self.failures.append(f"{what}\n{result}")


def report(workers, trials):
    total = collections.defaultdict(collections.Counter)
    for worker in workers:
        for kind, tally in worker.tallies.items():
            total[kind].update(tally)
            total["**all**"].update(tally)
    columns = ("runs", "wrong", "crashes", "other", "errors", "warned", "warned twice", "remade")
    print(f"{trials} damages, two runs after each")
    print("| damaged | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for kind in (*SHARES, "**all**"):
        print(f"| {kind} | " + " | ".join(str(total[kind][column]) for column in columns) + " |")


def main():
    options = options_of_trials(__doc__, 5000)
    with tempfile.TemporaryDirectory(prefix="hamcell-damage-") as root:
        workers = run_trials(options, root, Worker)
        report(workers, options.trials)
        failures = failures_of(workers)
        done = sum(tally["runs"] for worker in workers for tally in worker.tallies.values())
        if failures or done != 2 * options.trials:
            raise SystemExit(f"{len(failures)} failures, {done} of {2 * options.trials} runs")


if __name__ == "__main__":
    main()
