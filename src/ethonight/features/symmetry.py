"""How descriptors change when the picture is mirrored or transposed: each dimension moves to another, with a sign.

Training uses this to learn from every animal in eight orientations without looking at pixels again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

_OTHER_AXIS = {"x": "y", "y": "x"}
_SWAPPED = {"horizontal": "vertical", "vertical": "horizontal"}
_MIRRORED = {"rising": "falling", "falling": "rising"}


@dataclass(frozen=True)
class Symmetry:
    """One of the eight symmetries of the square: a point (x, y) goes to (x, y) or (y, x), then signs are applied."""

    swap: bool
    x_sign: int
    y_sign: int

    @property
    def handedness(self) -> int:
        """1 where left stays left of forward, else -1."""
        return self.x_sign * self.y_sign * (-1 if self.swap else 1)


SYMMETRIES = tuple(Symmetry(*each) for each in product((False, True), (1, -1), (1, -1)))
"""All eight; the first leaves everything as it is."""


@dataclass(frozen=True)
class Dimension:
    """One number of a descriptor, and how it depends on directions in the picture."""

    kind: str
    """What it measures."""
    cell: tuple[int, int] | None = None
    """Row and column of the cell of the grid; None for the whole crop."""
    direction: str = ""
    """"" the same in every direction; "x", "y": a component of a vector; "horizontal", "vertical", "rising",
    "falling": strength along a line; "cos2", "sin2": a line's doubled angle; "turn": positive to one side."""

    @property
    def name(self) -> str:
        """A text such as ``flow x 2,3``."""
        place = "" if self.cell is None else f"{self.cell[0]},{self.cell[1]}"
        return " ".join(part for part in (self.kind, self.direction, place) if part)


def moved(dimension: Dimension, symmetry: Symmetry, grid: int) -> tuple[Dimension, int]:
    """Return which dimension shows after the symmetry what this one shows before, and with which sign."""
    direction, sign = _moved_direction(dimension.direction, symmetry)
    cell = None if dimension.cell is None else _moved_cell(dimension.cell, symmetry, grid)
    return replace(dimension, cell=cell, direction=direction), sign


def symmetries(dimensions: Sequence[Dimension], grid: int) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Return (permutation, sign), each (D,), for all ``SYMMETRIES`` in their order.

    With ``f`` (..., D) of some picture, ``f[..., permutation] * sign`` is the descriptor of the changed picture.
    """
    places = {dimension: place for place, dimension in enumerate(dimensions)}
    found = []
    for symmetry in SYMMETRIES:
        permutation, signs = np.empty(len(places), np.int64), np.empty(len(places), np.float32)
        for dimension, place in places.items():
            target, sign = moved(dimension, symmetry, grid)
            permutation[places[target]], signs[places[target]] = place, sign
        found.append((permutation, signs))
    return found


def mirrored(pictures: NDArray[np.uint8], symmetry: Symmetry) -> NDArray[np.uint8]:
    """Return square pictures (n, P, P) after the symmetry."""
    changed = pictures.swapaxes(1, 2) if symmetry.swap else pictures
    return np.ascontiguousarray(changed[:, :: symmetry.y_sign, :: symmetry.x_sign])


def _moved_direction(direction: str, symmetry: Symmetry) -> tuple[str, int]:
    slanted = symmetry.x_sign * symmetry.y_sign
    if direction in _OTHER_AXIS:
        axis = _OTHER_AXIS[direction] if symmetry.swap else direction
        return axis, symmetry.x_sign if axis == "x" else symmetry.y_sign
    if direction in _SWAPPED:
        return (_SWAPPED[direction] if symmetry.swap else direction), 1
    if direction in _MIRRORED:
        return (_MIRRORED[direction] if slanted < 0 else direction), 1
    signs = {"": 1, "turn": symmetry.handedness, "cos2": -1 if symmetry.swap else 1, "sin2": slanted}
    return direction, signs[direction]


def _moved_cell(cell: tuple[int, int], symmetry: Symmetry, grid: int) -> tuple[int, int]:
    row, column = cell[::-1] if symmetry.swap else cell
    return (row if symmetry.y_sign > 0 else grid - 1 - row, column if symmetry.x_sign > 0 else grid - 1 - column)
