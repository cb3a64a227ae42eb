"""The words behind %%hamcell: which of them are options of hamcell, and what of them stands for Python's values."""

import os
import re
from dataclasses import dataclass, field
from typing import Any, Callable, List, Optional, Tuple

from .encode import CannotEncode, encode

# The options of hamcell whose value may be the next word; what others mean, hamcell knows itself.
# tests/scenario/test_notebook.py compares them with its help.
WITH_VALUE = frozenset(("format", "focus", "depth", "group-by", "fold", "module-name", "jobs", "timeout", "memory", "debug",
                        "inputs", "config", "overrides", "secret", "cache-dir", "cache-size", "default-behavior", "cxx", "std",
                        "cxxflags", "ldflags", "include", "define", "save", "save-results", "depfile", "timeline",
                        "log-level", "log-file", "color"))
LETTERS = {"d": "display", "m": "module-name", "x": "execute", "n": "dry-run", "j": "jobs", "k": "keep-going",
           "w": "write-to-file", "i": "inputs", "c": "config", "o": "overrides", "I": "include", "D": "define",
           "q": "quiet", "v": "verbose", "h": "help"}

BINDINGS = ("inputs", "config", "overrides")

VARIABLE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class UsageError(ValueError):
    """What was wrong with the words, and in `help` what to do."""

    def __init__(self, what: str, help_text: str = "") -> None:
        super().__init__(what)
        self.help = help_text


@dataclass
class Option:
    """One use of an option: its long name without dashes, and its value if it has one."""

    name: str
    value: Optional[str] = None

    def word(self) -> str:
        """As one word of a command line."""
        return f"--{self.name}" if self.value is None else f"--{self.name}={self.value}"


@dataclass
class Words:
    """A line of words, taken apart."""

    options: List[Option] = field(default_factory=list)
    names: List[str] = field(default_factory=list)  # what is no option: NAME, then nodes

    def has(self, *names: str) -> bool:
        """Whether one of these options is there."""
        return any(option.name in names for option in self.options)

    def last(self, name: str) -> Optional[Option]:
        """The option where it was last given."""
        return next((option for option in reversed(self.options) if option.name == name), None)

    def take(self, *names: str) -> List[Option]:
        """Takes the uses of these options out."""
        taken = [option for option in self.options if option.name in names]
        self.options = [option for option in self.options if option.name not in names]
        return taken

    def secrets(self) -> List[str]:
        """The names given with --secret."""
        return [option.value or "" for option in self.options if option.name == "secret"]


# What a word is made of: quoted text, an escaped character, any other one. In braces quotes stay what they are to
# Python and to JSON.
_STRING = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_BRACES = r"\{(?:[^{}'\"]|" + _STRING + ")*\\}"
for _ in range(5):  # so deep they may stand in each other
    _BRACES = r"\{(?:[^{}'\"]|" + _STRING + "|" + _BRACES + ")*\\}"
_PIECE = re.compile(rf"""(?P<braces>{_BRACES})|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<escaped>.)"""
                    r"""|(?P<plain>[^\s'"\\])""", re.DOTALL)


def split_line(line: str) -> List[str]:
    """The line's words, by a shell's quotes; but what stands in braces is one piece, with its blanks and quotes."""
    words: List[str] = []
    at, in_word = 0, False
    while at < len(line):
        if line[at].isspace():
            at, in_word = at + 1, False
            continue
        piece = _PIECE.match(line, at)
        if piece is None:
            raise UsageError("the line cannot be split into words: a quote is not closed", "close it")
        text = piece[piece.lastgroup or 0]
        if piece.lastgroup == "double":
            text = re.sub(r'\\(["\\])', r"\1", text)
        words[len(words) - in_word:] = [words[-1] + text if in_word else text]
        at, in_word = piece.end(), True
    return words


def parse(words: List[str]) -> Words:
    """Takes words apart as hamcell does: letters may stand together, `_` is `-` in names, `--` ends the options."""
    parsed = Words()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            parsed.names += rest
            break
        if word.startswith("--"):
            _long_option(word[2:], rest, parsed)
        elif word.startswith("-") and word != "-":
            _letters(word[1:], rest, parsed)
        else:
            parsed.names.append(word)
    return parsed


def _long_option(text: str, rest: List[str], parsed: Words) -> None:
    name, equals, value = text.partition("=")
    name = name.replace("_", "-")
    if equals:
        parsed.options.append(Option(name, value))
    elif name in WITH_VALUE:
        parsed.options.append(Option(name, _next(f"--{name}", rest)))
    else:
        parsed.options.append(Option(name))


def _letters(letters: str, rest: List[str], parsed: Words) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        name = LETTERS.get(letter)
        if name is None:
            raise UsageError(f"-{letter} is no option", "%hamcell --help lists the options")
        if name in WITH_VALUE:
            value = letters[1:] if letters.startswith("=") else letters
            parsed.options.append(Option(name, value or _next(f"-{letter}", rest)))
            return
        parsed.options.append(Option(name))


def _next(option: str, rest: List[str]) -> str:
    if not rest:
        raise UsageError(f"{option} needs a value", "%hamcell --help says which")
    return rest.pop(0)


# ---- Python's values


@dataclass
class GivenValue:
    """A value of Python's for an input, a config key or an override."""

    option: str
    name: str
    data: bytes  # CBOR
    origin: str  # as the user wrote it: "data=$days"


class Namespace:
    """The user's variables, as the words may use them."""

    def __init__(self, evaluate: Callable[[str], Any], expand: Callable[[str], str]) -> None:
        """`evaluate` gives the value of an expression; `expand` replaces `$name` and `{expression}` in a text by
        what str() makes of them, as IPython does it, and leaves alone what it cannot."""
        self._evaluate = evaluate
        self._expand = expand

    def fill(self, words: Words) -> List[GivenValue]:
        """Replaces Python's variables in all words. Values of inputs, config and overrides that are a variable or an
        expression as a whole are taken out and given back as they are."""
        given: List[GivenValue] = []
        kept: List[Option] = []
        for option in words.options:
            if option.name in BINDINGS and option.value is not None:
                values = self._values_of(option, option.value, words.secrets())
                given += values
                if values:
                    continue
                option.value = self._expanded_binding(option.value)
            elif option.value is not None:
                option.value = self._expand(option.value)
            kept.append(option)
        words.options = kept
        words.names = [self._expand(name) for name in words.names]
        return given

    def _values_of(self, option: Option, text: str, secrets: List[str]) -> List[GivenValue]:
        name, equals, value = text.partition("=")
        if not equals:
            return [] if text.startswith("@") else self._members_of(option, text, secrets)
        expression = whole_expression(value)
        if expression is None:
            return []
        is_secret = name in secrets
        origin = f"{name}=…" if is_secret else text
        return [self._given(option.name, name, self._value(expression, origin, is_secret), origin, is_secret)]

    def _members_of(self, option: Option, text: str, secrets: List[str]) -> List[GivenValue]:
        """`-i NAME`: what a dict holds, each under its key."""
        expression = whole_expression(text) or text
        if not VARIABLE.fullmatch(text) and expression == text:
            raise UsageError(f"--{option.name} {text}: neither NAME=VALUE nor a variable",
                             "write NAME=VALUE, NAME=$variable, or the name of a dict")
        members = self._value(expression, text, bool(secrets))
        if not isinstance(members, dict) or not all(isinstance(key, str) for key in members):
            raise UsageError(f"--{option.name} {text}: '{expression}' is no dict whose keys are names",
                             f"write NAME=${text} to give it as the value of NAME")
        return [self._given(option.name, key, value, f"{text}, key '{key}'", key in secrets)
                for key, value in members.items()]

    def _value(self, expression: str, origin: str, is_secret: bool) -> Any:
        try:
            return self._evaluate(expression)
        except Exception as error:  # of whatever kind the user's expression raises
            what = "" if is_secret and not isinstance(error, NameError) else f": {error}"
            raise UsageError(f"{origin}: {type(error).__name__}{what}",
                             "$name and {expression} are Python's; write $$ for a dollar sign") from None

    @staticmethod
    def _given(option: str, name: str, value: Any, origin: str, is_secret: bool) -> GivenValue:
        try:
            return GivenValue(option, name, encode(value), origin)
        except CannotEncode as error:
            what = "the value cannot be given" if is_secret else str(error)
            raise UsageError(f"{origin}: {what}", "give numbers, text, lists, dicts, arrays or tables") from None

    def _expanded_binding(self, text: str) -> str:
        name, equals, value = text.partition("=")
        # What looks like JSON is JSON: IPython would take its braces for its own.
        return text if value.lstrip().startswith(("{", "[", '"')) else self._expand(name) + equals + self._expand(value)


def whole_expression(value: str) -> Optional[str]:
    """The expression of Python that a word is as a whole, `$name` or `{expression}`; nothing for text and JSON, whose
    objects begin with `{"` or are empty."""
    if value.startswith("$") and VARIABLE.fullmatch(value[1:]):
        return value[1:]
    if value.startswith("{") and value.endswith("}"):
        inside = value[1:-1].strip()
        if inside and not inside.startswith(('"', "{")):
            return inside
    return None


def write_given(given: List[GivenValue], folder: str) -> Tuple[List[Option], List[Tuple[str, str]]]:
    """Writes the values to files of `folder`, which is the user's alone. Gives the options that name them, and for
    each file what stands for it in messages. No command line shows such a value to other users."""
    options, stand_ins = [], []
    for number, value in enumerate(given):
        path = os.path.join(folder, f"{number}.cbor")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(value.data)
        options.append(Option(value.option, f"{value.name}=@{path}"))
        stand_ins.append((f"{value.name}=@{path}", value.origin))
        stand_ins.append((path, value.origin))
    return options, stand_ins
