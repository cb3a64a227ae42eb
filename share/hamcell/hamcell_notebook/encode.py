"""Writes Python's values as CBOR (RFC 8949), in the forms that hamcell reads inputs in."""

import array
import datetime
import decimal
import enum
import os
import struct
import sys
from typing import Any, Dict, Iterable, List, Optional

from .cbor import ARRAY, BIGFLOAT, BYTES, MAP, NEGATIVE, ROW_MAJOR, TAG, TEXT, TYPED_ARRAYS, UNSIGNED, optional_module

TAG_OF_NUMBERS = {name.lstrip("<"): tag for tag, (name, _) in TYPED_ARRAYS.items()}


class CannotEncode(ValueError):
    """A Python value that no C++ value could be made of. The text says what it is and where."""


NO_TIMES = "times of day have no C++ type that says their unit: give them as numbers"


def encode(value: Any) -> bytes:
    """A Python value as hamcell reads inputs: numbers, text, bytes, None, sequences, sets, dicts, dates, paths,
    dataclasses and named tuples as structs, numpy's arrays and scalars, and tables of pandas, by column.
    Raises CannotEncode."""
    out: List[bytes] = []
    _write(value, out, "", 0)
    return b"".join(out)


def _head(major: int, argument: int) -> bytes:
    for info, limit, width in ((24, 2**8, 1), (25, 2**16, 2), (26, 2**32, 4), (27, 2**64, 8)):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < limit:
            return bytes([major << 5 | info]) + argument.to_bytes(width, "big")
    raise CannotEncode(f"{argument} takes more than 64 bits")


def _write(value: Any, out: List[bytes], where: str, depth: int) -> None:
    if depth > 500:
        raise CannotEncode(f"{where[:40] or 'the value'}… is nested too deep, or contains itself")
    plain = _plain(value)
    if plain is not None:
        out.append(plain)
        return
    columns = _columns(value)
    if columns is not None:
        _write_map(columns, out, where, depth)
    elif isinstance(value, (list, tuple, set, frozenset, range)):
        items: Iterable[Any] = value if not isinstance(value, (set, frozenset)) else _ordered(value)
        out.append(_head(ARRAY, len(value)))
        for i, item in enumerate(items):
            _write(item, out, f"{where}[{i}]", depth + 1)
    elif _is_array(value):
        _write_numbers(value, out, where, depth)
    else:
        raise CannotEncode(f"{where or 'the value'} is a {_type_name(value)}, which no C++ type takes")


def _plain(value: Any) -> Optional[bytes]:
    """What is neither a container nor numpy's; nothing for what is."""
    if value is None or _is_missing(value):
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(UNSIGNED, value) if value >= 0 else _head(NEGATIVE, -1 - value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogateescape")
        is_text = data == value.encode("utf-8", "replace")
        return _head(TEXT if is_text else BYTES, len(data)) + data
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _head(BYTES, len(bytes(value))) + bytes(value)
    if isinstance(value, complex):
        return b"\x82" + b"".join(b"\xfb" + struct.pack(">d", part) for part in (value.real, value.imag))
    if isinstance(value, decimal.Decimal):
        return _real(value)
    if isinstance(value, datetime.datetime):
        if value != datetime.datetime.combine(value.date(), datetime.time()):
            raise CannotEncode(NO_TIMES)
        return _plain(value.date())
    if isinstance(value, datetime.date):
        return _plain(value.isoformat())
    if isinstance(value, enum.Enum):
        return _plain(value.name)
    if isinstance(value, os.PathLike):
        return _plain(os.fspath(value))
    if type(value).__module__ == "numpy" and hasattr(value, "item") and getattr(value, "shape", None) == ():
        item = value.item()
        if type(item) is not type(value):
            return _plain(item)
        return _real(value)
    return None


def _real(value: Any) -> bytes:
    """A number that may be no double, as a decimal or a long double: a bigfloat (RFC 8949, section 3.4.4) where it has
    64 bits, which is what a long double has, else the nearest double."""
    nearest = float(value)
    if nearest != value and nearest == nearest:
        numerator, denominator = value.as_integer_ratio()
        exponent = 1 - denominator.bit_length()
        if denominator == 1 << -exponent and abs(numerator) < 2**64:
            return _head(TAG, BIGFLOAT) + b"\x82" + b"".join(_plain(part) or b"" for part in (exponent, numerator))
    return b"\xfb" + struct.pack(">d", nearest)


def _is_missing(value: Any) -> bool:
    """pandas' own words for a value that is not there."""
    return type(value).__module__.startswith("pandas.") and type(value).__name__ in ("NAType", "NaTType")


def _type_name(value: Any) -> str:
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _ordered(values: Iterable[Any]) -> List[Any]:
    return sorted(values, key=lambda value: (_type_name(value), repr(value)))


def _columns(value: Any) -> Optional[Dict[Any, Any]]:
    """Names and values of what has both: a dict, a table of pandas, a dataclass, a named tuple."""
    if isinstance(value, dict):
        return value
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        # The index is not a column, as in DataFrame.to_csv(index=False).
        return {name: value.iloc[:, i] for i, name in enumerate(value.columns)}
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value))
    return None


def _write_map(columns: Dict[Any, Any], out: List[bytes], where: str, depth: int) -> None:
    out.append(_head(MAP, len(columns)))
    for key, item in columns.items():
        _write(key, out, f"a key of {where or 'the value'}", depth + 1)
        _write(item, out, f"{where}.{key}" if where else str(key), depth + 1)


def _is_array(value: Any) -> bool:
    return hasattr(value, "__array__") or isinstance(value, array.array)


def _write_numbers(value: Any, out: List[bytes], where: str, depth: int) -> None:
    """numpy's arrays, columns of pandas, and `array`: typed arrays where their numbers are those of C++."""
    if isinstance(value, array.array):
        value = memoryview(value)
        tag = TAG_OF_NUMBERS.get({"f": "f", "d": "f"}.get(value.format, "i" if value.format.islower() else "u")
                                 + str(value.itemsize))
        if tag is None or sys.byteorder == "big":
            _write(value.tolist(), out, where, depth + 1)
        else:
            out.append(_head(TAG, tag) + _head(BYTES, value.nbytes) + value.tobytes())
        return
    numpy = optional_module("numpy")
    numbers = numpy.asarray(value)
    tag = TAG_OF_NUMBERS.get(numbers.dtype.str.lstrip("<>|="))
    if tag is None or numbers.ndim == 0 or not _keeps_numbers(value):
        _write(_list_of(value, numbers), out, where, depth + 1)
        return
    if numbers.ndim > 1:
        out.append(_head(TAG, ROW_MAJOR) + b"\x82" + _head(ARRAY, numbers.ndim))
        out.extend(_head(UNSIGNED, extent) for extent in numbers.shape)
    data = numbers.astype(numbers.dtype.newbyteorder("<"), copy=False).tobytes()
    out.append(_head(TAG, tag) + _head(BYTES, len(data)) + data)


def _keeps_numbers(value: Any) -> bool:
    """Whether a column of pandas is what numpy makes of it: one with values that are missing is not."""
    dtype = getattr(value, "dtype", None)
    return dtype is None or type(dtype).__module__.startswith("numpy")


def _list_of(value: Any, numbers: Any) -> Any:
    """Dates and times as text, as hamcell's dates are; all else as Python's own."""
    if numbers.dtype.kind == "M":
        days = numbers.astype("datetime64[D]")
        exact = (days == numbers) | (days != days)
        if not exact.all():
            raise CannotEncode(NO_TIMES)
        return [None if text == "NaT" else text for text in days.astype(str).tolist()]
    items = value.tolist() if hasattr(value, "tolist") else numbers.tolist()
    if numbers.dtype.kind == "O" and hasattr(value, "isna"):
        # In a column of objects pandas writes NaN for what is missing.
        return [None if isinstance(item, float) and item != item else item for item in items]
    return items
