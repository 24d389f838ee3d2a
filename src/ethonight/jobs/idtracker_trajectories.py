"""idtracker.ai's ``trajectories.h5``: is it whole, how much of it is known, do two of them say the same?

Files are opened without HDF5's lock, so that looking at one never keeps the validator from saving it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ethonight.jobs.protocol import Interval

UNREADABLE = (OSError, KeyError, RuntimeError, ValueError)
"""What h5py raises for a file that is damaged, cut off, or being written."""

_DIMENSIONS = 3
_BLOCK = 20_000
"""Frames, or rows, that are held in memory at once."""


class BrokenTrajectories(Exception):
    """A trajectories file that cannot be used. The message completes "The trajectories ..."."""


def check_shape(path: Path, every_value: bool = True) -> tuple[int, int]:
    """Return (frames, animals) of a trajectories file that opens and, with ``every_value``, can be read to its end.

    Raises BrokenTrajectories for anything else.
    """
    try:
        with h5py.File(path, "r", locking=False) as file:
            data = _positions(file)
            for _ in _blocks(data, 0, data.shape[0] if every_value else 0):
                pass
            return int(data.shape[0]), int(data.shape[1])
    except UNREADABLE as error:
        raise BrokenTrajectories(f"cannot be opened ({_reason(error)})") from error


def finite_fraction(path: Path, intervals: Sequence[Interval]) -> float:
    """Return the fraction of known positions (0 to 1) within the intervals; 0.0 where they hold no position at all.

    A position is known when x and y are finite. Raises BrokenTrajectories.
    """
    known = total = 0
    try:
        with h5py.File(path, "r", locking=False) as file:
            data = _positions(file)
            for interval in intervals:
                for block in _blocks(data, interval.start, min(interval.end, data.shape[0])):
                    finite = np.isfinite(block).all(axis=2)
                    known += int(finite.sum())
                    total += finite.size
    except UNREADABLE as error:
        raise BrokenTrajectories(f"cannot be read ({_reason(error)})") from error
    return known / total if total else 0.0


def same_content(one: Path, other: Path) -> bool:
    """Whether two HDF5 files hold the same groups, attributes and datasets (shape, type, values; NaN equals NaN).

    A file that cannot be read is the same as none.
    """
    try:
        with h5py.File(one, "r", locking=False) as a, h5py.File(other, "r", locking=False) as b:
            names = _names(a)
            return names == _names(b) and all(_same_object(a[name], b[name]) for name in names)
    except UNREADABLE:
        return False


def _positions(file: h5py.File) -> h5py.Dataset:
    data = file.get("trajectories")
    if not isinstance(data, h5py.Dataset):
        raise BrokenTrajectories("have no dataset 'trajectories'")
    if data.ndim != _DIMENSIONS or data.shape[2] != 2 or data.dtype.kind != "f":
        raise BrokenTrajectories(f"have the shape {data.shape} instead of (frames, animals, 2)")
    return data


def _blocks(data: h5py.Dataset, start: int, end: int) -> Iterator[Any]:
    for first in range(start, end, _BLOCK):
        yield data[first : min(first + _BLOCK, end)]


def _names(file: h5py.File) -> list[str]:
    names = ["/"]
    file.visit(names.append)
    return sorted(names)


def _same_object(a: Any, b: Any) -> bool:
    if isinstance(a, h5py.Dataset) != isinstance(b, h5py.Dataset) or set(a.attrs) != set(b.attrs):
        return False
    if not all(_same_values(a.attrs[key], b.attrs[key]) for key in a.attrs):
        return False
    return not isinstance(a, h5py.Dataset) or _same_dataset(a, b)


def _same_dataset(a: h5py.Dataset, b: h5py.Dataset) -> bool:
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    if not a.shape:
        return _same_values(a[()], b[()])
    return all(map(_same_values, _blocks(a, 0, a.shape[0]), _blocks(b, 0, b.shape[0])))


def _same_values(a: Any, b: Any) -> bool:
    x, y = np.asarray(a), np.asarray(b)
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind in "fc"))


def _reason(error: BaseException) -> str:
    text = str(error)
    inner = text[text.find("(") + 1 : text.rfind(")")] if "(" in text and text.endswith(")") else text
    return inner.split(", errno")[0]
