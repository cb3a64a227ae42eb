"""Runs the real hamcell in a folder of the test's own, and looks at what comes out of it.

Every test gets a project folder, a cache, a home and a user cache that nobody else sees. The tests of one class use
the same paths one after the other, so that a cell that several of them write is compiled only once.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree
from pathlib import Path

# The exit statuses of DESIGN.md.
DONE, NODE_FAILED, USAGE, CELL, COMPILE, STORAGE, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130

# A compiler of each family, as far as they are installed: g++ always is.
COMPILERS = [next(filter(shutil.which, names)) for names in (
    [f"clang++-{version}" for version in range(22, 15, -1)] + ["clang++", "g++"], ["g++"])]

SVG = "{http://www.w3.org/2000/svg}"

# What of the caller's environment a test lets through; everything else could change what is built or cached.
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")

# A shell that runs the tests in the background has Ctrl-C ignored, and nohup hang-ups. hamcell, as it should, would
# ignore them too; what this process does not ignore but handle, by doing nothing, is not handed down.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) == signal.SIG_IGN:
        signal.signal(_number, lambda *_: None)


def program():
    """The path of the hamcell under test."""
    path = os.environ.get("HAMCELL", "")
    if not os.access(path, os.X_OK):
        raise RuntimeError("set the environment variable HAMCELL to the path of the hamcell to test")
    return os.path.abspath(path)


PROGRESS = re.compile(r"^hamcell: (?:\[\d+/\d+\]|compiling) .*\n", re.MULTILINE)


class Result:
    """What one call of hamcell gave back."""

    def __init__(self, status, out, err):
        self.status = status  # the exit status; negative: the signal that ended it
        self.raw_out = out
        self.out = out.decode("utf-8", "replace")
        everything = err.decode("utf-8", "replace")
        # On a busy machine any run may take long enough to tell how far it is.
        self.progress = PROGRESS.findall(everything)
        self.err = PROGRESS.sub("", everything)
        self._document = None

    def __str__(self):
        return f"exit status {self.status}\n--- standard output\n{self.out}--- standard error\n{self.err}"

    def json(self):
        """Standard output as one JSON document."""
        if self._document is None:
            self._document = json.loads(self.raw_out)
        return self._document

    def node(self, name):
        """What --json says about one node."""
        return next(node for node in self.json()["nodes"] if node["name"] == name)

    def value(self, name):
        """The value of a target, of a run with --show-results."""
        return self.node(name)["value"]

    def statuses(self):
        """The status of every node, by its name."""
        return {node["name"]: node["status"] for node in self.json()["nodes"]}

    def with_status(self, status):
        """The names of the nodes that ended with this status."""
        return {name for name, found in self.statuses().items() if found == status}


# Sanitizers make everything several times as slow.
PATIENCE = int(os.environ.get("HAMCELL_TEST_PATIENCE", "1"))


# Of the programs under test, such as "address,undefined"; empty in an ordinary build.
SANITIZERS = os.environ.get("HAMCELL_TEST_SANITIZERS", "")

# A runner that is sanitized itself has the runtime of its sanitizers, which wants to be the first library of its
# process and the only one of its kind. So nothing else can be loaded in front, a cell's own sanitizers included.
needs_first_place = unittest.skipIf(SANITIZERS, "the runner's own sanitizer must come first")
# These sanitizers load libraries in place of whoever asked for them, whose run path then counts for nothing.
needs_run_path = unittest.skipIf("address" in SANITIZERS or "thread" in SANITIZERS, "the sanitizer ignores run paths")
# Sanitizers have a heap of their own, which no setting of the C library fills.
needs_own_heap = unittest.skipIf(SANITIZERS, "the heap is the sanitizer's")
# The thread sanitizer hands a signal on when the thread calls something of the system's: a loop that calls nothing is
# never asked where it is.
TELLS_WHERE_A_LOOP_IS = "thread" not in SANITIZERS
# It waits for ever for a thread that has ended without telling the C library.
LETS_A_THREAD_END_ITSELF = "thread" not in SANITIZERS


class Scenario(unittest.TestCase):
    """A test that uses hamcell as a user does. `self.folder` is the project's folder, empty at the start."""

    maxDiff = None
    # Quick to compile, and no test depends on speed.
    build_flags = ("--cxxflags=-O0",)
    program = staticmethod(program)

    @classmethod
    def setUpClass(cls):
        root = tempfile.mkdtemp(prefix="hamcell-scenario-")
        cls.addClassCleanup(shutil.rmtree, root, ignore_errors=True)
        cls.root = Path(root).resolve()
        for name in ("home", "user-cache", "tmp"):
            (cls.root / name).mkdir(mode=0o700)

    def setUp(self):
        self.folder = self.root / "project"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.cache = self.folder / ".hamcell_cache"

    # ---- The project's files

    def path(self, name):
        return self.folder / name

    def write(self, name, text):
        """Writes a file of the project, with the folders above it, and returns its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name, old, new):
        """Replaces what must occur exactly once in a file of the project."""
        text = self.path(name).read_text(encoding="utf-8")
        self.assertEqual(text.count(old), 1, f"'{old}' must occur once in {name}")
        self.write(name, text.replace(old, new))

    # ---- Running hamcell

    def environment(self, changes=None):
        env = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        env.update(
            HOME=str(self.root / "home"),
            XDG_CACHE_HOME=str(self.root / "user-cache"),
            TMPDIR=str(self.root / "tmp"),
            LANG="C.UTF-8",
            TERM="dumb",
        )
        # A sanitizer must leave a node's crash to the runner, as it is without one.
        signals = [f"handle_{signal}=0" for signal in ("segv", "sigbus", "sigfpe", "sigill")]
        for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
            env[options] = ":".join(filter(None, [env.get(options), *signals]))
        for name, value in (changes or {}).items():
            if value is None:
                env.pop(name, None)
            else:
                env[name] = str(value)
        return env

    def start(self, *args, wrapper=(), env=None, cwd=None, **pipes):
        """Starts hamcell and returns the process."""
        command = [*map(str, wrapper), str(self.program()), *map(str, args)]
        environment = self.environment(env)
        if "strace" in map(os.path.basename, map(str, wrapper)):
            # It looks for leaks as a debugger does, of which a process can have one.
            environment["ASAN_OPTIONS"] += ":detect_leaks=0"
        return subprocess.Popen(command, cwd=cwd or self.folder, env=environment, **pipes)

    def run_hamcell(self, *args, stdin=None, env=None, cwd=None, wrapper=()):
        """Runs hamcell with just these arguments. `stdin` is text or bytes; without it there is no input."""
        if isinstance(stdin, str):
            stdin = stdin.encode("utf-8")
        process = self.start(
            *args, wrapper=wrapper, env=env, cwd=cwd,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        try:
            out, err = process.communicate(stdin, timeout=120 * PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        result = Result(process.returncode, out, err)
        self.assert_civil(result)
        return result

    def execute(self, *args, cell="cell.cpp", status=DONE, **how):
        """Runs a cell with --json, and expects this exit status."""
        result = self.run_hamcell(cell, "--execute", "--json", *self.build_flags, *args, **how)
        self.assert_status(result, status)
        return result

    def values(self, *args, **how):
        """Runs a cell, and returns the values of all its targets by name."""
        result = self.execute("--show-results", *args, **how)
        return {node["name"]: node["value"] for node in result.json()["nodes"] if "value" in node}

    def interrupt(self, process, when):
        """Sends SIGINT to hamcell once `when()` holds, and returns the result."""
        self.wait_for(lambda: when() or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60 * PATIENCE)
        return Result(process.returncode, out, err)

    def wait_for(self, condition, seconds=60):
        deadline = time.monotonic() + seconds * PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), deadline, "what the test waits for did not happen")
            time.sleep(0.02)

    # ---- What must hold

    def assert_civil(self, result):
        """Whatever happens, hamcell itself never crashes and never shows its insides."""
        self.assertGreaterEqual(result.status, 0, f"hamcell was ended by a signal\n{result}")
        for text in ("this should not happen", "hamcell-glue", "Sanitizer:", "runtime error:"):
            self.assertNotIn(text, result.err, str(result))

    def assert_status(self, result, status):
        self.assertEqual(result.status, status, str(result))

    def assert_says(self, result, *texts):
        """The messages contain all of these texts, and no backtrace."""
        for text in texts:
            self.assertIn(text, result.err, str(result))

    def assert_ran(self, result, names):
        """Just these nodes ran."""
        self.assertEqual(result.with_status("executed"), set(names), self._reasons(result))

    def assert_cached(self, result, names):
        """Just these nodes came from the cache."""
        self.assertEqual(result.with_status("cached"), set(names), self._reasons(result))

    def assert_all_cached(self, result):
        self.assert_cached(result, result.statuses().keys())

    def assert_none_cached(self, result):
        self.assert_ran(result, result.statuses().keys())

    @staticmethod
    def _reasons(result):
        return "\n".join(f"{n['name']}: {n['status']} {n['reason']}" for n in result.json()["nodes"])

    # ---- Pictures

    def boxes(self, picture):
        """The boxes of an SVG by the name of their node or input, as elements."""
        root = self.svg(picture)
        groups = (group for group in root.iter(SVG + "g") if group.get("id", "").startswith("box_"))
        return {group.get("id")[len("box_"):]: group for group in groups}

    def svg(self, picture):
        """Parses an SVG, given as the name of a file or as its content."""
        content = picture if isinstance(picture, bytes) else self.path(picture).read_bytes()
        root = xml.etree.ElementTree.fromstring(content)
        self.assertEqual(root.tag, SVG + "svg")
        return root


def texts_of(element):
    """All text that a reader sees in an element of an SVG, piece by piece, without the tooltips."""
    pieces = ("".join(text.itertext()) for text in element.iter(SVG + "text"))
    return [piece.replace("\u00a0", " ").strip() for piece in pieces]
