#!/usr/bin/env python3
"""Shows a picture as people with other eyes, or a printer without colours, see it.

    scripts/vision.py weather.display-cache.png

writes weather.display-cache.greyscale.png, .protanopia.png, .deuteranopia.png and .tritanopia.png beside it. It takes
the PNGs of hamcell, which have a palette: only that changes.

The matrices are those of G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009, for a
severity of 1. They are for linear light (IEC 61966-2-1), and so is the weighted sum for grey (ITU-R BT.709).
"""

import struct
import sys
import zlib
from pathlib import Path

GREY = (0.2126, 0.7152, 0.0722)
VISIONS = {
    "greyscale": (GREY, GREY, GREY),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def linear(channel):
    """A channel from 0 to 255 as light from 0 to 1."""
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def encoded(light):
    """Light as a channel from 0 to 255; what no screen can show becomes the nearest that it can."""
    light = min(1.0, max(0.0, light))
    share = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(255 * share)


def seen(color, matrix):
    """A colour, three channels from 0 to 255, as it looks with this vision."""
    light = [linear(channel) for channel in color]
    return tuple(encoded(sum(weight * part for weight, part in zip(row, light))) for row in matrix)


def chunks(png):
    """The chunks of a PNG (RFC 2083, 3.2): kind and data."""
    at = len(SIGNATURE)
    while at < len(png):
        size, kind = struct.unpack_from(">I4s", png, at)
        yield kind, png[at + 8:at + 8 + size]
        at += 12 + size


def simulated(png, matrix):
    """The PNG with its palette as it looks with this vision."""
    out = bytearray(SIGNATURE)
    for kind, data in chunks(png):
        if kind == b"PLTE":
            data = bytes(channel for i in range(0, len(data), 3) for channel in seen(data[i:i + 3], matrix))
        out += struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))
    return bytes(out)


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: scripts/vision.py PICTURE.png...")
    for name in sys.argv[1:]:
        path = Path(name)
        try:
            png = path.read_bytes()
        except OSError as error:
            sys.exit(f"vision: cannot read '{name}': {error.strerror}")
        if not png.startswith(SIGNATURE) or b"PLTE" not in (kind for kind, _ in chunks(png)):
            sys.exit(f"vision: '{name}' is no PNG with a palette, as hamcell makes them")
        for vision, matrix in VISIONS.items():
            made = path.with_name(f"{path.stem}.{vision}.png")
            made.write_bytes(simulated(png, matrix))
            print(made)


if __name__ == "__main__":
    main()
