"""A notebook's shell for tests: cells run in this process with IPython's own shell, or in a kernel of Jupyter's."""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import unittest.mock
from pathlib import Path

from harness import PATIENCE, Scenario, program

PYTHON_MODULES = Path(__file__).resolve().parents[2] / "share" / "hamcell"
PNG = b"\x89PNG\r\n\x1a\n"

# IPython writes a history and a profile; both go where nothing else is.
os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="hamcell-ipython-")
atexit.register(shutil.rmtree, os.environ["IPYTHONDIR"], ignore_errors=True)


def shell():
    """The one shell of this process."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    return InteractiveShell.instance(config=config)


class Cell:
    """What one cell of a notebook gave."""

    def __init__(self, result, captured):
        self.error = result.error_in_exec or result.error_before_exec
        self.value = result.result
        self.out = captured.stdout
        self.err = captured.stderr
        self.bundles = [output.data for output in captured.outputs]

    def __str__(self):
        return f"{self.error!r}\n--- standard output\n{self.out}--- standard error\n{self.err}"

    def images(self):
        """The pictures that it showed, in order: bytes of PNG or text of SVG."""
        return [bundle.get("image/png") or bundle["image/svg+xml"] for bundle in self.bundles
                if "image/png" in bundle or "image/svg+xml" in bundle]


class NotebookScenario(Scenario):
    """Runs cells in the project's folder, with hamcell under test in PATH, as a user who has loaded the magic."""

    def setUp(self):
        super().setUp()
        folder = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, folder)
        changes = self.environment({"PATH": os.path.dirname(program()) + os.pathsep + os.environ["PATH"],
                                    "NO_COLOR": "1"})
        environment = unittest.mock.patch.dict(os.environ, changes)
        environment.start()
        self.addCleanup(environment.stop)
        # Read once, by the first test that looked for it.
        temporary = unittest.mock.patch.object(tempfile, "tempdir", str(self.root / "tmp"))
        temporary.start()
        self.addCleanup(temporary.stop)
        if str(PYTHON_MODULES) not in sys.path:
            sys.path.insert(0, str(PYTHON_MODULES))
        self.shell = shell()
        self.shell.reset(new_session=True)
        self.run_cell("%reload_ext hamcell_magic")

    def run_cell(self, text):
        """Runs a cell of a notebook."""
        from IPython.utils.capture import capture_output

        with capture_output() as captured:
            result = self.shell.run_cell(text, store_history=True)
        return Cell(result, captured)

    def run_well(self, text):
        """Runs a cell that must not fail."""
        cell = self.run_cell(text)
        self.assertIsNone(cell.error, str(cell))
        return cell

    def run_cpp(self, words, cpp, status=0):
        """Runs a %%hamcell, quick to compile, and expects this exit status."""
        cell = self.run_cell(f"%%hamcell {words} --cxxflags=-O0\n{cpp}")
        self.assertEqual(getattr(cell.error, "status", 0 if cell.error is None else None), status, str(cell))
        self.assertEqual(self.shell.user_ns.get("_exit_code"), status, str(cell))
        return cell

    def variable(self, name):
        """A variable of the notebook's."""
        return self.shell.user_ns[name]

    def evaluate(self, expression):
        """What an expression is in the notebook."""
        return self.shell.ev(expression)

    @contextlib.contextmanager
    def without(self, *modules):
        """As if these were not installed."""
        with unittest.mock.patch.dict(sys.modules, {name: None for name in modules}):
            yield

    def assert_nothing_runs(self):
        """No process of hamcell's is left in the project's folder."""
        def left():
            found = []
            for process in os.listdir("/proc"):
                with contextlib.suppress(OSError):
                    if process.isdigit() and os.readlink(f"/proc/{process}/cwd") == str(self.folder):
                        command = Path(f"/proc/{process}/cmdline").read_bytes()
                        if b"hamcell" in command.split(b"\0")[0]:
                            found.append(command)
            return found

        self.wait_for(lambda: not left(), 10)

    # ---- A whole notebook

    def execute_notebook(self, cells, allow_errors=False, name="notebook"):
        """Executes a notebook of these cells by `jupyter nbconvert`, and returns it and what nbconvert said."""
        import nbformat

        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        nbformat.write(notebook, self.path(f"{name}.ipynb"))
        return self.convert(f"{name}.ipynb", *(["--allow-errors"] if allow_errors else []))

    def convert(self, path, *options):
        """Executes the notebook of a file in place."""
        import nbformat

        run = subprocess.run(
            [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace",
             f"--ExecutePreprocessor.timeout={60 * PATIENCE}", *options, str(path)],
            cwd=self.folder, env=self.kernel_environment(), capture_output=True, text=True, timeout=180 * PATIENCE)
        return nbformat.read(self.folder / path, 4), run

    def kernel_environment(self):
        """With Jupyter's own files where nobody else's are."""
        home = self.root / "home"
        return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "JUPYTER_RUNTIME_DIR": str(home / "jupyter"),
                "IPYTHONDIR": str(home / "ipython")}
