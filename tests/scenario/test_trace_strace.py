"""strace is the judge: no file system call of a node on the user's own paths is missing from its trace.

Each node of the cells with all ways to use files runs alone, under strace. Every path that the runner's process hands
to the kernel while it lives, below the test's own folder, must be in the trace that the cache has stored, with a use
that fits the call.
"""

import os
import re
import shutil
import unittest
from pathlib import Path

from harness import Scenario

CELLS = Path(__file__).parent / "cells"

CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+|\?)(.*)$")
FOLDER = re.compile(r"(?:AT_FDCWD|\d+)<([^>]*)>")
PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')

# What the trace may say about a path that such a call was made on. An output of the node's own is one whatever else
# the node does with it.
OUTPUTS = {"written", "written_link"}
ANY = {"content", "listing", "attributes", "existence", "link", "resolved"} | OUTPUTS
CONTENT = {"content"} | OUTPUTS
FITTING = {
    "access": {"existence", "attributes"} | OUTPUTS, "faccessat": {"existence", "attributes"} | OUTPUTS,
    "faccessat2": {"existence", "attributes"} | OUTPUTS,
    "readlink": {"link", "resolved"} | OUTPUTS, "readlinkat": {"link", "resolved"} | OUTPUTS,
}


class Call:
    """One system call on paths: its name, the paths made absolute, and whether it opened what for reading."""

    def __init__(self, name, arguments, result, folder):
        self.name, self.arguments, self.result = name, arguments, result
        self.paths = []
        start = folder
        for token in re.finditer(FOLDER.pattern + "|" + PATH.pattern, arguments):
            if token.group(1) is not None:
                start = token.group(1)
            elif token.group(2):
                self.paths.append(os.path.join(start, token.group(2)))
        if name == "getdents64":
            self.paths = [start]
        elif name == "getcwd" or arguments.startswith("-"):
            self.paths = []  # a path that is given back, or one below nothing
        elif name in ("readlink", "readlinkat"):
            self.paths = self.paths[:1]  # behind it stands the text of the link
        elif name in ("symlink", "symlinkat"):
            self.paths = self.paths[1:]  # in front of it stands the text of the link

    def fitting(self):
        if self.name == "getdents64":
            return {"listing"} | OUTPUTS
        if self.name in ("open", "openat", "openat2"):
            # A folder that is only opened was not read yet: getdents64 does that.
            is_other = self.result < 0 or "O_PATH" in self.arguments or os.path.isdir(self.paths[0])
            return ANY if is_other else CONTENT
        return FITTING.get(self.name, ANY)

    def __str__(self):
        return f"{self.name}({self.arguments}) = {self.result}"


def without_dots(path):
    """Freed of "." and double slashes, as the trace has paths; ".." stays."""
    return "/" + "/".join(part for part in path.split("/") if part not in ("", "."))


class Judge(Scenario):
    def strace(self, *args, **how):
        logs = self.root / "strace"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        calls = "trace=%file,getdents64,openat2,fchdir,clone,clone3"
        self.execute(*args, wrapper=("strace", "-ff", "-y", "-s", "8192", "-e", calls, "-e", "signal=none",
                                     "-o", logs / "log"), **how)
        return [call for log in self.runner_logs(logs) for call in self.calls_of(log)]

    def runner_logs(self, logs):
        """The logs of the runner and its threads; not of other programs that a node starts."""
        texts = {path.suffix[1:]: path.read_text(errors="replace") for path in logs.iterdir()}
        found = [pid for pid, text in texts.items() if re.search(r'execve\("[^"]*hamcell-runner"', text)]
        for pid in found:
            for line in texts[pid].splitlines():
                thread = re.search(r"CLONE_THREAD.* = (\d+)", line)
                if thread:
                    found.append(thread.group(1))
        self.assertTrue(found, "no runner was started")
        return [texts[pid] for pid in found]

    def calls_of(self, log):
        """The calls after the runner has become itself."""
        folder = str(self.folder)
        begun = not re.search(r'execve\("[^"]*hamcell-runner"', log)
        for line in log.splitlines():
            match = CALL.match(line)
            if match is None:
                continue
            name, arguments, result, _ = match.groups()
            if name == "execve":
                begun = True
            elif begun and result != "?":
                call = Call(name, arguments, int(result), folder)
                if name == "chdir" and call.result == 0:
                    folder = call.paths[0]
                yield call

    def is_users(self, path):
        return path.startswith(f"{self.folder}/") and not path.startswith(str(self.cache))

    def stored_trace(self, node):
        result = self.run_hamcell("cache", "show", node, "--trace", "--json")
        self.assert_status(result, 0)
        uses = {}
        for file in result.json()["trace"]["files"]:
            uses.setdefault(file["path"], set()).add(file["use"])
        return uses

    @staticmethod
    def uses_of(path, uses):
        """What the trace says about a path; one with ".." may have another name there."""
        found = set(uses.get(path, set()))
        for known, known_uses in uses.items():
            has_other_name = "/../" in known + path + "/"
            if has_other_name and os.path.realpath(known) == os.path.realpath(path):
                found |= known_uses
        return found

    def is_on_the_way(self, call, path, uses):
        """realpath asks for every part of the way to what it resolves, and where nothing is, nothing is below it."""
        if call.result < 0 and any(known.startswith(path + "/") for known in uses):
            return True
        # The tracer itself resolves the other names of what a node uses, with the C library's realpath: its buffer, and
        # its look at folders, tell its calls from those of a node.
        is_realpaths = call.arguments.endswith(", 1023") or '/", F_OK, AT_EACCESS' in call.arguments
        resolved = [known for known, found in uses.items() if "resolved" in found or is_realpaths]
        ways = resolved + [os.path.realpath(known) for known in resolved]
        return any(way == path or way.startswith(path + "/") for way in ways)

    def assert_all_traced(self, node, calls):
        uses = self.stored_trace(node)
        judged = 0
        for call in calls:
            for path in map(without_dots, call.paths):
                if not self.is_users(path):
                    continue
                judged += 1
                was_own = not os.path.lexists(path) and any(
                    path in map(without_dots, other.paths) and ("O_CREAT" in other.arguments or other.name == "mkdir")
                    for other in calls)
                is_fitting = bool(self.uses_of(path, uses) & call.fitting())
                if not is_fitting and not was_own and not self.is_on_the_way(call, path, uses):
                    self.fail(f"{call}: {path} is not in the trace of {node}: {uses}")
        self.assertGreater(judged, 0, f"{node} made no call on the user's paths")

    def nodes(self):
        text = self.path("cell.cpp").read_text()
        return re.findall(r"^(?!static)[\w:]+ (\w+)\([^;{]*\) \{", text, re.M)

    def judge(self, prepare, *inputs, leave_out=()):
        names = [name for name in self.nodes() if name not in leave_out]
        self.assertGreater(len(names), 10)
        for name in names:
            with self.subTest(node=name):
                for path in self.folder.iterdir():
                    if path.name not in ("cell.cpp", ".hamcell_cache"):
                        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
                prepare()
                self.assert_all_traced(name, self.strace("--recompute", *inputs, name))

    def test_nothing_that_is_read_is_missing(self):
        shutil.copy(CELLS / "readings.cpp", self.path("cell.cpp"))

        def prepare():
            self.write("data/rain.csv", "1")
            self.write("box/sub/two", "2")
            self.path("box/link").symlink_to("sub/two")
            self.path("data/link").symlink_to("rain.csv")

        self.judge(prepare, "-i", f"file={self.path('data/rain.csv')}", "-i", f"folder={self.path('box')}",
                   "-i", f"link={self.path('data/link')}")

    def test_nothing_that_is_read_by_a_relative_path_is_missing(self):
        shutil.copy(CELLS / "readings.cpp", self.path("cell.cpp"))

        def prepare():
            self.write("data/rain.csv", "1")
            self.write("box/sub/two", "2")
            self.path("data/link").symlink_to("rain.csv")

        self.judge(prepare, "-i", "file=data/../data//rain.csv", "-i", "folder=./box", "-i", "link=data/link")

    def test_nothing_that_is_looked_for_in_vain_is_missing(self):
        shutil.copy(CELLS / "readings.cpp", self.path("cell.cpp"))
        lost = self.path("absent/file")
        # These fail where there is nothing.
        failing = {"read_mmap", "ask_and_copy", "ask_last_write", "link_read_symlink", "link_canonical", "list_iterator",
                   "list_recursively", "read_ifstream", "list_opendir", "list_fdopendir", "list_fts", "read_freopen",
                   "read_freopen64"}
        self.judge(lambda: None, "-i", f"file={lost}", "-i", f"folder={lost}", "-i", f"link={lost}", leave_out=failing)

    def test_nothing_that_is_made_changed_or_removed_is_missing(self):
        shutil.copy(CELLS / "outputs.cpp", self.path("cell.cpp"))
        memory = f"memory={self.path('a')}"

        def prepare():
            for name in ("a", "stale", "data", "log", "in/a", *(f"many/{i}" for i in range(2000))):
                self.write(name, "1")

        # What these do is not stored, so that there is no trace to look at.
        unsettled = {"takes", "appends", "updates", "logs", "reads_pipe", "races", "chmods", "touches", "sets_time",
                     "moves", "truncates"}
        self.judge(prepare, "-i", memory, leave_out=unsettled)

    def test_the_file_of_a_time_zone_is_not_missing(self):
        shutil.copy(CELLS / "surroundings.cpp", self.path("cell.cpp"))
        self.path("zones").mkdir()
        shutil.copy("/usr/share/zoneinfo/Etc/GMT-1", self.path("zones/Mine"))
        env = {"TZ": "Mine", "TZDIR": self.path("zones")}
        for name in [name for name in self.nodes() if name.startswith("zone_")]:
            with self.subTest(node=name):
                self.assert_all_traced(name, self.strace(name, env=env))


if __name__ == "__main__":
    unittest.main()
