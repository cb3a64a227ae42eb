"""Runs hamcell from a kernel: its messages as they come, an interrupt passed on, and nothing left running."""

import codecs
import ctypes
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import Callable, List, Optional

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class NotInstalled(OSError):
    """There is no hamcell to run."""


def find_hamcell() -> str:
    """The hamcell that this module was installed with, PREFIX/bin/hamcell, else the one in PATH."""
    prefix = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    own = os.path.join(prefix, "bin", "hamcell")
    found = own if os.access(own, os.X_OK) else shutil.which("hamcell")
    if found is None:
        raise NotInstalled("there is no hamcell in PATH")
    return found


class Finished:
    """What came of a run of hamcell."""

    def __init__(self, status: int, output: bytes) -> None:
        self.status = status  # the exit status; of a process ended by a signal 128 and its number
        self.output = output  # standard output


class Run:
    """One run of hamcell, in a process group of its own, so that an interrupt of the kernel's group reaches it once
    and through here: hamcell takes a second one as the order to end at once."""

    def __init__(self, arguments: List[str], cell: Optional[str], tell: Callable[[str], None],
                 meanwhile: Callable[[], None] = lambda: None) -> None:
        """`cell` is what it reads on standard input. `tell` gets its standard error by whole lines, as they come;
        `meanwhile` is called some twenty times a second."""
        self._arguments = arguments
        self._cell = cell
        self._tell = tell
        self._meanwhile = meanwhile
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._line = ""
        self._output: List[bytes] = []
        self._interrupts = 0

    def finish(self) -> Finished:
        """Runs it to its end. A KeyboardInterrupt becomes hamcell's SIGINT, and its exit status then says so."""
        with tempfile.TemporaryFile() as source:
            if self._cell is not None:
                source.write(self._cell.encode("utf-8", "surrogateescape"))
                source.seek(0)
            process = self._start(source)
            try:
                self._guarded(process, lambda: self._follow(process))
                self._guarded(process, process.wait)
            finally:
                self._end(process)
        self._take_text("", is_end=True)
        status = process.returncode
        return Finished(status if status >= 0 else 128 - status, b"".join(self._output))

    def _start(self, source: object) -> "subprocess.Popen[bytes]":
        parent = os.getpid()

        def end_with_kernel() -> None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

        return subprocess.Popen(self._arguments, stdin=source, stdout=subprocess.PIPE,  # type: ignore[call-overload]
                                stderr=subprocess.PIPE, start_new_session=True, preexec_fn=end_with_kernel)

    def _guarded(self, process: "subprocess.Popen[bytes]", work: Callable[[], object]) -> None:
        """Does the work, beginning again after each interrupt, which is passed on."""
        while True:
            try:
                work()
                return
            except KeyboardInterrupt:
                self._interrupts += 1
                process.send_signal(signal.SIGINT if self._interrupts < 3 else signal.SIGKILL)

    def _follow(self, process: "subprocess.Popen[bytes]") -> None:
        """Reads both streams until they end. A process that a node has left behind may hold them open for ever: once
        hamcell has ended, what comes no more is waited for no longer."""
        with selectors.DefaultSelector() as selector:
            for stream in (process.stdout, process.stderr):
                if stream is not None and not stream.closed:
                    selector.register(stream, selectors.EVENT_READ)
            while selector.get_map():
                has_ended = process.poll() is not None
                ready = selector.select(0.05)
                for key, _ in ready:
                    self._read(key.fileobj, key.fileobj is process.stdout, selector)
                if has_ended and not ready:
                    return
                self._meanwhile()

    def _read(self, stream: object, is_output: bool, selector: selectors.BaseSelector) -> None:
        data = os.read(stream.fileno(), 65536)  # type: ignore[attr-defined]
        if not data:
            selector.unregister(stream)  # type: ignore[arg-type]
            stream.close()  # type: ignore[attr-defined]
        elif is_output:
            self._output.append(data)
        else:
            self._take_text(self._decoder.decode(data))

    def _take_text(self, text: str, is_end: bool = False) -> None:
        whole, newline, self._line = (self._line + text).rpartition("\n")
        if is_end:
            whole, newline, self._line = whole + newline + self._line, "", ""
        if whole or newline:
            self._tell(whole + newline)

    @staticmethod
    def _end(process: "subprocess.Popen[bytes]") -> None:
        """Nothing is left running, whatever went wrong on this side."""
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        if process.poll() is None:
            process.kill()
            process.wait()


def tell_user(text: str) -> None:
    """Writes to where the notebook shows standard error, at once."""
    sys.stderr.write(text)
    sys.stderr.flush()
