"""Lanes: the tiers or columns of a file in which behaviours are marked, when only their names say of whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_NUMBERED = re.compile(r"(.+) \(\d+\)")


def subject_lanes(labels: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return the lanes whose names are subjects: those with a label that another lane holds as well.

    A column ``male`` and a column ``female`` that both hold ``attack`` are about two animals; ``posture`` and
    ``place``, which share nothing, are about one. A lane that bears the name of its only label is nobody's.
    """
    holders: dict[str, list[str]] = {}
    for lane, own in labels.items():
        for label in own:
            holders.setdefault(label, []).append(lane)
    shared = {lane for lanes in holders.values() if len(lanes) > 1 for lane in lanes}
    return frozenset(lane for lane in shared if set(labels[lane]) != {lane})


def base_name(name: str, names: Collection[str]) -> str:
    """Return the lane that ``name (2)`` goes on with, where that is a lane too; otherwise the name itself."""
    numbered = _NUMBERED.fullmatch(name)
    return numbered[1] if numbered and numbered[1] in names else name


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, or ``name (2)``, ``name (3)``, ... if it is taken."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate
