"""Reads CBOR (RFC 8949) as hamcell writes it, with items of definite length only.

Typed arrays (RFC 8746) become numpy's arrays where numpy can be imported, and lists where not; nothing is lost either
way.
"""

import array
import decimal
import math
import struct
import sys
from typing import Any, Callable, Dict, List, Tuple

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)  # major types (section 3.1)

BIGFLOAT = 5  # section 3.4.4
ROW_MAJOR, COLUMN_MAJOR = 40, 1040  # arrays of several dimensions (RFC 8746, section 3.1)

# Typed arrays of little-endian numbers (RFC 8746, section 2.1): the tag, numpy's name, and that of `array`.
TYPED_ARRAYS = {64: ("u1", "B"), 69: ("<u2", "H"), 70: ("<u4", "I"), 71: ("<u8", "Q"), 72: ("i1", "b"),
                77: ("<i2", "h"), 78: ("<i4", "i"), 79: ("<i8", "q"), 85: ("<f4", "f"), 86: ("<f8", "d")}


def optional_module(name: str) -> Any:
    """numpy or pandas where they can be imported, else None: they are looked for when first needed."""
    try:
        return __import__(name)
    except ImportError:
        return None


class CborError(ValueError):
    """Bytes that are not CBOR, or not of the kind that hamcell writes."""


class Decoder:
    """Reads data items one after another from bytes."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def item(self) -> Any:
        """The next data item, as Python has it."""
        major, argument = self.head()
        return self._readers[major](self, argument)

    def head(self) -> Tuple[int, int]:
        """Major type and argument of the next item (section 3); the bits of a floating-point number as they are."""
        first = self.take(1)[0]
        major, info = first >> 5, first & 0x1F
        if info < 24:
            return major, info
        if info > 27:
            raise CborError("an item of indefinite length")
        argument = int.from_bytes(self.take(1 << (info - 24)), "big")
        # Of simple values the width says what they are.
        return (major, argument) if major != SIMPLE else (SIMPLE, (info << 64) | argument)

    def take(self, size: int) -> memoryview:
        """The next `size` bytes."""
        if size > len(self.data) - self.at:
            raise CborError("the data ends too early")
        taken = self.data[self.at:self.at + size]
        self.at += size
        return taken

    def _negative(self, argument: int) -> int:
        return -1 - argument

    def _bytes(self, size: int) -> bytes:
        return bytes(self.take(size))

    def _text(self, size: int) -> str:
        return str(self.take(size), "utf-8")

    def _array(self, size: int) -> List[Any]:
        # Most long arrays are of short texts, for which calls would take most of the time.
        items: List[Any] = []
        data, end = self.data, len(self.data)
        while len(items) < size:
            at = self.at
            first = data[at] if at < end else 0
            if 0x60 <= first <= 0x77 and at + first - 0x5F <= end:
                self.at = at + first - 0x5F
                items.append(str(data[at + 1:self.at], "utf-8"))
            else:
                items.append(self.item())
        return items

    def _map(self, size: int) -> Dict[Any, Any]:
        return {_hashable(self.item()): self.item() for _ in range(size)}

    def _tag(self, tag: int) -> Any:
        if tag in TYPED_ARRAYS:
            size = self._size_of_bytes()
            return numbers_of(self.take(size), tag)
        inside = self.item()
        if tag == BIGFLOAT:
            return _bigfloat(*inside)
        if tag in (ROW_MAJOR, COLUMN_MAJOR):
            return shaped(inside[1], [int(extent) for extent in inside[0]], tag == COLUMN_MAJOR)
        return inside

    def _size_of_bytes(self) -> int:
        major, size = self.head()
        if major != BYTES:
            raise CborError("a typed array that is no byte string")
        return size

    def _simple(self, argument: int) -> Any:
        info, bits = argument >> 64, argument & (2**64 - 1)
        if info == 0:
            info, bits = 0, argument
        if info in (25, 26, 27):
            code, width = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[info]
            return struct.unpack(code, bits.to_bytes(width, "big"))[0]
        return {20: False, 21: True}.get(bits)

    _readers: List[Callable[["Decoder", int], Any]] = [
        lambda self, argument: argument, _negative, _bytes, _text, _array, _map, _tag, _simple]


def _hashable(key: Any) -> Any:
    return tuple(key) if isinstance(key, list) else key


def _bigfloat(exponent: int, mantissa: int) -> Any:
    """mantissa · 2^exponent, exactly: a long double may be no double."""
    with decimal.localcontext() as context:
        context.prec = 20_000  # the smallest long double has some 16,500 digits
        context.Emax, context.Emin = decimal.MAX_EMAX, decimal.MIN_EMIN
        return decimal.Decimal(mantissa) * decimal.Decimal(2) ** exponent


def numbers_of(data: memoryview, tag: int) -> Any:
    """A typed array: an array of numpy's that can be written to, or a list."""
    numpy_name, array_code = TYPED_ARRAYS[tag]
    numpy = optional_module("numpy")
    if numpy is not None:
        return numpy.frombuffer(data, numpy_name).astype(numpy_name.lstrip("<"), copy=True)
    numbers = array.array(array_code)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


def shaped(numbers: Any, shape: List[int], is_column_major: bool = False) -> Any:
    """Numbers in as many dimensions as `shape` has, the first index outermost."""
    if hasattr(numbers, "reshape"):
        return numbers.reshape(shape, order="F" if is_column_major else "C")
    if not shape:
        return numbers[0]
    strides = [math.prod(shape[:k]) if is_column_major else math.prod(shape[k + 1:]) for k in range(len(shape))]

    def part(depth: int, at: int) -> Any:
        if depth == len(shape):
            return numbers[at]
        return [part(depth + 1, at + i * strides[depth]) for i in range(shape[depth])]

    return part(0, 0)
