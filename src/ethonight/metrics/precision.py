"""Average precision of bouts: are the certain ones right?

Conventions, those of the ActivityNet evaluation kit and of THUMOS'14 in its use of today: the predicted bouts of one
label in all recordings, the most certain first, each take the true bout of their recording that they overlap most,
among those that nobody has taken and that they overlap by at least the threshold; without one they are false. The
average precision is the area under precision (made falling from right to left) over recall. mAP is the mean over the
labels that have true bouts; "0.3:0.7" the mean of mAP over tIoU 0.3, 0.4 ... 0.7.

Of equal certainty, the earlier recording and the earlier bout comes first. Partial bouts as in
:mod:`ethonight.metrics.marked`.

References: Caba Heilbron et al., ActivityNet, CVPR 2015; Idrees et al., THUMOS, CVIU 2017.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics.marked import Marked
from ethonight.metrics.matching import LEAST, Overlaps, overlaps
from ethonight.metrics.ratios import Numbers

OVERLAPS = tuple(round(0.1 * place, 1) for place in range(1, 10))
"""tIoU 0.1, 0.2 ... 0.9."""
_NEARLY = 1e-9

Sides = Sequence[tuple[Marked, Marked]]
"""Of one label: true and predicted bouts, for each recording."""


def average_precisions(sides: Sides, thresholds: Sequence[float] = OVERLAPS, least: float = LEAST) -> Numbers:
    """Return the average precision of one label at each tIoU of ``thresholds``; NaN where there is no true bout.

    Raises ValueError for a predicted bout without a score.
    """
    scores = np.concatenate([predicted.scores for _, predicted in sides]) if sides else np.zeros(0)
    if np.isnan(scores).any():
        raise ValueError("a predicted bout without a score cannot be sorted by its certainty")
    pairs = [overlaps(truth, predicted, least) for truth, predicted in sides]
    order = np.argsort(-scores, kind="stable")
    return np.array([_average_precision(sides, pairs, order, threshold) for threshold in thresholds])


def area(right: NDArray[np.bool_], positives: int) -> float:
    """Return the area under the falling precision over recall, for predictions that are right or not, best first."""
    if not positives:
        return float("nan")
    found = np.cumsum(right)
    precision = found / np.arange(1, len(right) + 1)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float(falling[right].sum() / positives)


def _average_precision(sides: Sides, pairs: Sequence[Overlaps], order: NDArray[np.intp], threshold: float) -> float:
    hits, partial = [], []
    positives = 0
    for (truth, predicted), found in zip(sides, pairs, strict=True):
        taken_by = _greedy(found, predicted, len(truth), threshold)
        matched = np.isin(np.arange(len(predicted)), taken_by)
        hits.append(matched)
        partial.append(predicted.partial & ~matched)
        positives += int(((~truth.partial) | (taken_by >= 0)).sum())
    if not positives:
        return float("nan")
    counted = ~np.concatenate(partial)[order]
    return area(np.concatenate(hits)[order][counted], positives)


def _greedy(pairs: Overlaps, predicted: Marked, number: int, threshold: float) -> NDArray[np.intp]:
    """Return which predicted bout took each of the ``number`` true ones; -1 for none."""
    taken_by = np.full(number, -1, dtype=np.intp)
    good = np.flatnonzero(pairs.share >= threshold - _NEARLY)
    order = good[np.lexsort((-pairs.share[good], pairs.predicted[good], -predicted.scores[pairs.predicted[good]]))]
    served: set[int] = set()
    for true, bout in zip(pairs.true[order].tolist(), pairs.predicted[order].tolist(), strict=True):
        if taken_by[true] < 0 and bout not in served:
            taken_by[true] = bout
            served.add(bout)
    return taken_by
