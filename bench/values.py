#!/usr/bin/env python3
"""Measures how fast values are written, read and digested, each beside its limit: what values.cpp says that is.

    values.py                           all of it, as a table in Markdown
    values.py --filter 'map.*/decode'   what a regular expression finds in CASE/OPERATION

The repetitions of all benchmarks take turns in random order, so that what else the machine does meets a value and
its limit alike. A ratio is that of the medians.
"""
import argparse
import json
import subprocess
from statistics import median

from measure import built, duration, print_table

SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="hamcell-value-bench; otherwise that of the newest build")
    parser.add_argument("--repetitions", type=int, default=7, metavar="N", help="of each benchmark (%(default)s)")
    parser.add_argument("--filter", metavar="REGEX", help="only the benchmarks whose names it matches")
    parser.add_argument("--reuse-memory", action="store_true",
                        help="memory that was freed is used again: leaves out what the kernel takes for new pages")
    return parser.parse_args()


def run(given):
    """The times of each benchmark by its name, in seconds, in the order in which values.cpp has them."""
    command = [built("hamcell-value-bench", given.program), "--benchmark_format=json",
               f"--benchmark_repetitions={given.repetitions}", "--benchmark_enable_random_interleaving=true"]
    if given.filter:
        command.append(f"--benchmark_filter={given.filter}")
    if given.reuse_memory:
        command.append("--reuse-memory")
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if process.returncode != 0 or not process.stdout:
        raise SystemExit(f"{command[0]} measured nothing")
    times = {}
    for one in sorted(json.loads(process.stdout)["benchmarks"], key=lambda one: one["family_index"]):
        name = one["run_name"].removesuffix("/real_time")
        if one.get("error_occurred"):
            raise SystemExit(f"{name}: {one['error_message']}")
        if one["run_type"] == "iteration":
            times.setdefault(name, []).append(one["real_time"] * SECONDS[one["time_unit"]])
    return times


def rows(times):
    """Each benchmark beside its limit."""
    medians = {name: median(measured) for name, measured in times.items()}
    for name in medians:
        if name.endswith("/limit"):
            continue
        limit = medians.get(name + "/limit")
        beside = ("–", "–") if limit is None else (duration(limit), f"{medians[name] / limit:.2f}")
        yield (*name.rsplit("/", 1), duration(medians[name]), *beside)


if __name__ == "__main__":
    print_table(("CASE", "OPERATION", "median", "limit's median", "ratio"), list(rows(run(arguments()))), texts=2)
