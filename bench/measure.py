"""What the scripts that measure have in common."""
import os
import shutil
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent


def built(name, given=None):
    """The path of a program: the given one, else that of the newest build."""
    found = [given] if given else sorted(BENCH.parent.glob(f"build/*/bin/{name}"), key=os.path.getmtime)
    if not found or not os.access(found[-1], os.X_OK):
        raise SystemExit(f"{given or 'build/*/bin/' + name} is no program: build it, or say where it is")
    return os.path.abspath(found[-1])


def installed(name):
    """The path of a program of the system."""
    path = shutil.which(name)
    if path is None:
        raise SystemExit(f"this takes {name}, which is not installed")
    return path


def progress(text):
    """Says what is being done, where it does not get into the table."""
    print(text, file=sys.stderr, flush=True)


def duration(seconds):
    """With three digits, in the unit that fits."""
    seconds = float(f"{seconds:.3g}")  # first: 999.9 ms are 1 s
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def print_table(header, rows, texts=1):
    """Prints Markdown. The first columns are text, all others are aligned to the right."""
    lines = [header, *rows]
    widths = [max(len(cells[k]) for cells in lines) for k in range(len(header))]
    rule = ["-" * (width + 1) + ("-" if k < texts else ":") for k, width in enumerate(widths)]
    for cells in lines:
        aligned = [cell.ljust(width) if k < texts else cell.rjust(width)
                   for k, (cell, width) in enumerate(zip(cells, widths))]
        print("| " + " | ".join(aligned) + " |")
        if cells is header:
            print("|" + "|".join(rule) + "|")
