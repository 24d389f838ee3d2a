"""Do scores mean what they say: of the steps with a score of 0.8, are 80 % true?

Conventions. Steps that were watched, every label a yes or no of its own, ten bins of equal width; a score of exactly
1 is in the last one. The expected calibration error (ECE) is the mean over bins, weighted by their steps, of the
distance between the mean score and the share of true steps.

References: Naeini et al., AAAI 2015; Guo et al., ICML 2017.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.ratios import Numbers, plain, share

BINS = 10


def calibration_metrics(recordings: Sequence[Evaluated], labels: Sequence[str]) -> dict[str, Any]:
    """Return the ``calibration`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    table = np.sum([bins(recording) for recording in recordings], axis=0)
    return {"classes": {label: _curve(table[c]) for c, label in enumerate(labels)}, "all": _curve(table.sum(axis=0))}


def bins(recording: Evaluated) -> Numbers:
    """Return (C, BINS, 3): number of steps, sum of their scores, number of true ones."""
    scores = np.clip(np.nan_to_num(recording.scores[recording.scored]).astype(np.float64), 0.0, 1.0)
    truth = recording.truth[recording.scored]
    place = np.minimum((scores * BINS).astype(np.intp), BINS - 1)
    place += np.arange(scores.shape[1]) * BINS
    weights = (None, scores.ravel(), truth.ravel())
    length = scores.shape[1] * BINS
    sums = [np.bincount(place.ravel(), weight, minlength=length).astype(np.float64) for weight in weights]
    return np.stack(sums, axis=-1).reshape(scores.shape[1], BINS, 3)


def expected_error(table: Numbers) -> float:
    """Return the ECE of bins (BINS, 3); NaN without steps."""
    steps = table[:, 0].sum()
    return float(np.abs(table[:, 1] - table[:, 2]).sum() / steps) if steps else float("nan")


def _curve(table: Numbers) -> dict[str, Any]:
    score, frequency = share(table[:, 1], table[:, 0]), share(table[:, 2], table[:, 0])
    curve = [
        {
            "low": place / BINS,
            "high": (place + 1) / BINS,
            "steps": int(table[place, 0]),
            "score": plain(score[place]),
            "frequency": plain(frequency[place]),
        }
        for place in range(BINS)
    ]
    return {"ece": plain(expected_error(table)), "bins": curve}
