"""The worst mistakes, for a person to look at.

Conventions. False positives are predicted bouts, false negatives true ones, that match nothing with a tIoU of at least
0.5. Worse is longer, more certain (false positives: the bout's score) and less overlapping with anything on the other
side. A bout with a score of None counts as certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.frames import frames_between
from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.marked import Marked, compared
from ethonight.metrics.matching import FOUND, LEAST, THRESHOLDS, best_share, matches, overlaps, unmatched
from ethonight.metrics.ratios import Numbers, plain

MOST = 20


def mistakes(recordings: Sequence[Evaluated], labels: Sequence[str], most: int = MOST) -> dict[str, Any]:
    """Return the ``errors`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    false: list[tuple[float, dict[str, Any]]] = []
    missed: list[tuple[float, dict[str, Any]]] = []
    for recording in recordings:
        sides = compared(recording, labels)
        for place, label in enumerate(labels):
            truth, predicted = sides.truth[place], sides.predicted[place]
            head = {"video": recording.video, "subject": recording.subject, "label": label}
            more_false, more_missed = _of_label(truth, predicted, recording, place)
            false += [(badness, head | row) for badness, row in more_false]
            missed += [(badness, head | row) for badness, row in more_missed]
    return {"false_positives": _worst(false, most), "false_negatives": _worst(missed, most)}


_Rows = list[tuple[float, dict[str, Any]]]


def _of_label(truth: Marked, predicted: Marked, recording: Evaluated, place: int) -> tuple[_Rows, _Rows]:
    pairs = overlaps(truth, predicted)
    true, found = matches(pairs, THRESHOLDS[FOUND])
    certainty = np.where(np.isnan(predicted.scores), 1.0, predicted.scores)
    false = _rows(predicted, unmatched(predicted, found), certainty, best_share(pairs, pairs.predicted, len(predicted)))
    peaks = np.array([_peak(recording, place, bout) for bout in zip(truth.starts, truth.ends, strict=True)])
    missed = _rows(truth, unmatched(truth, true), peaks, best_share(pairs, pairs.true, len(truth)))
    lengths = [max(row["end"] - row["start"], LEAST) * (1 - row["overlap"]) for row in (*false, *missed)]
    weights = [row["score"] for row in false] + [1.0] * len(missed)
    ranked = [(length * weight, row) for length, weight, row in zip(lengths, weights, (*false, *missed), strict=True)]
    return ranked[: len(false)], ranked[len(false) :]


def _rows(marked: Marked, places: NDArray[np.intp], scores: Numbers, shares: Numbers) -> list[dict[str, Any]]:
    return [
        plain({"start": marked.starts[n], "end": marked.ends[n], "score": scores[n], "overlap": shares[n]})
        for n in places.tolist()
    ]


def _peak(recording: Evaluated, place: int, bout: tuple[float, float]) -> float:
    """Return the highest score of a label within a bout; a point event has its step's."""
    within = frames_between(bout, recording.edges)
    first = min(within.start, len(recording.edges) - 2)
    scores = recording.scores[first : max(within.stop, first + 1), place]
    return float(np.nan_to_num(scores).max())


def _worst(rows: _Rows, most: int) -> list[dict[str, Any]]:
    return [row for _, row in sorted(rows, key=lambda ranked: -ranked[0])[:most]]
