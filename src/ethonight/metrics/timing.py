"""How far off the borders of bouts are, in seconds.

Conventions. Of the bouts that were found with a tIoU of at least 0.5: predicted minus true onset, and predicted minus
true offset; positive is too late. Borders at the border of watched time are left out: nobody saw where they are.
``mad`` is the median absolute deviation from the median, not scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.marked import Compared, Marked, compared, watched_time
from ethonight.metrics.matching import FOUND, THRESHOLDS, matches, overlaps
from ethonight.metrics.ratios import Numbers, plain

PERCENTILES = (50, 90, 95)
_NEARLY = 1e-6


def timing_metrics(recordings: Sequence[Evaluated], labels: Sequence[str]) -> dict[str, Any]:
    """Return the ``timing`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    sides = [compared(recording, labels) for recording in recordings]
    borders = [_borders(recording) for recording in recordings]
    each = [_errors_of_label(sides, borders, place) for place in range(len(labels))]
    together = tuple(np.concatenate(parts) for parts in zip(*each, strict=True))
    return {"classes": {label: _both(*each[c]) for c, label in enumerate(labels)}, "all": _both(*together)}


def errors(truth: Marked, predicted: Marked, borders: Numbers) -> tuple[Numbers, Numbers]:
    """Return the errors of the onsets and of the offsets of the bouts that were found, in seconds.

    ``borders`` are the times at which watching began or ended.
    """
    true, found = matches(overlaps(truth, predicted), THRESHOLDS[FOUND])
    onsets = _seen(truth.starts[true], predicted.starts[found], borders)
    return onsets, _seen(truth.ends[true], predicted.ends[found], borders)


def spread(values: Numbers) -> dict[str, Any]:
    """Return median, MAD and percentiles of the absolute values; None for each where there is no value."""
    if not len(values):
        return {"bouts": 0, "median": None, "mad": None} | {f"absolute_{p}": None for p in PERCENTILES}
    median = float(np.median(values))
    absolute = np.percentile(np.abs(values), PERCENTILES).tolist()
    named = {f"absolute_{p}": value for p, value in zip(PERCENTILES, absolute, strict=True)}
    return {"bouts": len(values), "median": median, "mad": float(np.median(np.abs(values - median))), **named}


def _seen(true: Numbers, predicted: Numbers, borders: Numbers) -> Numbers:
    return (predicted - true)[~(_at(true, borders) | _at(predicted, borders))]


def _at(times: Numbers, borders: Numbers) -> NDArray[np.bool_]:
    return np.asarray((np.abs(times[:, None] - borders) < _NEARLY).any(axis=1))


def _borders(recording: Evaluated) -> Numbers:
    return np.array(watched_time(recording.edges, recording.scored), dtype=np.float64).ravel()


def _errors_of_label(sides: Sequence[Compared], borders: Sequence[Numbers], place: int) -> tuple[Numbers, Numbers]:
    pairs = zip(sides, borders, strict=True)
    found = [errors(side.truth[place], side.predicted[place], border) for side, border in pairs]
    return np.concatenate([onset for onset, _ in found]), np.concatenate([offset for _, offset in found])


def _both(onsets: Numbers, offsets: Numbers) -> dict[str, Any]:
    return {"onset": plain(spread(onsets)), "offset": plain(spread(offsets))}
