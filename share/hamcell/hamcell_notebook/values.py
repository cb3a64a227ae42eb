"""The values of a run as Python has them: what `hamcell --save-results` wrote, read by its own description of types."""

import datetime
import mmap
import os
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from .cbor import Decoder, optional_module

FORMAT = "hamcell results 1"

Types = List[Dict[str, Any]]


class UnknownFormat(ValueError):
    """A file of results that another version of hamcell wrote."""


class Values(Mapping[str, Any]):
    """Values of nodes by name. Each is made when it is first asked for, and is the same object from then on."""

    def __init__(self, data: Any = b"") -> None:
        """`data` is the content of a file that --save-results wrote; empty: no values."""
        self._data = memoryview(data)
        self._entries: Dict[str, Dict[str, Any]] = {}
        self._made: Dict[str, Any] = {}
        if len(self._data):
            self._find_entries()

    def preview(self, name: str) -> str:
        """The beginning of a value in one line, as hamcell's table shows it; empty for a node without a value."""
        return str(self._entries.get(name, {}).get("preview", ""))

    def _find_entries(self) -> None:
        decoder = Decoder(self._data)
        decoder.head()
        if decoder.item() != "format" or decoder.item() != FORMAT:
            raise UnknownFormat("the results are in the format of another version of hamcell")
        decoder.item()
        _, count = decoder.head()
        for _ in range(count):
            name = decoder.item()
            _, members = decoder.head()
            self._entries[name] = dict(self._member(decoder) for _ in range(members))

    @staticmethod
    def _member(decoder: Decoder) -> Tuple[str, Any]:
        member = decoder.item()
        if member != "value":
            return member, decoder.item()
        decoder.head()  # the tag of encoded items
        _, size = decoder.head()
        return member, decoder.take(size)

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            entry = self._entries[name]
            self._made[name] = python_value(entry["types"], entry["type"], Decoder(entry["value"]).item())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def read_values(path: str) -> Values:
    """The values of a file that hamcell has written; none where there is no file. The file may go afterwards."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return Values()
            # A large value that nobody looks at is never read.
            return Values(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except FileNotFoundError:
        return Values()


def python_value(types: Types, index: int, item: Any) -> Any:
    """What the stored `item` of this type is in Python.

    Enums are their names, variants their value, complex numbers `complex`, dates `datetime.date`, pairs and tuples
    tuples, structs dicts, and sequences of structs tables: see `table`. Durations and times are their count.
    """
    kind = types[index]["kind"]
    made = _makers.get(kind)
    return item if made is None else made(types, types[index], item)


def _enumeration(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    # Of two names for one number the first, as in hamcell's own JSON.
    for name, number in kind["enumerators"]:
        if number == item:
            return name
    return item


def _elements(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    element = kind["arguments"][0]
    of = types[element]
    if of["kind"] == "structure" and isinstance(item, dict):
        return table(types, of, item)
    if of["kind"] == "complex":
        return _complex_numbers(item)
    if _is_as_stored(types, element):
        return item
    items = item.tolist() if hasattr(item, "tolist") else item
    if of["kind"] == "enumeration":
        names: Dict[int, str] = {}
        for name, number in of["enumerators"]:
            names.setdefault(number, name)
        return [names.get(number, number) for number in items]
    return [python_value(types, element, part) for part in items]


def _is_as_stored(types: Types, index: int) -> bool:
    """Whether values of a type are in Python what they are in CBOR."""
    kind = types[index]
    if kind["kind"] in ("boolean", "integer", "floating", "text", "path", "duration", "time_point", "monostate"):
        return True
    if kind["kind"] == "optional":
        inner = kind["arguments"][0]
        return types[inner]["kind"] not in ("optional", "monostate", "custom") and _is_as_stored(types, inner)
    return False


def _complex_numbers(pairs: Any) -> Any:
    if hasattr(pairs, "reshape"):  # an array of n × 2 numbers
        numpy = optional_module("numpy")
        return pairs.view(numpy.complex64 if pairs.itemsize == 4 else numpy.complex128).reshape(len(pairs))
    return [complex(*pair) for pair in pairs]


def _set(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    elements = _elements(types, kind, item)
    elements = elements.tolist() if hasattr(elements, "tolist") else elements
    try:
        as_set = set(elements)
    except TypeError:  # of what Python cannot hash
        return elements
    return as_set if len(as_set) == len(elements) else elements  # a multiset keeps what it holds twice


def _map(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    key, value = kind["arguments"]
    pairs = item.items() if isinstance(item, dict) else item
    made = [(python_value(types, key, k), python_value(types, value, v)) for k, v in pairs]
    try:
        as_dict = dict(made)
    except TypeError:
        return made
    return as_dict if len(as_dict) == len(made) else made


def _optional(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    inner = kind["arguments"][0]
    if types[inner]["kind"] in ("optional", "monostate", "custom"):
        return python_value(types, inner, item[0]) if item else None
    return None if item is None else python_value(types, inner, item)


def _variant(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    return python_value(types, kind["arguments"][item[0]], item[1])


def _tuple(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    return tuple(python_value(types, of, part) for of, part in zip(kind["arguments"], item))


def _complex(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    return complex(*item)


def _date(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    try:
        return datetime.date.fromisoformat(item)
    except ValueError:  # a year that Python does not have, or no day of the calendar
        return item


def _structure(types: Types, kind: Dict[str, Any], item: Any) -> Any:
    return {name: python_value(types, of, item[name]) for name, of in kind["members"]}


_makers = {"enumeration": _enumeration, "sequence": _elements, "array": _elements, "set": _set, "map": _map,
           "optional": _optional, "variant": _variant, "tuple": _tuple, "complex": _complex, "date": _date,
           "structure": _structure}


# ---- Tables


def table(types: Types, row: Dict[str, Any], columns: Dict[str, Any]) -> Any:
    """A sequence of structs, which is stored by column: a DataFrame of pandas where that can be imported, else a list
    of dicts."""
    made = {name: column(types, of, columns[name]) for name, of in row["members"]}
    pandas = optional_module("pandas")
    if pandas is None:
        return rows(made)
    return pandas.DataFrame({name: _series(pandas, values) for name, values in made.items()}, columns=list(made))


def column(types: Types, of: int, stored: Any) -> Any:
    """A column of a table: a list, an array of numpy's, or for a struct inside the rows a list of dicts."""
    kind = types[of]
    if kind["kind"] == "structure" and isinstance(stored, dict):
        return rows({name: column(types, inner, stored[name]) for name, inner in kind["members"]})
    return _elements(types, {"arguments": [of]}, stored)


def rows(columns: Dict[str, Any]) -> List[Dict[str, Any]]:
    """Columns as a list of dicts, of Python's own numbers."""
    lists = [values.tolist() if hasattr(values, "tolist") else values for values in columns.values()]
    return [dict(zip(columns, row)) for row in zip(*lists)]


def _series(pandas: Any, values: Any) -> Any:
    """A column that pandas keeps as it is. Integers of which some are missing would become floating-point numbers,
    which cannot hold 64 bits."""
    if not isinstance(values, list):
        return pandas.Series(values)
    kinds = {type(value) for value in values}
    if None.__class__ in kinds and kinds <= {int, type(None)} and int in kinds:
        whole = [0 if value is None else value for value in values]
        if min(whole) >= -(2**63) and max(whole) < 2**64:
            return pandas.Series(values, dtype="Int64" if max(whole) < 2**63 else "UInt64")
    if kinds and kinds <= {float, type(None)}:
        return pandas.Series(values, dtype="float64")
    if kinds == {bool}:
        return pandas.Series(values, dtype=bool)
    return pandas.Series(values, dtype=object)
