"""The two pictures of the app, drawn as PNG: a path that leads to a point, as on the dashboard's tab."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Sequence

COLOUR_SIZE, OUTLINE_SIZE = 192, 32
_BLUE, _WHITE = (15, 95, 154), (255, 255, 255)
_PATH = ((7.0, 23.0), (13.0, 23.0), (13.0, 10.0), (25.0, 9.0))  # a cubic curve, on a field of 32 by 32
_HALF_LINE, _DOT = 1.5, 3.0
_FIELD, _PARTS = 32, 60  # the field's side; points that the curve is drawn by

Point = tuple[float, float]


def colour() -> bytes:
    """The coloured picture: white on a blue square."""
    return _png(COLOUR_SIZE, lambda share: (*_mixed(share), 255))


def outline() -> bytes:
    """The outline: white on nothing, as Teams asks for."""
    return _png(OUTLINE_SIZE, lambda share: (*_WHITE, round(255 * share)))


def _mixed(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(_BLUE, _WHITE, strict=True))
    return red, green, blue


def _png(size: int, paint: Callable[[float], tuple[int, int, int, int]]) -> bytes:
    """A picture of ``size`` by ``size``, each pixel painted by the share of it that the drawing covers."""
    step = _FIELD / size
    trail = [_on_path(t / _PARTS) for t in range(_PARTS + 1)]
    middles = [(place + 0.5) * step for place in range(size)]
    rows = b"".join(b"\0" + b"".join(bytes(paint(_share((x, y), trail, step))) for x in middles) for y in middles)
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)  # 8 bits each of red, green, blue and opacity
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _share(point: Point, trail: Sequence[Point], step: float) -> float:
    """Return how much of a pixel is covered: the distance of its centre from the edge is close enough."""
    beyond = min(min(math.dist(point, dot) for dot in trail) - _HALF_LINE, math.dist(point, _PATH[-1]) - _DOT)
    return max(0.0, min(1.0, 0.5 - beyond / step))


def _on_path(t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(w * point[axis] for w, point in zip(weights, _PATH, strict=True)) for axis in (0, 1))
    return x, y
