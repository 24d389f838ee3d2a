"""Places of a subject over time where it was not always seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONGEST_GAP = 0.5
"""Seconds over which a subject is taken to have gone straight."""


def gap_steps(rate: float) -> int:
    """Return how many steps the longest bridged gap has."""
    return max(1, round(LONGEST_GAP * rate))


def bridged(places: NDArray[np.float64], found: NDArray[np.bool_], most: int) -> NDArray[np.float64]:
    """Return places (n, 2) with each gap of at most ``most`` steps between two seen places replaced by a line.

    Depends on no more than ``most + 1`` steps before and after each place.
    """
    seen = np.flatnonzero(found)
    if len(seen) < 2:
        return places
    steps = np.arange(len(places))
    right = np.searchsorted(seen, steps)
    inside = ~found & (right > 0) & (right < len(seen))
    left_seen, right_seen = seen[np.maximum(right - 1, 0)], seen[np.minimum(right, len(seen) - 1)]
    bridge = inside & (right_seen - left_seen - 1 <= most)
    share = ((steps - left_seen) / np.maximum(right_seen - left_seen, 1))[:, None]
    line = places[left_seen] * (1 - share) + places[right_seen] * share
    return np.where(bridge[:, None], line, places)
