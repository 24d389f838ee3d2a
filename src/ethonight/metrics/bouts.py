"""How well whole bouts are found.

Conventions. Bouts are compared within one label, subject and recording, in the watched time only (see
:mod:`ethonight.metrics.marked`); which belong together is told in :mod:`ethonight.metrics.matching` and, for average
precision, :mod:`ethonight.metrics.precision`. Counts of all recordings are pooled. Macro averages leave out labels that
are neither true nor predicted anywhere; micro pools the labels too, as F1@k of the literature does.

The shortest bouts are compared as if they lasted ``least`` seconds. ``strict`` has the same numbers without that: every
bout as long as it is, as the literature has it. A point event lasts no time, so that strictly none is ever found.

References: Farha & Gall, MS-TCN, CVPR 2019 (F1@k); Lea et al., CVPR 2017 (edit score); Caba Heilbron et al., CVPR 2015
(mAP).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics import matching, precision
from ethonight.metrics.edit import edit_score
from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.marked import Compared, compared
from ethonight.metrics.ratios import Numbers, mean, plain, ratios

KEYS = ("10", "25", "50")
"""Overlaps in percent, as keys."""


def counts(recording: Compared, least: float = matching.LEAST) -> NDArray[np.int64]:
    """Return int (C, K, 3): bouts found, false, missed, by label and threshold."""
    sides = zip(recording.truth, recording.predicted, strict=True)
    return np.array([matching.counts(truth, predicted, least) for truth, predicted in sides], dtype=np.int64)


def bout_metrics(
    recordings: Sequence[Evaluated], labels: Sequence[str], least: float = matching.LEAST
) -> dict[str, Any]:
    """Return the ``bouts`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    sides = [compared(recording, labels) for recording in recordings]
    table = np.sum([counts(recording, least) for recording in sides], axis=0)
    average = np.array([precision.average_precisions(of_label(sides, c), least=least) for c in range(len(labels))])
    over = mean(average, axis=0)
    return {
        "classes": {label: _of_class(sides, c, table[c], average[c]) for c, label in enumerate(labels)},
        "macro": named(tuple(mean(values, axis=0) for values in ratios(table))),
        "micro": named(ratios(table.sum(axis=0))),
        "edit": plain(mean(np.array([edit_score(recording) for recording in sides]))),
        "map_30_70": plain(over[2:7].mean()),
        "map_10_90": plain(over.mean()),
        "map": _by_overlap(over),
        "least_seconds": least,
        "strict": _strict(sides, labels),
    }


def _strict(sides: Sequence[Compared], labels: Sequence[str]) -> dict[str, Any]:
    """Return the same for bouts that are as long as they are."""
    table = np.sum([counts(recording, 0.0) for recording in sides], axis=0)
    average = np.array([precision.average_precisions(of_label(sides, c), least=0.0) for c in range(len(labels))])
    return {
        "classes": {label: named(ratios(table[c])) for c, label in enumerate(labels)},
        "macro": named(tuple(mean(values, axis=0) for values in ratios(table))),
        "micro": named(ratios(table.sum(axis=0))),
        "map_30_70": plain(mean(average, axis=0)[2:7].mean()),
    }


def of_label(sides: Sequence[Compared], place: int) -> precision.Sides:
    """Return true and predicted bouts of one label, for each recording."""
    return [(recording.truth[place], recording.predicted[place]) for recording in sides]


def named(three: tuple[Numbers, ...]) -> dict[str, Any]:
    """Return precision, recall and F1, each (K,), by name and overlap."""
    names = ("precision", "recall", "f1")
    return {name: dict(zip(KEYS, plain(values), strict=True)) for name, values in zip(names, three, strict=True)}


def _of_class(sides: Sequence[Compared], place: int, table: NDArray[np.int64], average: Numbers) -> dict[str, Any]:
    both = of_label(sides, place)
    return {
        "truth": int(sum((~truth.partial).sum() for truth, _ in both)),
        "predicted": int(sum((~predicted.partial).sum() for _, predicted in both)),
        "found": dict(zip(KEYS, table[:, 0].tolist(), strict=True)),
        **named(ratios(table)),
        "average_precision": _by_overlap(average),
    }


def _by_overlap(values: Numbers) -> dict[str, Any]:
    return {f"{overlap:.2f}": plain(value) for overlap, value in zip(precision.OVERLAPS, values, strict=True)}
