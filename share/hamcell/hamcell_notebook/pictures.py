"""The pictures of a run, shown in the notebook as soon as they are there."""

import os
import struct
from typing import Any, Dict, List, Optional, Tuple

from .words import Option, Words

OPTIONS = ("display", "display-cache")

# What a notebook shows of itself. The others are files for other programs, and stay where hamcell puts them.
INLINE_ENDINGS = ("png", "svg", "dot", "mermaid")

# PNGs of hamcell have 192 pixels to an inch, which is 72 points. With a pixel of the page to each point, names are as
# large as the notebook's own text, and sharp on dense screens.
PIXELS_PER_POINT = 192 / 72


class Picture:
    """A picture that hamcell draws: where it will be, and whether it was shown."""

    def __init__(self, option: str, path: str, format_name: str) -> None:
        self.option = option
        self.path = path
        self._format = format_name
        self._before = _stamp(path)
        self._is_shown = False

    def show_if_new(self) -> None:
        """Shows it once the file is another one than before the run."""
        stamp = _stamp(self.path)
        if stamp is not None and stamp != self._before:
            self.show()

    def show(self) -> None:
        """Shows it, unless it was shown; also where hamcell has left it alone because it would be the same."""
        if self._is_shown or _stamp(self.path) is None:
            return
        with open(self.path, "rb") as file:
            content = file.read()
        bundle, metadata = bundle_of(content, self._format, os.path.basename(self.path))
        self._is_shown = True
        if bundle:
            from IPython.display import display

            display(bundle, raw=True, metadata=metadata)


class Pictures:
    """The pictures that the words ask for."""

    def __init__(self, words: Words, module: str, folder: str) -> None:
        """Those without a file of their own go to `folder`, and are there for the notebook only. Changes `words` so
        that they say so."""
        chosen = words.last("format")
        format_name = (chosen.value or "png").lower() if chosen else "png"
        self.all: List[Picture] = []
        for name in OPTIONS:
            asked = words.take(name)
            if not asked:
                continue
            file = next((option.value for option in reversed(asked) if option.value not in (None, "-")), None)
            if file is None and format_name in INLINE_ENDINGS:
                file = os.path.join(folder, f"{module}.{name}.{format_name}")
                _remove(file)
            words.options.append(Option(name, file))
            if file is not None:
                self.all.append(Picture(name, file, _format_of(file, format_name)))

    def show_new(self) -> None:
        """Shows the plan once it is there. The other picture comes when the run is over, and then in its order."""
        for picture in self.all:
            if picture.option == "display":
                picture.show_if_new()

    def show_rest(self, document: Dict[str, Any], is_done: bool) -> None:
        """After the run: shows what `--json` says was drawn, also what hamcell.toml asked for; and all, where nothing
        was to be run and hamcell `is_done`."""
        if not document and is_done:
            for picture in self.all:
                picture.show()
        for name in OPTIONS:
            path = document.get(name.replace("-", "_"))
            if path and not any(picture.option == name for picture in self.all):
                self.all.append(Picture(name, path, _format_of(path, "")))
            for picture in self.all:
                if path and picture.option == name:
                    picture.show()

    def remove(self, folder: str) -> None:
        """Removes those that were only for the notebook."""
        for picture in self.all:
            if os.path.dirname(picture.path) == folder:
                _remove(picture.path)


def bundle_of(content: bytes, format_name: str, name: str) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """A picture as Jupyter's messages carry it, and what to know of it; nothing for what a notebook does not show."""
    plain = {"text/plain": f"[{name}]"}
    if format_name == "png" and content.startswith(b"\x89PNG\r\n"):
        width, _ = struct.unpack(">II", content[16:24])
        return {"image/png": content, **plain}, {"image/png": {"width": round(width / PIXELS_PER_POINT)}}
    text = content.decode("utf-8", "replace")
    if format_name == "svg":
        return {"image/svg+xml": text, **plain}, {}
    if format_name == "mermaid":
        return {"text/markdown": f"```mermaid\n{text.rstrip()}\n```", "text/plain": text}, {}
    return ({"text/plain": text}, {}) if format_name == "dot" else ({}, {})


def _format_of(path: str, otherwise: str) -> str:
    ending = os.path.splitext(path)[1][1:].lower()
    known = {"png": "png", "svg": "svg", "dot": "dot", "gv": "dot", "mmd": "mermaid", "mermaid": "mermaid",
             "pdf": "pdf", "html": "html"}
    return known.get(ending, otherwise)


def _stamp(path: str) -> Optional[Tuple[int, int, int]]:
    """What a regular file looks like; nothing for anything else."""
    try:
        info = os.stat(path)
    except (OSError, ValueError):
        return None
    return (info.st_ino, info.st_mtime_ns, info.st_size) if os.path.isfile(path) else None


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
