"""Which predicted bouts are which true ones, by how much they overlap.

Overlap is temporal intersection over union (tIoU), within one label, subject and recording. Point events and bouts of
a few frames are compared as if they lasted ``LEAST`` seconds around their middle: a twitch of two frames that was found
two frames too late is found.

Two conventions, both one-to-one. F1@k (Farha & Gall, MS-TCN, CVPR 2019): in the order of time each predicted bout takes
the true bout that it overlaps most, if by at least k and if nobody has taken it. Average precision (ActivityNet
evaluation kit): see :mod:`ethonight.metrics.precision`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics.marked import Marked, Seconds

LEAST = 0.2
"""Seconds that the shortest bouts are widened to."""
THRESHOLDS = (0.10, 0.25, 0.50)
"""tIoU from which a bout counts as found."""
FOUND = 2
"""The place in THRESHOLDS of the overlap that "found" means in sentences, times and lists of errors."""
_NEARLY = 1e-9

Places = NDArray[np.intp]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Overlaps:
    """All M pairs of a true and a predicted bout that overlap."""

    true: Places
    """(M,) place of the true bout."""
    predicted: Places
    """(M,) place of the predicted bout, ascending."""
    share: Seconds
    """(M,) tIoU, above 0, at most 1."""


def overlaps(truth: Marked, predicted: Marked, least: float = LEAST) -> Overlaps:
    """Return the pairs of bouts that overlap; those shorter than ``least`` seconds are widened first."""
    return interval_overlaps(truth.widened(least), predicted.widened(least))


def interval_overlaps(truth: tuple[Seconds, Seconds], predicted: tuple[Seconds, Seconds]) -> Overlaps:
    """Return the pairs of intervals that overlap. Both sides: starts and ends (N,), each of them ascending."""
    first = np.searchsorted(truth[1], predicted[0], side="right")
    stop = np.searchsorted(truth[0], predicted[1], side="left")
    number = np.maximum(stop - first, 0)
    right = np.repeat(np.arange(len(number)), number)
    left = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
    shared = np.minimum(truth[1][left], predicted[1][right]) - np.maximum(truth[0][left], predicted[0][right])
    whole = np.maximum(truth[1][left], predicted[1][right]) - np.minimum(truth[0][left], predicted[0][right])
    return Overlaps(left, right, np.asarray(shared / np.maximum(whole, 1e-12)))


def matches(pairs: Overlaps, threshold: float) -> tuple[Places, Places]:
    """Return the places of true and of predicted bouts that belong together, by the convention of F1@k."""
    best = _best_of_each(pairs)
    good = best[pairs.share[best] >= threshold - _NEARLY]
    _, first = np.unique(pairs.true[good], return_index=True)
    kept = good[np.sort(first)]
    return pairs.true[kept], pairs.predicted[kept]


def counts(truth: Marked, predicted: Marked, least: float = LEAST) -> Counts:
    """Return int (K, 3): bouts found, false and missed, for each of the K THRESHOLDS."""
    pairs = overlaps(truth, predicted, least)
    return np.array([_count(truth, predicted, *matches(pairs, k)) for k in THRESHOLDS], dtype=np.int64)


def unmatched(marked: Marked, matched: Places) -> Places:
    """Return the places of the bouts that nothing matches; partial ones do not count."""
    alone = ~marked.partial
    alone[matched] = False
    return np.flatnonzero(alone)


def best_share(pairs: Overlaps, places: Places, number: int) -> Seconds:
    """Return the highest tIoU of each of ``number`` bouts; ``places`` is ``pairs.true`` or ``pairs.predicted``."""
    best = np.zeros(number)
    np.maximum.at(best, places, pairs.share)
    return best


def _count(truth: Marked, predicted: Marked, true: Places, found: Places) -> tuple[int, int, int]:
    return len(true), len(unmatched(predicted, found)), len(unmatched(truth, true))


def _best_of_each(pairs: Overlaps) -> Places:
    """Return the pair of each predicted bout with the highest tIoU; of equal ones, the earliest true bout's."""
    order = np.lexsort((pairs.true, -pairs.share, pairs.predicted))
    _, first = np.unique(pairs.predicted[order], return_index=True)
    return np.asarray(order[first], dtype=np.intp)
