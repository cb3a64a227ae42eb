#!/usr/bin/env python3
"""Measures what the glue of a cell costs the compiler, beside the same cell without it.

    compile_overhead.py                       processor time, medians of rounds in which all take turns
    compile_overhead.py --instructions        instructions of the compiler proper, which repeat exactly, on a busy
                                              machine too; takes valgrind, and some minutes for each cell
    compile_overhead.py --cell sample --cxx g++

A stand-in for the compiler keeps what hamcell has it compile. That is then compiled again, to an object, and so is
the cell's own file with the same flags. Prints a table in Markdown. What was compiled stays in
build/compile-overhead, always of that name, because instructions are also spent on names.
"""
import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median

from measure import BENCH, built, duration, installed, print_table, progress

# The generator of each cell, and how many times as long a compiler may take for it.
CELLS = {"sample": (["gen_cell.py", "sample"], 1.10), "structs": (["gen_structs.py", "100"], 1.25)}
COMPILERS = ("g++", "clang++-19")
FOLDER = BENCH.parent / "build" / "compile-overhead"

# Stands in for a compiler. The source with the glue is kept with hamcell's headers as they were; hamcell asks a
# compiler for other things too.
KEEPER = """\
#!{python}
import json, os, shutil, sys
from pathlib import Path

words = sys.argv[1:]
kept = Path({kept!r})
for source in (word for word in words if word.endswith(".cpp") and os.path.isfile(word)):
    if "#include <hamcell/glue.h>" not in Path(source).read_text(encoding="utf-8"):
        continue
    shutil.copyfile(source, kept / "unit.cpp")
    include = next(word for word in words if os.path.isfile(word + "/hamcell/glue.h"))
    shutil.copytree(include + "/hamcell", kept / "include" / "hamcell")
    (kept / "command.json").write_text(json.dumps({{"words": words, "source": source, "include": include}}))
os.execv({compiler!r}, [{compiler!r}, *words])
"""


def environment(folder):
    """Of what the caller's has, nothing may change what is compiled; and counts must not depend on its size."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8",
            "XDG_CACHE_HOME": str(folder / "user")}


def compile_only(words):
    """The words of a command that compiles and links, without what is about linking and the output."""
    left = iter(words)
    for word in left:
        if word == "-o":
            next(left)
        elif word != "-shared" and not word.startswith(("-Wl,", "-fuse-ld=")):
            yield word


class Pair:
    """One cell and one compiler: the commands that compile it with its glue and without."""

    def __init__(self, hamcell, name, cxx, folder):
        generator, self.allowed = CELLS[name]
        self.name = name
        self.cxx = cxx
        self.folder = folder
        compiler = installed(cxx)
        (folder / "user").mkdir(mode=0o700, parents=True)
        cell = folder / "cell.cpp"
        with open(cell, "w") as out:
            subprocess.run([sys.executable, BENCH / generator[0], *generator[1:]], stdout=out, check=True)
        keeper = folder / os.path.basename(compiler)
        keeper.write_text(KEEPER.format(python=sys.executable, kept=str(folder), compiler=compiler))
        keeper.chmod(0o755)
        subprocess.run([hamcell, cell, "-x", "-q", "--hide-results", "--no-cache", "--cxx", keeper],
                       cwd=folder, env=environment(folder), check=True)
        kept = json.loads((folder / "command.json").read_text())
        flags = [str(folder / "include") if word == kept["include"] else word
                 for word in compile_only(kept["words"]) if word != kept["source"]]
        self.commands = [[compiler, *flags, "-c", str(source), "-o", "/dev/null"]
                         for source in (folder / "unit.cpp", cell)]

    def processor_seconds(self, command):
        process = subprocess.Popen(command, cwd=self.folder, env=environment(self.folder))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed")
        return usage.ru_utime + usage.ru_stime

    def instructions(self, command):
        # Where memory is placed at random, tables that are sorted by address differ.
        count = subprocess.run(
            [installed("setarch"), "-R", installed("valgrind"), "--tool=callgrind", "--callgrind-out-file=/dev/null",
             *self.compiler_proper(command)],
            cwd=self.folder, env=environment(self.folder), stderr=subprocess.PIPE, text=True)
        collected = re.search(r"Collected : (\d+)", count.stderr)
        if count.returncode != 0 or collected is None:
            raise SystemExit(f"valgrind did not count {' '.join(command)}:\n{count.stderr}")
        return int(collected[1])

    def compiler_proper(self, command):
        """What the compiler's driver would start, which says so when asked with -###."""
        said = subprocess.run([*command, "-###"], cwd=self.folder, env=environment(self.folder), check=True,
                              stderr=subprocess.PIPE, text=True).stderr
        for line in said.splitlines():
            if "cc1plus" in line or '"-cc1"' in line:
                words = shlex.split(line)
                words[words.index("-o") + 1] = "/dev/null"
                return words
        raise SystemExit(f"{command[0]} does not say what compiles:\n{said}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="hamcell; otherwise that of the newest build")
    parser.add_argument("--cell", action="append", choices=CELLS, help="repeatable; otherwise all")
    parser.add_argument("--cxx", action="append", help=f"repeatable; otherwise {' and '.join(COMPILERS)}")
    parser.add_argument("--repetitions", type=int, default=7, metavar="N", help="rounds (%(default)s)")
    parser.add_argument("--instructions", action="store_true", help="count instructions instead")
    return parser.parse_args()


def processor_seconds(pairs, repetitions):
    """Medians of rounds: of each pair with the glue, and without."""
    rounds = []
    for number in range(repetitions):
        progress(f"round {number + 1} of {repetitions}")
        rounds.append([[pair.processor_seconds(command) for command in pair.commands] for pair in pairs])
    return [tuple(map(median, zip(*taken))) for taken in zip(*rounds)]


def instructions(pairs):
    """Of each pair with the glue, and without."""
    counts = []
    for pair in pairs:
        progress(f"{pair.name}, {pair.cxx}")
        counts.append([pair.instructions(command) for command in pair.commands])
    return counts


def main():
    given = arguments()
    hamcell = built("hamcell", given.program)
    shutil.rmtree(FOLDER, ignore_errors=True)
    pairs = [Pair(hamcell, name, cxx, FOLDER / f"{name}-{os.path.basename(cxx)}")
             for name in given.cell or CELLS for cxx in given.cxx or COMPILERS]
    measured = instructions(pairs) if given.instructions else processor_seconds(pairs, given.repetitions)
    shown = "{:,}".format if given.instructions else duration
    print_table(("CELL", "COMPILER", "with glue", "without", "ratio", "allowed"),
                [(pair.name, pair.cxx, shown(glued), shown(bare), f"{glued / bare:.3f}", f"{pair.allowed:.2f}")
                 for pair, (glued, bare) in zip(pairs, measured)], texts=2)


if __name__ == "__main__":
    main()
