"""%%hamcell: a notebook's cell of C++ as a dataflow, with its pictures and its values.

    %load_ext hamcell_magic

    %%hamcell weather --display --execute --display-cache -i path=seattle-weather.csv
    #include <string>
    …

    weather.heat_waves

`%%hamcell?` describes it; the manual page hamcell(1) has all of it.
"""

import atexit
import contextlib
import html
import json
import keyword
import os
import shutil
import tempfile
from typing import Any, Callable, Dict, List, Optional, Tuple

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import display

from hamcell_notebook.pictures import Pictures
from hamcell_notebook.process import Finished, NotInstalled, Run, find_hamcell, tell_user
from hamcell_notebook.results import Results, RunInfo
from hamcell_notebook.values import UnknownFormat, Values, read_values
from hamcell_notebook.words import Namespace, Option, UsageError, Words, parse, split_line, write_given

DONE, NODE_FAILED, USAGE, STORAGE, WOULD_RUN, INTERRUPTED = 0, 1, 2, 5, 10, 130

MEANINGS = {NODE_FAILED: "a node failed", USAGE: "wrong usage", 3: "the cell, or what was given to it, is wrong",
            4: "the cell does not compile or link", STORAGE: "the cache or a file could not be used",
            INTERRUPTED: "interrupted"}

UNNAMED = "cell"  # what messages and pictures call a cell without a NAME


class HamcellError(Exception):
    """A cell that did not do what it should. What was wrong has been told by then, so a notebook shows one line, runs
    no further cells, and no traceback of the magic's insides."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{MEANINGS.get(status, 'hamcell ended')} (exit status {status})")
        self.status = status

    def _render_traceback_(self) -> List[str]:
        return [f"\x1b[1;31mhamcell: {self}\x1b[0m"]


@magics_class
class HamcellMagics(Magics):
    """The magics %%hamcell and %hamcell."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._folder: Optional[str] = None

    @no_var_expand
    @line_cell_magic("hamcell")
    def hamcell(self, line: str, cell: Optional[str] = None) -> Optional[Results]:
        """Draw, run and cache a cell of C++, whose functions are the nodes of a dataflow.

        %%hamcell [NAME] [NODE ...] [OPTIONS]

        The rest of the cell is C++. The options are hamcell's own; `%hamcell --help` lists them. The usual ones:

          -d, --display           show the dataflow, before anything is built or run
          -x, --execute[=NODE,…]  run: all nodes, or the NODEs and what they need
          --display-cache         after the run, show what the cache did
          -i x=2.5  -i x=$python  give an input: text or JSON, or a value of Python's (also -c, -o)

        After a run, NAME is an object with the values of the targets, NAME["node"] or NAME.node, and in NAME.run what
        the run did. Tables are DataFrames if pandas is installed, arrays of numbers are numpy's. Without NAME the
        object is the cell's result.

        `-i x=$variable` and `-i x={expression}` give the Python value itself: a number, text, list, dict, array,
        DataFrame. `-i settings` gives every item of the dict `settings`. In all other words, $variable and
        {expression} become text. --display=FILE also keeps the picture.

        The lines of messages are those of the notebook's cell. `%hamcell WORDS` is hamcell with these words, such as
        `%hamcell cache ls`.
        """
        try:
            words = split_line(line)
            if cell is None or "--help" in words or "-h" in words:
                self._pass_on(words)
                return None
            return self._run_cell(parse(words), cell)
        except UsageError as error:
            raise self._refuse(USAGE, str(error), error.help) from None
        except NotInstalled as error:
            raise self._refuse(STORAGE, str(error), "install it, or add its folder to PATH") from None
        except UnknownFormat as error:
            raise self._refuse(STORAGE, str(error), "load the hamcell_magic that belongs to it") from None
        except OSError as error:
            raise self._refuse(STORAGE, f"{error.filename or 'a file'}: {error.strerror}") from None

    # ---- A cell

    def _run_cell(self, words: Words, cell: str) -> Optional[Results]:
        given = Namespace(self.shell.ev, self._expand).fill(words)
        name = self._name_of(words)
        title = words.last("module-name")
        module = (title.value if title else name) or UNNAMED
        if "/" in module or module in (".", ".."):
            raise UsageError(f"--module-name cannot be '{module}'", "use a name without '/'")
        if not title:
            words.options.append(Option("module-name", module))
        _write_copy(words, module, cell)
        folder = self._private_folder()
        with tempfile.TemporaryDirectory(dir=folder) as inputs:
            options, stand_ins = write_given(given, inputs)
            words.options += options
            pictures = Pictures(words, module, folder)
            results = os.path.join(folder, "results.cbor")
            try:
                return self._run(words, self._at_its_line(cell), pictures, self._teller(stand_ins), name, results)
            finally:
                pictures.remove(folder)
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(results)

    def _run(self, words: Words, source: str, pictures: Pictures, tell: Callable[[str], None], name: str,
             file: str) -> Optional[Results]:
        """Runs hamcell and shows what comes of it; `file` is for the values."""
        is_run = words.has("execute", "dry-run") and not words.has("debug")
        prints_json = words.has("json")
        shows_values = bool(words.take("show-results"))
        if is_run:
            words.options += self._options_of_run(words, file, shows_values)
        finished = Run(self._command(words), source, tell, pictures.show_new).finish()
        self.shell.user_ns["_exit_code"] = finished.status
        document = _document(finished) if is_run else {}
        pictures.show_rest(document, is_done=finished.status == DONE)
        if prints_json or not is_run:
            self._print_output(finished, pictures)
        if not document:
            return self._end(finished.status, None)
        saved = words.last("save-results")
        values = read_values(saved.value) if saved and saved.value else Values()
        results = Results(RunInfo(document, finished.status), values)
        if name:
            self.shell.user_ns[name] = results
        has_failed = finished.status not in (DONE, WOULD_RUN)
        if not words.has("quiet") and not prints_json and (name or has_failed):
            display(results)
        if shows_values:
            _show_values(results)
        return self._end(finished.status, None if name or words.has("quiet") else results)

    @staticmethod
    def _options_of_run(words: Words, file: str, shows_values: bool) -> List[Option]:
        if shows_values and words.has("hide-results"):
            raise UsageError("--show-results and --hide-results exclude each other", "keep one of them")
        more = [] if words.has("json") else [Option("json")]
        return more if words.has("hide-results", "save-results") else [*more, Option("save-results", file)]

    @staticmethod
    def _end(status: int, results: Optional[Results]) -> Optional[Results]:
        if status not in (DONE, WOULD_RUN):
            raise HamcellError(status)
        return results

    def _name_of(self, words: Words) -> str:
        """Takes NAME, the first of the names, out; empty where there is none."""
        if not words.names:
            return ""
        name = words.names.pop(0)
        if not name.isidentifier() or keyword.iskeyword(name):
            raise UsageError(f"'{name}' cannot be the NAME of the cell: it is no name of a Python variable",
                             "write %%hamcell NAME [NODE ...] [OPTIONS]; the C++ stands below, and not in a file")
        return name

    def _at_its_line(self, cell: str) -> str:
        """The C++ with as many empty lines above it as stand above it in the notebook's cell, that of the magic among
        them: so every line has the number that the notebook shows."""
        above = 1
        raw = (getattr(self.shell.history_manager, "input_hist_raw", None) or [""])[-1]
        if raw.rstrip().endswith(cell.rstrip()) and "%%" in raw:
            above += raw[:raw.index("%%")].count("\n")
        return "\n" * above + cell

    # ---- hamcell itself

    def _pass_on(self, words: List[str]) -> None:
        """%hamcell: hamcell with these words as they are."""
        finished = Run([find_hamcell(), *map(self._expand, words)], None, tell_user).finish()
        self.shell.user_ns["_exit_code"] = finished.status
        self._print_output(finished, None)
        self._end(finished.status, None)

    @staticmethod
    def _command(words: Words) -> List[str]:
        """Raises UsageError for a word that no process can be given."""
        color = [] if os.environ.get("NO_COLOR") or words.has("color") else ["--color=always"]
        command = [*color, *(option.word() for option in words.options), "--", "-", *words.names]
        for word in command:
            if "\0" in word or word != word.encode("utf-8", "replace").decode("utf-8"):
                raise UsageError(f"{word!r} cannot be a word of a command", "give it as a value: -i NAME=$variable")
        return [find_hamcell(), *command]

    @staticmethod
    def _teller(stand_ins: List[Tuple[str, str]]) -> Callable[[str], None]:
        """Tells the user what hamcell says, with what he wrote in place of the files that carry it."""

        def tell(text: str) -> None:
            for file, origin in stand_ins:
                text = text.replace(file, origin)
            tell_user(text)

        return tell

    @staticmethod
    def _print_output(finished: Finished, pictures: Optional[Pictures]) -> None:
        text = finished.output.decode("utf-8", "replace")
        own = [picture.path for picture in pictures.all] if pictures else []
        if text.strip() not in own:
            print(text, end="")

    def _expand(self, text: str) -> str:
        return str(self.shell.var_expand(text))

    def _refuse(self, status: int, what: str, help_text: str = "") -> HamcellError:
        self.shell.user_ns["_exit_code"] = status
        tell_user(f"\x1b[1mhamcell: \x1b[1;31merror: \x1b[0m{what}\n" + (f"  help: {help_text}\n" if help_text else ""))
        return HamcellError(status)

    def _private_folder(self) -> str:
        """A folder of this kernel's, for what passes between hamcell and the notebook. It goes with the kernel; that
        its name stays the same spares the user's cache a record for each picture that was ever shown."""
        if self._folder is None or not os.path.isdir(self._folder):
            self._folder = tempfile.mkdtemp(prefix="hamcell-notebook-")
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


def _write_copy(words: Words, module: str, cell: str) -> None:
    """--write-to-file: hamcell's own copy would begin with the line of the magic."""
    asked = words.take("write-to-file")
    if asked:
        file = next((option.value for option in reversed(asked) if option.value), None)
        with open(file or f"{module}.cpp", "w", encoding="utf-8", newline="") as copy:
            copy.write(cell)


def _document(finished: Finished) -> Dict[str, Any]:
    """What --json printed; empty where hamcell ended before it ran anything."""
    try:
        return dict(json.loads(finished.output))
    except ValueError:
        return {}


def _show_values(results: Results) -> None:
    """--show-results: each value as the notebook shows it."""
    for name in results:
        display({"text/html": f"<b>{html.escape(name)}</b>", "text/plain": name}, raw=True)
        display(results[name])


def load_ipython_extension(shell: Any) -> None:
    """%load_ext hamcell_magic."""
    shell.register_magics(HamcellMagics)
