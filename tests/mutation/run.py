#!/usr/bin/env python3
"""Gives hamcell mutated cells and mutated command lines, and holds it to what no input may change:

- it ends by itself: no signal, no uncaught exception, no hang;
- its exit status is one of those in the manual;
- an error comes with a message on standard error, in the one format, and without a control character;
- a crash of the parser is such a message too. Each is listed, with its cell: it may be ours to mend.

    run.py --hamcell build/ci/bin/hamcell --cells 10000 --commands 10000 --seed 1

Each case has a random generator of its own, made from the seed and the case's number, so `--only cell:17` makes
the 17th cell of that seed again. What failed is kept in the folder `--keep`.
"""

import argparse
import collections
import concurrent.futures
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mutate_cell
import mutate_command

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent.parent

STATUSES = {0, 1, 2, 3, 4, 5, 10, 130}
# A problem's first line: a place or the program's name, and what is wrong.
ERROR = re.compile(rb"^[^\n]+: error: [^\n]", re.M)
COLOR = re.compile(rb"\x1b\[[\d;]*m")
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
PARSER = re.compile(rb"hamcell-scan (was ended by|failed|did not end)[^\n]*")
# Longer than any case takes on a busy machine: a scan has 100 s of processor time.
MOST_SECONDS = 400

SMALL_CELL = """[[ham::cache, ham::tag(owner = "ml")]] int rows(int n = 3) { return n; }
/// The sum.
[[ham::tag(owner = "ml", stage = "late")]] int total(int rows) { return rows + 1; }
[[ham::when(engine = "fast")]] int model__fast(int total) { return total; }
[[ham::when(engine = "exact")]] int model__exact(int total) { return total; }
"""


class Seeds:
    """The cells that are mutated: small ones mostly, since a scan of the standard library's headers takes a second."""

    def __init__(self):
        self.small = [(HERE / "seeds" / name).read_bytes() for name in ("features.cpp", "headers.cpp")]
        self.small.append(SMALL_CELL.encode())
        self.small.append(self.generated("chain", "12", without_headers=True))
        self.large = [path.read_bytes() for folder in ("samples", "tests/scenario/cells")
                      for path in sorted((SOURCE / folder).glob("*.cpp"))]
        self.large += [self.generated("sample"), self.generated("vectors", "20")]

    @staticmethod
    def generated(*arguments, without_headers=False):
        text = subprocess.run([sys.executable, "-B", SOURCE / "bench/gen_cell.py", *arguments], check=True,
                              stdout=subprocess.PIPE).stdout
        return re.sub(rb"#include[^\n]*\n", b"", text) if without_headers else text

    def choose(self, generator):
        kind = generator.random()
        if kind < 0.85:
            return generator.choice(self.small)
        text = generator.choice(self.large)
        # Without its headers a large cell is quick, and full of names that nobody knows.
        return re.sub(rb"#include <[^\n]*\n", b"", text) if kind < 0.95 else text


class Case:
    """One call of hamcell, and what came of it."""

    def __init__(self, name, arguments, files, has_history=False):
        self.name = name
        self.arguments = arguments
        self.files = files  # what stands in its folder besides
        self.has_history = has_history  # the cache remembers runs of the small cell
        self.status = None
        self.err = b""
        self.seconds = 0.0
        self.problems = []

    def judge(self):
        if any("always" in word for word in self.arguments):
            self.err = COLOR.sub(b"", self.err)
        if self.status is None:
            self.problems.append(f"did not end within {MOST_SECONDS} s")
            return
        if self.status not in STATUSES:
            self.problems.append(f"exit status {self.status}")
        if b"this should not happen" in self.err:
            self.problems.append("an exception that nobody caught")
        if self.status in (1, 2, 3, 4, 5) and not ERROR.search(self.err):
            self.problems.append(f"exit status {self.status} without a message of an error")
        # In front of the errors of a cell that does not compile stand the compiler's own words.
        if self.status != 4 and CONTROL.search(self.err):
            self.problems.append("a control character on standard error")
        try:
            self.err.decode()
        except UnicodeDecodeError:
            if self.status != 4:
                self.problems.append("standard error is not UTF-8")

    def parser_crash(self):
        found = PARSER.search(self.err)
        return found.group().decode("utf-8", "replace") if found else ""


class Worker:
    """A folder with what a case needs. Nothing that a case does may leave it."""

    def __init__(self, root, hamcell, history):
        self.hamcell = hamcell
        self.root = root
        self.history = history  # a cache that remembers runs
        # Deep enough for the `..` in hostile names.
        self.folder = root / "a/b/c/project"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(root / "home"), "XDG_CACHE_HOME": str(root / "user-cache"),
            "TMPDIR": str(root / "tmp"), "LANG": "C.UTF-8", "TERM": "dumb",
        }
        for name in ("LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        for name in ("home", "user-cache", "tmp"):
            (root / name).mkdir(parents=True)

    def run(self, case):
        self.prepare(case)
        # A cell does no harm to the machine by its size; a hang of the parser is its own group's end.
        process = subprocess.Popen(
            [self.hamcell, *map(os.fsencode, case.arguments)], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        began = time.monotonic()
        try:
            case.err = process.communicate(timeout=MOST_SECONDS)[1]
            case.status = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            case.err = process.communicate()[1]
        case.seconds = time.monotonic() - began
        case.judge()
        return case

    def prepare(self, case):
        """Just the case's files. One that is there already stays as it is, since a new one would be scanned anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if path.is_symlink() or not path.is_dir():
                if not path.is_file() or case.files.get(path.name) != path.read_bytes():
                    path.unlink()
            else:
                shutil.rmtree(path)
        for name, content in case.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                path.write_bytes(content)
        if case.has_history:
            shutil.copytree(self.history, self.folder / ".hamcell_cache")

    def make_history(self):
        """Two runs of the small cell: one that executes all of it, and one that takes it from the cache."""
        for number in (1, 2):
            run = self.run(Case(f"history:{number}", ["cell.cpp", "-x", "-c", "engine=fast", "--cache-dir", str(self.history)],
                                {"cell.cpp": SMALL_CELL.encode()}))
            assert run.status == 0, run.err.decode("utf-8", "replace")


def cell_case(seeds, seed, number):
    generator = random.Random(f"cell {seed} {number}")
    text = mutate_cell.mutated(seeds.choose(generator), generator)
    header = (HERE / "seeds/headers.h").read_bytes()
    if generator.random() < 0.1:
        header = mutate_cell.mutated(header, generator)
    arguments = ["cell.cpp", *generator.choice([["-n"], ["-d", "--format", "dot"], ["-d", "--format", "svg"], ["-n", "--json"]])]
    if b"engine" in text and generator.random() < 0.9:
        arguments += ["-c", "engine=fast"]
    if b" start" in text and generator.random() < 0.7:
        arguments += ["-i", "start=" + generator.choice(['{"x": 1, "y": 2}', '{"x": 1}', "7"])]
    return Case(f"cell:{number}", arguments, {"cell.cpp": text, "headers.h": header})


def command_case(grammar, seed, number):
    generator = random.Random(f"command {seed} {number}")
    arguments = mutate_command.mutated(grammar.command(generator), generator)
    files = {"cell.cpp": SMALL_CELL.encode(), "n.json": b"3", "all.json": b'{"n": 3}', "broken.json": b'{"n": ', "deep.json": b"[" * 100000,
             "folder.svg/a": b"", "folder/a": b"", "rows": b"int f() { return 1; }\n"}
    if generator.random() < 0.1:
        files["hamcell.toml"] = mutate_cell.mutated(b'jobs = 2\ncxxflags = ["-O1"]\n[inputs]\nn = 3\n', generator)
    return Case(f"command:{number}", arguments, files, has_history=generator.random() < 0.5)


def cases_of(options):
    seeds = Seeds()
    grammar = mutate_command.Grammar((SOURCE / "src/cli/option_table.cpp").read_text())
    if options.only:
        kind, number = options.only.split(":")
        yield cell_case(seeds, options.seed, int(number)) if kind == "cell" else command_case(grammar, options.seed, int(number))
        return
    for number in range(options.first, options.first + options.commands):
        yield command_case(grammar, options.seed, number)
    for number in range(options.first, options.first + options.cells):
        yield cell_case(seeds, options.seed, number)


def keep(case, folder):
    """What failed, so that it can be looked at."""
    place = Path(folder) / case.name.replace(":", "-")
    place.mkdir(parents=True, exist_ok=True)
    for name, content in case.files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    (place / "arguments").write_text(repr(case.arguments) + "\n")
    (place / "standard-error").write_bytes(case.err)


class Tally:
    """What all cases of one kind came to."""

    def __init__(self):
        self.statuses = collections.Counter()
        self.crashes = collections.Counter()
        self.failed = 0
        self.slowest = (0.0, "")

    def add(self, case):
        self.statuses[case.status] += 1
        if case.parser_crash():
            self.crashes[case.parser_crash()] += 1
        self.failed += bool(case.problems)
        self.slowest = max(self.slowest, (case.seconds, case.name))

    def text(self, kind):
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items(), key=str))
        lines = [f"{kind}: {sum(self.statuses.values())} cases, {self.failed} failed; exit statuses {statuses}; "
                 f"slowest {self.slowest[0]:.1f} s ({self.slowest[1]})"]
        lines += [f"  {count} times: {text}" for text, count in self.crashes.most_common()]
        return "\n".join(lines)


def run_all(options, root):
    workers = [Worker(root / f"worker{i}", options.hamcell, root / "history") for i in range(options.jobs)]
    workers[0].make_history()
    free = collections.deque(workers)
    tallies = collections.defaultdict(Tally)

    def one(case):
        worker = free.pop()
        try:
            return worker.run(case)
        finally:
            free.append(worker)

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = collections.deque()
        cases = cases_of(options)
        while True:
            while len(waiting) < 2 * options.jobs and (case := next(cases, None)):
                waiting.append(pool.submit(one, case))
            if not waiting:
                break
            case = waiting.popleft().result()
            tallies[case.name.split(":")[0]].add(case)
            if case.problems or case.parser_crash():
                keep(case, options.keep)
                print(f"{case.name}: {'; '.join(case.problems) or case.parser_crash()}: {case.arguments}", flush=True)
    for kind, tally in tallies.items():
        print(tally.text(kind))
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s")
    return 1 if any(tally.failed for tally in tallies.values()) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hamcell", required=True, type=os.path.abspath)
    parser.add_argument("--cells", type=int, default=10000)
    parser.add_argument("--commands", type=int, default=10000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", help="one case, as in cell:17")
    parser.add_argument("--keep", default="mutation-found", help="the folder for cases that failed")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    root = Path(tempfile.mkdtemp(prefix="hamcell-mutation-")).resolve()
    try:
        return run_all(options, root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
