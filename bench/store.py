#!/usr/bin/env python3
"""Measures how fast the whole tool stores and loads 1e8 doubles, and what memory a runner takes to store them.

    store.py [HAMCELL]

Prints a table in Markdown: each beside its limit, measured in the same rounds. Times are those of whole runs.

storing   the run of a node whose result is stored, without what the node itself took, less a run of the same node
          with a result of a type that is passed on in memory, likewise. (The same node with `--disable` or
          `--no-cache` is no yardstick: its result is encoded and written all the same, to a scratch folder.)
          The limit: cp of the result's file, and one digest of so many bytes in memory.
loading   the run of a node that takes a stored result, less the same run with a result of 1000 doubles.
          The limit: reading the result's file into new memory.
memory    the most that any process of the storing run took. The limit: the value and 64 MB.

Nothing is read from or waits for the disk: files are in the system's memory, and what is still to be written
when a measurement begins is written first. A virtual machine may give memory that was free for some seconds back to
its host, and then the next to use it waits: 0.1 s become 1.4 s for 800 MB. So more memory than any measured command
takes is used and freed just before each of them, and the node makes its value in large pages, which takes a tenth of
a second: were it two, the memory would be gone again before the result is written.
"""
import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from measure import built, duration, installed, print_table, progress

CELL = """\
#include <sys/mman.h>

#include <cstdint>
#include <utility>
#include <vector>

static std::vector<double> numbers(long count) {
  std::vector<double> all;
  all.reserve(count);
  const auto page = (reinterpret_cast<std::uintptr_t>(all.data()) + 4095) & ~std::uintptr_t{4095};
  madvise(reinterpret_cast<void*>(page), count * sizeof(double) - 4096, MADV_HUGEPAGE);
  all.resize(count);
  for (long i = 0; i < count; ++i) all[i] = i * 0.5;
  return all;
}

// Not stored, because its member is private.
class Held {
  std::vector<double> all_;

 public:
  explicit Held(std::vector<double> all) : all_(std::move(all)) {}
};

std::vector<double> stored(long count) { return numbers(count); }
Held held(long count) { return Held(numbers(count)); }
double reader(const std::vector<double>& stored) { return stored.front() + stored.back(); }
"""
COUNT = 100_000_000
FEW = 1000
VALUE = 8 * COUNT  # bytes
ROOM = 64_000_000  # bytes that storing may take beside the value
WARM = 3 * VALUE  # bytes: the value where it was made, where it is read, and its file


class Project:
    """A folder with the cell, and caches of its own."""

    def __init__(self, hamcell, limits, folder):
        self.hamcell = hamcell
        self.limits = limits
        self.folder = folder
        (folder / "user").mkdir(mode=0o700)
        (folder / "cell.cpp").write_text(CELL, encoding="utf-8")

    def remove(self, name):
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def warm_memory(self):
        """Makes sure that the next program is given memory that the machine has at hand."""
        os.sync()
        file = self.folder / "warm"
        block = bytes(1 << 20)
        with open(file, "wb", buffering=0) as out:
            for _ in range(0, WARM, len(block)):
                out.write(block)
        file.unlink()

    def run(self, cache, count, *args):
        """Runs the cell. Gives the seconds of the run, those that its nodes took, and the bytes of memory of its
        largest process."""
        command = [self.hamcell, "cell.cpp", "-x", "--json", "--cache-dir", cache, "-i", f"count={count}", *args]
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TMPDIR": str(self.folder),
               "XDG_CACHE_HOME": str(self.folder / "user")}
        self.warm_memory()
        with open(self.folder / "out.json", "w+") as out, open(self.folder / "errors", "w+") as errors:
            began = time.monotonic()
            process = subprocess.Popen(command, cwd=self.folder, env=env, stdout=out, stderr=errors)
            # Of processes that have ended, also of the runners that hamcell waited for.
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            errors.seek(0)
            if process.returncode != 0:
                raise SystemExit(f"{' '.join(command)} failed:\n{errors.read()}")
            nodes = json.load(out)["nodes"]
        executed = {node["name"]: node["seconds"] for node in nodes if node["status"] == "executed"}
        return seconds, executed, 1024 * usage.ru_maxrss

    def beside_nodes(self, cache, count, node):
        """Seconds of a run that are not this node's own, and the memory that it took."""
        seconds, executed, memory = self.run(cache, count, node)
        if executed.keys() != {node}:
            raise SystemExit(f"{node} should have run, and nothing else: {executed}")
        return seconds - executed[node], memory

    def loading(self, cache, count):
        """Seconds of a run in which the reader is given a stored value."""
        seconds, executed, _ = self.run(cache, count, "reader", "--recompute=reader")
        if executed.keys() != {"reader"}:
            raise SystemExit(f"the reader should have run, and nothing else: {executed}")
        return seconds

    def result_file(self, cache):
        files = [path for path in (self.folder / cache / "results").rglob("*") if path.is_file()]
        if len(files) != 1 or files[0].stat().st_size < VALUE:
            raise SystemExit(f"there should be one stored result: {files}")
        return files[0]

    def copying(self, file):
        copy = self.folder / "copy"
        self.warm_memory()
        began = time.monotonic()
        # A clone of the file would write nothing.
        subprocess.run([installed("cp"), "--reflink=never", file, copy], check=True)
        seconds = time.monotonic() - began
        copy.unlink()
        return seconds

    def reading_and_digesting(self, file):
        self.warm_memory()
        out = subprocess.run([self.limits, file], check=True, stdout=subprocess.PIPE, text=True).stdout
        return map(float, out.split())

    def round(self):
        """One of each, in turn."""
        self.remove("large")
        self.remove("other")
        taken = {}
        storing, taken["memory"] = self.beside_nodes("large", COUNT, "stored")
        holding, _ = self.beside_nodes("other", COUNT, "held")
        taken["storing"] = storing - holding
        file = self.result_file("large")
        taken["cp"] = self.copying(file)
        self.remove("other")
        self.run("other", FEW, "stored")
        taken["loading"] = self.loading("large", COUNT) - self.loading("other", FEW)
        taken["reading"], taken["digesting"] = self.reading_and_digesting(file)
        return taken


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="hamcell; otherwise that of the newest build")
    parser.add_argument("--repetitions", type=int, default=5, metavar="N", help="rounds (%(default)s)")
    parser.add_argument("--folder", default=".", help="where the files are put, on the file system to measure (.)")
    return parser.parse_args()


def main():
    given = arguments()
    hamcell = built("hamcell", given.program)
    # Of the same build, so that the digest is compiled alike.
    limits = built("hamcell-store-limits", os.path.join(os.path.dirname(hamcell), "hamcell-store-limits"))
    with tempfile.TemporaryDirectory(prefix="hamcell-store-", dir=given.folder) as folder:
        project = Project(hamcell, limits, Path(folder).resolve())
        project.run("other", FEW, "--no-cache")  # compiles the cell
        rounds = []
        for number in range(given.repetitions):
            progress(f"round {number + 1} of {given.repetitions}")
            rounds.append(project.round())
    of = {name: median(taken[name] for taken in rounds) for name in rounds[0]}
    least_storing = median(taken["cp"] + taken["digesting"] for taken in rounds)
    megabytes = "{:.0f} MB".format
    print_table(("1e8 DOUBLES", "LIMIT", "median", "limit's median", "ratio", "allowed"), [
        ("storing", f"cp ({duration(of['cp'])}) + digest ({duration(of['digesting'])})", duration(of["storing"]),
         duration(least_storing), f"{of['storing'] / least_storing:.2f}", "1.30"),
        ("loading", "reading into new memory", duration(of["loading"]), duration(of["reading"]),
         f"{of['loading'] / of['reading']:.2f}", "1.50"),
        ("memory while storing", "value + 64 MB", megabytes(of["memory"] / 1e6), megabytes((VALUE + ROOM) / 1e6),
         f"{of['memory'] / (VALUE + ROOM):.2f}", "1.00"),
    ], texts=2)


if __name__ == "__main__":
    main()
