"""Edit score: are the bouts there in the right order, whatever their borders?

Conventions. The labels of a recording's bouts in the order of their starts (equal ones: of their ends, then of the
labels), without the time between them, are compared by Levenshtein's distance: score = 1 - distance / length of the
longer one. Parts of bouts that were mostly not watched are left out. A recording in which there is no bout on either
side says nothing (NaN). The score of several recordings is their mean.

References: Lea et al., Temporal convolutional networks for action segmentation and detection, CVPR 2017.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ethonight.metrics.marked import Compared, Marked


def edit_score(recording: Compared) -> float:
    """Return the edit score of one recording, 0 to 1."""
    truth, predicted = in_sequence(recording.truth), in_sequence(recording.predicted)
    longer = max(len(truth), len(predicted))
    return 1.0 - distance(truth, predicted) / longer if longer else float("nan")


def in_sequence(sides: Sequence[Marked]) -> list[int]:
    """Return the class of every bout, in the order of time."""
    rows = [
        (start, end, place)
        for place, marked in enumerate(sides)
        for start, end, partial in zip(marked.starts, marked.ends, marked.partial, strict=True)
        if not partial
    ]
    return [place for _, _, place in sorted(rows)]


def distance(first: Sequence[int], second: Sequence[int]) -> int:
    """Return how many insertions, deletions and replacements make one sequence of the other (Levenshtein)."""
    target = np.asarray(second, dtype=np.int64)
    steps = np.arange(len(target) + 1)
    row = steps
    for place, item in enumerate(first, start=1):
        kept = np.minimum(row[1:] + 1, row[:-1] + (target != item))
        row = np.minimum.accumulate(np.append(place, kept) - steps) + steps
    return int(row[-1])
