"""The numbers that go into a paper: how many bouts, how long, how soon; and how far the model's are from a person's.

Conventions. By recording (video and subject) and label, in the watched time: the number of bouts, their total and mean
duration in seconds, and the latency: seconds of watched time before the first bout. There is no mean duration and no
latency without a bout. Agreement is over the recordings in which both sides have the number: Bland-Altman bias (mean of
predicted minus true) and limits (1.96 standard deviations, n - 1, to both sides; from two recordings on), Lin's
concordance correlation (with variances over n) and Pearson's correlation (None where one side does not vary).

References: Bland & Altman, Lancet 1986; Lin, Biometrics 1989.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.marked import Marked, compared, watched_time
from ethonight.metrics.ratios import Numbers, plain

QUANTITIES = ("bouts", "seconds", "mean_seconds", "latency")


def totals_metrics(recordings: Sequence[Evaluated], labels: Sequence[str]) -> dict[str, Any]:
    """Return the ``totals`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    rows = [row for recording in recordings for row in _rows(recording, labels)]
    return {"recordings": rows, "agreement": {label: _agreement_of_label(rows, label) for label in labels}}


def totals(marked: Marked, watched: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Return the quantities of the bouts of one label; ``watched`` are the stretches of time that were watched."""
    number = int((~marked.partial).sum())
    seconds = float(marked.durations.sum())
    return {
        "bouts": number,
        "seconds": seconds,
        "mean_seconds": seconds / number if number else None,
        "latency": _latency(float(marked.starts[0]), watched) if len(marked) else None,
    }


def agreement(truth: Numbers, predicted: Numbers) -> dict[str, Any]:
    """Return how well two columns of numbers (N,) agree; NaN on either side leaves a recording out."""
    both = ~(np.isnan(truth) | np.isnan(predicted))
    truth, predicted = truth[both], predicted[both]
    difference = predicted - truth
    bias = difference.mean() if len(truth) else np.nan
    reach = 1.96 * difference.std(ddof=1) if len(truth) > 1 else np.nan
    numbers = {"bias": bias, "low": bias - reach, "high": bias + reach}
    return plain({"recordings": len(truth), **numbers, **_correlations(truth, predicted)})  # type: ignore[no-any-return]


def _correlations(truth: Numbers, predicted: Numbers) -> dict[str, float]:
    if len(truth) < 2:
        return {"concordance": np.nan, "pearson": np.nan}
    shared = float(((truth - truth.mean()) * (predicted - predicted.mean())).mean())
    apart = float(truth.var() + predicted.var() + (truth.mean() - predicted.mean()) ** 2)
    together = float(truth.std() * predicted.std())
    pearson = shared / together if together > 1e-12 else np.nan
    return {"concordance": 2 * shared / apart if apart > 1e-12 else np.nan, "pearson": pearson}


def _latency(onset: float, watched: Sequence[tuple[float, float]]) -> float:
    return sum(max(0.0, min(end, onset) - start) for start, end in watched)


def _rows(recording: Evaluated, labels: Sequence[str]) -> list[dict[str, Any]]:
    sides = compared(recording, labels)
    watched = watched_time(recording.edges, recording.scored)
    return [
        {
            "video": recording.video,
            "subject": recording.subject,
            "label": label,
            "truth": totals(sides.truth[place], watched),
            "predicted": totals(sides.predicted[place], watched),
        }
        for place, label in enumerate(labels)
    ]


def _agreement_of_label(rows: Sequence[dict[str, Any]], label: str) -> dict[str, Any]:
    own = [row for row in rows if row["label"] == label]
    return {
        quantity: agreement(*(np.array([row[side][quantity] for row in own], dtype=float) for side in SIDES))
        for quantity in QUANTITIES
    }


SIDES = ("truth", "predicted")
