"""Reading a nested dictionary of results in which anything may be missing or None."""

from __future__ import annotations

import math
from collections.abc import Mapping

Tree = Mapping[str, object]
Interval = tuple[float, float]


def reach(tree: object, *keys: str) -> object:
    """Return what lies under ``keys``, one inside the other; None where the way ends."""
    for key in keys:
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(key)
    return tree


def number(tree: object, *keys: str) -> float | None:
    """Return the finite number under ``keys``; None for anything else."""
    found = reach(tree, *keys)
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not math.isfinite(found):
        return None
    return float(found)


def interval(tree: object, *keys: str) -> Interval | None:
    """Return the two finite numbers under ``keys``; None for anything else."""
    found = reach(tree, *keys)
    if not isinstance(found, (list, tuple)) or len(found) != 2:
        return None
    low, high = (number({"x": part}, "x") for part in found)
    return None if low is None or high is None else (low, high)


def branch(tree: object, *keys: str) -> Tree:
    """Return the dictionary under ``keys``; an empty one for anything else."""
    found = reach(tree, *keys)
    return found if isinstance(found, Mapping) else {}


def items(tree: object, *keys: str) -> list[object]:
    """Return the list under ``keys``; an empty one for anything else."""
    found = reach(tree, *keys)
    return list(found) if isinstance(found, (list, tuple)) else []


def text(tree: object, *keys: str) -> str:
    """Return the text under ``keys``; an empty one for anything else."""
    found = reach(tree, *keys)
    return found if isinstance(found, str) else ""
