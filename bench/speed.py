#!/usr/bin/env python3
"""Measures the whole tool beside what its users would do without it.

    speed.py [HAMCELL]

Prints a table in Markdown. Each row is one case of hamcell beside its yardstick, both measured in the same rounds, in
turn; what counts is the ratio of their medians. The spread is that of the ratios of single rounds: what lies between
their quarters. Times are those of whole commands, from start to end, with everything that they print; nothing
is left out of them unless the case says so.

warm run        nothing has changed since the run before. Beside it, ninja with as many steps and nothing to do.
pictures        the same with --display and --display-cache, whose files are there already. Beside it, that run without.
cold run        no cache, no built cell, nothing remembered. Beside it, the same functions with a main, compiled with
                -O2, linked, and run.
edit            a number in the cell has another value than ever before, and the result is printed. Beside it, the
                same; of the large cell only its compilation.
chain           10,000 nodes that are run and stored, and of which all are hits. The cell is built already. Beside
                it stands what is allowed for a node.
two runners     64 nodes that compute for 50 ms, -j 2. Beside it, two threads that compute as much.
drawing         with all nodes cached, pictures that are not there yet. Beside it, dot with the same graphs.
memory          the most that all processes of the run took together, by the peaks of each. Beside it, one value.

The cells come from gen_cell.py.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from statistics import median, quantiles

import gen_cell
from measure import built, duration, installed, print_table, progress

NODE_MILLISECONDS = 50
SPIN = """\
#include <cstdint>
static std::uint64_t spin(std::uint64_t seed) {{
  std::uint64_t x = seed | 1;
  for (long i = 0; i < {rounds}; ++i) x = x * 6364136223846793005u + (x >> 33);
  return x;
}}
"""
SPIN_MAIN = """\
#include <chrono>
#include <cstdio>
#include <thread>
int main() {{
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t sums[2] = {{}};
  const auto work = [&](int k) {{ for (int i = 0; i < {count}; ++i) sums[k] += spin(i); }};
  std::thread other(work, 1);
  work(0);
  other.join();
  std::printf("%g %d\\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
              static_cast<int>(sums[0] + sums[1]));
}}
"""
SPIN_NODES = 64


class Folder:
    """A folder with one cell, and caches of its own."""

    def __init__(self, hamcell, folder, name, cell):
        self.hamcell = hamcell
        self.path = folder / name
        (self.path / "user").mkdir(parents=True, mode=0o700)
        self.name = name
        self.write("cell.cpp", cell)
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.path), "TMPDIR": str(self.path),
                    "XDG_CACHE_HOME": str(self.path / "user"), "LC_ALL": "C.UTF-8"}

    def write(self, name, text):
        (self.path / name).write_text(text, encoding="utf-8")

    def remove(self, *names):
        for name in names:
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def time(self, *command):
        """Seconds of a command, which must succeed. What it prints goes to a file, as a script would have it."""
        with open(self.path / "printed", "wb") as out, open(self.path / "errors", "wb") as errors:
            began = time.perf_counter()
            status = subprocess.run(command, cwd=self.path, env=self.env, stdin=subprocess.DEVNULL, stdout=out,
                                    stderr=errors, check=False).returncode
            seconds = time.perf_counter() - began
        if status != 0:
            raise SystemExit(f"{' '.join(map(str, command))} failed:\n{(self.path / 'errors').read_text()}")
        return seconds

    def run(self, *args):
        return self.time(self.hamcell, "cell.cpp", *args)

    def printed(self):
        return (self.path / "printed").read_text(encoding="utf-8")

    def expect(self, **counts):
        """What the last run, with --json, must have done; so that nothing else is measured."""
        document = json.loads(self.printed())
        for name, count in counts.items():
            if document[name] != count:
                raise SystemExit(f"{self.name}: {name} is {document[name]}, not {count}")

    def check(self, *args, **counts):
        self.run(*args, "--json")
        self.expect(**counts)


class Case:
    """A row of the table: `once` measures hamcell and its yardstick once each."""

    name = yardstick = ""
    allowed = 1.0
    share = 1  # of the rounds
    unit = staticmethod(duration)

    def prepare(self):
        """What has to be there before the first round."""

    def once(self):
        """Gives both in the same unit."""
        raise NotImplementedError


class Ninja:
    """A build of as many steps, each from the one before, with nothing to do."""

    def __init__(self, folder, steps):
        self.folder = folder
        lines = ["rule step", "  command = cp $in $out", ""]
        lines += [f"build s{k}: step s{k - 1}" for k in range(1, steps + 1)]
        folder.write("build.ninja", "\n".join(lines) + "\n")
        folder.write("s0", "0\n")
        folder.time(installed("ninja"))

    def time(self):
        seconds = self.folder.time(installed("ninja"))
        if "no work to do" not in self.folder.printed():
            raise SystemExit("ninja had work to do")
        return seconds


class Warm(Case):
    """Both of `warm run, sample` and of `warm run, chain`."""

    def __init__(self, make, name, steps, allowed, share=1):
        self.make, self.steps, self.allowed, self.share = make, steps, allowed, share
        self.name = f"warm run, `{name}`"
        self.yardstick = f"ninja, {steps:,} steps"
        self.cell = name

    def prepare(self):
        self.folder = self.make(self.cell)
        self.folder.run("-x")
        self.folder.check("-x", executed=0, cached=self.steps)
        self.ninja = Ninja(self.make(self.cell, "ninja"), self.steps)

    def once(self):
        return self.folder.run("-x"), self.ninja.time()


class WarmPictures(Case):
    name, yardstick, allowed = "warm run, `sample`, both pictures", "the row above", 1.5
    PICTURES = ("-x", "--display", "--display-cache")

    def __init__(self, make):
        self.make = make

    def prepare(self):
        self.folder = self.make("sample")
        for _ in range(2):  # the first one is not yet all hits
            self.folder.run(*self.PICTURES)

    def once(self):
        return self.folder.run(*self.PICTURES), self.folder.run("-x")


class Cold(Case):
    name, yardstick, allowed, share = "cold run, `sample`", "c++ -O2, and running it", 1.2, 3

    def __init__(self, make):
        self.make = make

    def prepare(self):
        self.folder = self.make("sample")
        self.folder.write("main.cpp", gen_cell.main("sample", "--main"))

    def by_hand(self):
        self.folder.remove("main")
        return self.folder.time(installed("c++"), "-O2", "main.cpp", "-o", "main") + self.folder.time("./main")

    def once(self):
        self.folder.remove(".hamcell_cache", "user")
        (self.folder.path / "user").mkdir(mode=0o700)
        return self.folder.run("-x"), self.by_hand()


class Edit(Cold):
    name, allowed = "edit in `square` of `sample`", 0.4

    def edit(self, number):
        def edited(text):
            assert text.count("return v * v;") == 1
            return text.replace("return v * v;", f"return v * v * 1.{number:04};")
        self.folder.write("cell.cpp", edited(gen_cell.main("sample")))
        self.folder.write("main.cpp", edited(gen_cell.main("sample", "--main")))

    def prepare(self):
        super().prepare()
        self.number = 0
        for _ in range(2):
            self.edit(self.number)
            self.number += 1
            self.folder.run("-x")
            # As after the time that an edit takes.
            time.sleep(1)
        self.edit(self.number)
        self.folder.check("-x", "--show-results", executed=1, cached=2)

    def once(self):
        self.number += 1
        self.edit(self.number)
        return self.folder.run("-x", "--show-results", "analysis"), self.by_hand()


class LargeEdit(Case):
    name, yardstick, allowed, share = "edit in a helper of `vectors 1000`", "c++ -O2 -c", 0.3, 10

    def __init__(self, make):
        self.make = make

    def edit(self, number):
        self.folder.write("cell.cpp", re.sub(r"(double h501\(double v\) \{ return v \* \d+ \+) 501;",
                                             rf"\1 501.{number:04};", self.text))

    def prepare(self):
        self.text = gen_cell.main("vectors", 1000)
        self.folder = self.make("vectors 1000")
        self.folder.run("-x")
        self.number = 0
        self.once()

    def once(self):
        self.number += 1
        self.edit(self.number)
        taken = self.folder.run("-x", "f999")
        return taken, self.folder.time(installed("c++"), "-O2", "-c", "cell.cpp", "-o", "cell.o")


class Chain(Case):
    yardstick = "allowed for a node"
    NODES = 10000

    def __init__(self, make, runs):
        self.make, self.runs = make, runs
        self.name = f"`chain 10000`, {'run and stored' if runs else 'all hits'}, per node"
        self.least = 20e-6 if runs else 2e-6
        self.share = 3 if runs else 1

    def prepare(self):
        self.folder = self.make(f"chain {self.NODES}")
        self.folder.check("-x", executed=self.NODES)
        if not self.runs:
            self.folder.check("-x", cached=self.NODES)

    def once(self):
        if self.runs:
            self.folder.remove(".hamcell_cache")
        return self.folder.run("-x") / self.NODES, self.least


class TwoRunners(Case):
    name, yardstick, allowed, share = "64 nodes of 50 ms, -j 2", "two threads", 1.05, 3

    def __init__(self, make):
        self.make = make

    def by_hand(self):
        self.folder.time("./main")
        return float(self.folder.printed().split()[0])

    def prepare(self):
        self.folder = self.make("spin", cell="")
        rounds = 10_000_000
        for _ in range(3):  # until it takes as long as it should
            self.folder.write("main.cpp", SPIN.format(rounds=rounds) + SPIN_MAIN.format(count=SPIN_NODES // 2))
            self.folder.time(installed("c++"), "-O2", "main.cpp", "-o", "main", "-pthread")
            rounds = int(rounds * NODE_MILLISECONDS / 1000 * SPIN_NODES / 2 / self.by_hand())
        self.folder.write("cell.cpp", SPIN.format(rounds=rounds) + "".join(
            f"std::uint64_t f{k}() {{ return spin({k}); }}\n" for k in range(SPIN_NODES)))
        self.folder.check("-x", "-j", "2", executed=SPIN_NODES)

    def once(self):
        self.folder.remove(".hamcell_cache")
        return self.folder.run("-x", "-j", "2"), self.by_hand()


class Drawing(Case):
    """Pictures that are not there yet."""

    def __init__(self, make, cell, ending, both, allowed, share):
        self.make, self.cell, self.ending, self.both = make, cell, ending, both
        self.allowed, self.share = allowed, share
        names = "both pictures" if both else "picture"
        self.name = f"{names} of `{cell}`, {ending.upper()}"
        self.yardstick = f"dot -T{ending}" + (", twice" if both else "")

    def prepare(self):
        self.folder = self.make(self.cell)
        if self.both:
            self.folder.run("-x")
            self.folder.run("-x", "--display=before.dot", "--display-cache=after.dot")
        else:
            self.folder.run("--display=before.dot")

    def once(self):
        pictures = ["before", "after"] if self.both else ["before"]
        self.folder.remove(*(f"{name}.{self.ending}" for name in pictures))
        if self.both:
            taken = self.folder.run("-x", f"--display=before.{self.ending}", f"--display-cache=after.{self.ending}")
        else:
            taken = self.folder.run(f"--display=before.{self.ending}")
        return taken, sum(self.folder.time(installed("dot"), f"-T{self.ending}", f"{name}.dot", "-o", f"{name}.by-dot")
                          for name in pictures)


class Memory(Case):
    name, yardstick, allowed, share = "peak memory, `big 100 100`", "one value", 3.0, 20
    VALUE = 100_000_000
    unit = staticmethod(lambda size: f"{size / 1e6:.0f} MB")

    def __init__(self, make):
        self.make = make

    def prepare(self):
        self.folder = self.make("big 100 100")
        self.folder.run("f0")  # scanned, and nothing else

    def once(self):
        self.folder.remove(".hamcell_cache")
        peaks = {}
        ended = threading.Event()

        def watch():
            while not ended.is_set():
                for process in processes_of(self.folder.hamcell):
                    peaks[process] = max(peaks.get(process, 0), peak_of(process))
                time.sleep(0.005)
        watcher = threading.Thread(target=watch)
        watcher.start()
        self.folder.run("-x", "-j", "1", "f99")
        ended.set()
        watcher.join()
        self.folder.remove(".hamcell_cache")
        return sum(peaks.values()), self.VALUE


def processes_of(hamcell):
    """The processes of the installation that a hamcell belongs to."""
    prefix = os.path.dirname(os.path.dirname(hamcell)) + "/"
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{process}/exe").startswith(prefix):
                found.append(process)
        except OSError:
            continue  # it has ended, or is another's
    return found


def peak_of(process):
    """The most memory that a process has had, in bytes; 0 if it has ended."""
    try:
        with open(f"/proc/{process}/status", encoding="utf-8") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return 1024 * int(line.split()[1])
    except OSError:
        pass
    return 0


def all_cases(make):
    return [
        Warm(make, "sample", 3, 2.0),
        WarmPictures(make),
        Warm(make, "chain 10000", 10000, 1.0),
        Cold(make),
        Edit(make),
        LargeEdit(make),
        Chain(make, True),
        Chain(make, False),
        TwoRunners(make),
        Drawing(make, "graph 300", "png", True, 0.6, 3),
        Drawing(make, "graph 3000", "svg", False, 0.2, 10),
        Memory(make),
    ]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="hamcell; otherwise that of the newest build")
    parser.add_argument("--rounds", type=int, default=30, metavar="N",
                        help="of the quickest cases; the others have fewer, but three (%(default)s)")
    parser.add_argument("--only", default="", metavar="WORDS", help="the cases with these words in their names")
    parser.add_argument("--folder", default=".", help="where the files are put, on the file system to measure (.)")
    parser.add_argument("--json", metavar="FILE", help="write every measurement to FILE as well, to compare commits")
    return parser.parse_args()


def row_of(case, rounds):
    ours, yardsticks = zip(*rounds)
    ratios = [one / other for one, other in rounds]
    low, _, high = quantiles(ratios, n=4)
    # What a case is allowed is its yardstick where there is no other.
    return (case.name, case.yardstick, case.unit(median(ours)), case.unit(median(yardsticks)),
            f"{median(ours) / median(yardsticks):.2f}", f"{low:.2f} to {high:.2f}", f"{case.allowed:.2f}",
            str(len(rounds)))


def main():
    given = arguments()
    hamcell = built("hamcell", given.program)
    measured = []
    os.makedirs(given.folder, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hamcell-speed-", dir=given.folder) as root:
        count = 0

        def make(cell_name, kind="", cell=None):
            nonlocal count
            count += 1
            name = re.sub(r"\W+", "-", f"{count} {cell_name} {kind}".strip())
            text = gen_cell.main(*cell_name.split()) if cell is None else cell
            return Folder(hamcell, Path(root).resolve(), name, text)
        for case in all_cases(make):
            if given.only not in case.name:
                continue
            progress(case.name)
            case.prepare()
            os.sync()
            rounds = [case.once() for _ in range(max(3, given.rounds // case.share))]
            measured.append((case, rounds))
    print_table(("CASE", "YARDSTICK", "median", "yardstick's", "ratio", "quarters", "allowed", "rounds"),
                [row_of(case, rounds) for case, rounds in measured], texts=2)
    if given.json:
        document = [{"case": case.name, "yardstick": case.yardstick, "allowed": case.allowed, "rounds": rounds}
                    for case, rounds in measured]
        Path(given.json).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
