"""Connected pieces of a picture's foreground: where each is, how large, how long and which way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Frames

Values = NDArray[np.float64]
_PIXEL = 1 / 12
"""Variance of a pixel's own area."""
_WHOLE = 1.5
"""Area up to which an animal and its fragments may grow together, in typical areas."""
_AROUND = 0.75
"""How far a fragment's center may be from its animal's, body lengths."""
_FEW = 4 * 2**16
"""Pixels up to which all pieces can be numbered in 16 bits, which is faster."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """K pieces; everything in pixels of the full picture, (0, 0) the middle of its first pixel."""

    centers: Values
    """(K, 2) x and y."""
    areas: Values
    """(K,) square pixels."""
    spreads: Values
    """(K, 3) variance in x, in y, and covariance of the piece's area."""
    points: tuple[Values, ...]
    """For each piece its pixels (m, 2); empty for pieces that nobody needs to part."""

    def __len__(self) -> int:
        return len(self.areas)


def find_pieces(mask: Frames, scale: tuple[float, float], least: float, crowded: float) -> Pieces:
    """Return the pieces of ``mask`` (h, w; 0 is background) with an area of at least ``least`` full-picture pixels.

    ``scale`` is how many pixels of the full picture one of the mask is wide and high. Pieces of ``crowded`` area or
    more keep their pixels.
    """
    first_x, first_y, *size = cv2.boundingRect(mask)  # most of a picture is background: it costs nothing then
    inside = mask[first_y : first_y + size[1], first_x : first_x + size[0]]
    if inside.size == 0:
        return Pieces(np.empty((0, 2)), np.empty(0), np.empty((0, 3)), ())
    kind = cv2.CV_16U if inside.size < _FEW else cv2.CV_32S
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8, ltype=kind)
    areas = stats[:, cv2.CC_STAT_AREA] * (scale[0] * scale[1])
    numbers = [number for number in range(1, count) if areas[number] >= least]
    centers, spreads, points = np.empty((len(numbers), 2)), np.empty((len(numbers), 3)), []
    for at, number in enumerate(numbers):
        left, top, width, height = stats[number, :4].tolist()
        part = (labels[top : top + height, left : left + width] == number).view(np.uint8)
        corner = left + first_x, top + first_y
        centers[at], spreads[at] = _moments(part, corner, scale)
        points.append(_points(part, corner, scale) if areas[number] >= crowded else np.empty((0, 2)))
    return Pieces(centers, areas[numbers].astype(np.float64), spreads, tuple(points))


def with_fragments(number: int, pieces: Pieces, free: list[int], body: float, area: float) -> list[int]:
    """Return the piece ``number`` and those pieces around it that can be of the same animal, nearest first.

    They are taken out of ``free``. ``body`` and ``area`` are the typical length and area of an animal.
    """
    if not free:
        return [number]
    away = {other: math.dist(pieces.centers[other], pieces.centers[number]) for other in free}
    room, whole = _WHOLE * area - float(pieces.areas[number]), [number]
    for other in sorted(away, key=lambda other: (away[other], other)):
        room -= float(pieces.areas[other])
        if away[other] <= _AROUND * body and room >= 0:
            whole.append(other)
            free.remove(other)
    return whole


def joined(pieces: Pieces, numbers: Sequence[int]) -> tuple[Values, Values]:
    """Return center (2,) and spread (3,) of several pieces taken as one."""
    if len(numbers) == 1:
        return pieces.centers[numbers[0]], pieces.spreads[numbers[0]]
    numbers = list(numbers)
    weights = pieces.areas[numbers] / pieces.areas[numbers].sum()
    center = weights @ pieces.centers[numbers]
    away = pieces.centers[numbers] - center
    between = np.stack([away[:, 0] ** 2, away[:, 1] ** 2, away[:, 0] * away[:, 1]], axis=1)
    return center, weights @ (pieces.spreads[numbers] + between)


def spread_of(points: Values) -> Values:
    """Return the spread (3,) of ``points`` (m, 2), m >= 1."""
    away = points - points.mean(axis=0)
    return np.array([(away[:, 0] ** 2).mean(), (away[:, 1] ** 2).mean(), (away[:, 0] * away[:, 1]).mean()])


def ellipse(spread: Values) -> tuple[float, float, float]:
    """Return the whole lengths of the long and the short axis of the ellipse with this spread, and its angle.

    The angle is the long axis's, radians in [-pi/2, pi/2).
    """
    xx, yy, xy = spread.tolist()
    middle, away = (xx + yy) / 2, math.hypot((xx - yy) / 2, xy)
    angle = 0.5 * math.atan2(2 * xy, xx - yy)
    long, short = 4 * math.sqrt(middle + away), 4 * math.sqrt(max(middle - away, 0.0))
    return long, short, -math.pi / 2 if angle >= math.pi / 2 else angle


def _moments(part: Frames, corner: tuple[int, int], scale: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Return center (x, y) and spread of the pixels of ``part``, of which the first lies at ``corner`` of the mask."""
    moments = cv2.moments(part, binaryImage=True)
    mass = moments["m00"]
    center = [(moments[f"m{1 - axis}{axis}"] / mass + corner[axis] + 0.5) * scale[axis] - 0.5 for axis in (0, 1)]
    xx = (moments["mu20"] / mass + _PIXEL) * scale[0] ** 2
    yy = (moments["mu02"] / mass + _PIXEL) * scale[1] ** 2
    return center, [xx, yy, moments["mu11"] / mass * scale[0] * scale[1]]


def _points(part: Frames, corner: tuple[int, int], scale: tuple[float, float]) -> Values:
    rows, columns = np.nonzero(part)
    return np.stack([(columns + corner[0] + 0.5) * scale[0] - 0.5, (rows + corner[1] + 0.5) * scale[1] - 0.5], axis=1)
