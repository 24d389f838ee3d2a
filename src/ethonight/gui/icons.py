"""The signs of states: drawn here, so that they look the same on every system and sharp on every screen."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from ethonight.gui.palette import COLOURS, VIDEO, WARNING

Shape = Callable[[float, float], bool]
"""Whether a point belongs to the shape; both coordinates go from 0 (left, top) to 1."""

_WHITE = "#ffffff"
_SAMPLES = 3
"""Points per pixel and direction; what is between in and out is drawn half transparent."""


class Layer(NamedTuple):
    """A shape with its colour, ``#rrggbb``."""

    shape: Shape
    colour: str


def disc(radius: float) -> Shape:
    return lambda x, y: math.hypot(x - 0.5, y - 0.5) <= radius


def ring(radius: float, width: float) -> Shape:
    return lambda x, y: radius - width <= math.hypot(x - 0.5, y - 0.5) <= radius


def stroke(*points: tuple[float, float], width: float = 0.11) -> Shape:
    """Return a line through the points with round ends."""
    pairs = list(pairwise(points))
    return lambda x, y: any(_distance((x, y), a, b) <= width / 2 for a, b in pairs)


def polygon(*corners: tuple[float, float]) -> Shape:
    """Return a convex shape with its corners in clockwise order (y points down)."""
    sides = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    return lambda x, y: all((c - a) * (y - b) >= (d - b) * (x - a) for (a, b), (c, d) in sides)


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) if length else 0.0
    return math.hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy)


_CHECK = stroke((0.29, 0.52), (0.44, 0.67), (0.72, 0.35))
_EXCLAMATION = (stroke((0.5, 0.36), (0.5, 0.58)), stroke((0.5, 0.75), (0.5, 0.76)))
_TRIANGLE = polygon((0.5, 0.08), (0.98, 0.92), (0.02, 0.92))
_QUESTION = (
    stroke((0.37, 0.38), (0.44, 0.29), (0.56, 0.29), (0.63, 0.39), (0.5, 0.57)),
    stroke((0.5, 0.73), (0.5, 0.74)),
)

ICONS: Mapping[str, tuple[Layer, ...]] = {
    "done": (Layer(disc(0.46), COLOURS["done"]), Layer(_CHECK, _WHITE)),
    "remark": (Layer(disc(0.46), COLOURS["remark"]), Layer(_CHECK, _WHITE)),
    "failed": (
        Layer(disc(0.46), COLOURS["failed"]),
        Layer(stroke((0.34, 0.34), (0.66, 0.66)), _WHITE),
        Layer(stroke((0.66, 0.34), (0.34, 0.66)), _WHITE),
    ),
    "running": (
        Layer(disc(0.46), COLOURS["running"]),
        Layer(polygon((0.40, 0.27), (0.76, 0.50), (0.40, 0.73)), _WHITE),
    ),
    "pending": (
        Layer(ring(0.44, 0.10), COLOURS["pending"]),
        Layer(stroke((0.5, 0.28), (0.5, 0.52), (0.64, 0.6), width=0.09), COLOURS["pending"]),
    ),
    "skip": (Layer(disc(0.46), COLOURS["skip"]), Layer(stroke((0.3, 0.5), (0.7, 0.5)), _WHITE)),
    "new": (
        Layer(ring(0.44, 0.10), COLOURS["new"]),
        Layer(stroke((0.31, 0.5), (0.69, 0.5), width=0.1), COLOURS["new"]),
        Layer(stroke((0.5, 0.31), (0.5, 0.69), width=0.1), COLOURS["new"]),
    ),
    "gone": (Layer(ring(0.44, 0.10), COLOURS["gone"]), *(Layer(part, COLOURS["gone"]) for part in _QUESTION)),
    "unknown": (Layer(disc(0.46), COLOURS["unknown"]), *(Layer(part, _WHITE) for part in _QUESTION)),
    "video": (
        Layer(polygon((0.04, 0.16), (0.96, 0.16), (0.96, 0.84), (0.04, 0.84)), VIDEO),
        Layer(polygon((0.40, 0.32), (0.68, 0.50), (0.40, 0.68)), _WHITE),
    ),
    "missing": (Layer(_TRIANGLE, WARNING), *(Layer(part, _WHITE) for part in _EXCLAMATION)),
}


def png(layers: tuple[Layer, ...], size: int) -> bytes:
    """Return a square PNG picture with transparent background; ``size`` in pixels."""
    rows = b"".join(
        b"\0" + b"".join(_pixel(layers, column, line, size) for column in range(size)) for line in range(size)
    )
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _pixel(layers: tuple[Layer, ...], column: int, line: int, size: int) -> bytes:
    """Return red, green, blue, alpha: the mean of the topmost colours at the sample points."""
    total = [0, 0, 0, 0]
    for number in range(_SAMPLES * _SAMPLES):
        x = (column + (number % _SAMPLES + 0.5) / _SAMPLES) / size
        y = (line + (number // _SAMPLES + 0.5) / _SAMPLES) / size
        colour = next((layer.colour for layer in reversed(layers) if layer.shape(x, y)), "")
        if colour:
            total = [a + b for a, b in zip(total, (*bytes.fromhex(colour[1:]), 1), strict=True)]
    hits = total[3]
    return bytes([*(part // hits for part in total[:3]), 255 * hits // _SAMPLES**2]) if hits else bytes(4)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
