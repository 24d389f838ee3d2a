"""How sure the numbers are, given that other videos could have been chosen.

Conventions. Whole units are drawn with replacement: groups (animal, cage, day) where the recordings have them, else
videos; a video without a group among others that have one is a group of its own. All subjects of a video stay
together, because they are not independent. Intervals are the 2.5th and 97.5th
percentile of the numbers over the resamples. With fewer than two units there is no interval. Counts of each unit are
made once, and every resample is a weighted sum of them. The seed is fixed: the same recordings give the same
intervals.

References: Efron & Tibshirani, An Introduction to the Bootstrap, 1993 (percentile intervals, cluster resampling).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics import bouts, frames
from ethonight.metrics.edit import edit_score
from ethonight.metrics.evaluated import Evaluated, validate
from ethonight.metrics.marked import Compared, compared
from ethonight.metrics.ratios import Numbers, mean, ratios, share

RESAMPLES = 1000
_LEVELS = (2.5, 97.5)
_NAMES = ("precision", "recall", "f1")


@dataclass(frozen=True, eq=False)
class Drawn:
    """R resamples of N recordings."""

    weights: NDArray[np.int64]
    """(R, N) how often each recording is in each resample."""
    unit: str
    """What was drawn: "group" or "video"."""
    units: int
    """How many of them there are."""

    def sums(self, per_recording: NDArray[Any]) -> Numbers:
        """Return the sums over recordings (R, ...) of (N, ...), for each resample."""
        return np.asarray(np.tensordot(self.weights.astype(np.float64), per_recording.astype(np.float64), axes=1))

    def interval(self, statistic: Numbers) -> list[float] | None:
        """Return the 95 % interval of a number over the resamples (R,); None where it mostly does not exist."""
        known = statistic[~np.isnan(statistic)]
        if self.units < 2 or len(known) < max(2, len(statistic) / 2):
            return None
        return [float(value) for value in np.percentile(known, _LEVELS)]


def uncertainty_metrics(
    recordings: Sequence[Evaluated], labels: Sequence[str], resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Any]:
    """Return the ``uncertainty`` of :mod:`ethonight.metrics.summary`. Raises ValueError for malformed recordings."""
    validate(recordings, labels)
    drawn = draw(recordings, resamples, seed)
    return {
        "unit": drawn.unit,
        "units": drawn.units,
        "resamples": resamples,
        "frames": _frames(recordings, labels, drawn),
        "bouts": _bouts([compared(recording, labels) for recording in recordings], labels, drawn),
    }


def draw(recordings: Sequence[Evaluated], resamples: int = RESAMPLES, seed: int = 0) -> Drawn:
    """Draw groups, where any recording has one, else videos."""
    grouped = any(recording.group for recording in recordings)
    names = [(bool(recording.group), recording.group or recording.video) for recording in recordings]
    place = {name: number for number, name in enumerate(dict.fromkeys(names))}
    chances = np.full(len(place), 1.0 / len(place))
    times = np.random.default_rng(seed).multinomial(len(place), chances, size=resamples)
    return Drawn(times[:, [place[name] for name in names]], "group" if grouped else "video", len(place))


def _frames(recordings: Sequence[Evaluated], labels: Sequence[str], drawn: Drawn) -> dict[str, Any]:
    sums = drawn.sums(np.array([frames.counts(recording)[:, :3] for recording in recordings]))  # (R, C + 1, 3)
    each = ratios(sums[:, :-1])

    def named(three: Sequence[Numbers]) -> dict[str, Any]:
        return {name: drawn.interval(values) for name, values in zip(_NAMES, three, strict=True)}

    return {
        "classes": {label: named([values[:, c] for values in each]) for c, label in enumerate(labels)},
        "macro": named(frames.macro(sums[:, :-1])),
        "macro_with_none": named(frames.macro(sums)),
        "micro": named(ratios(sums[:, :-1].sum(axis=1))),
    }


def _bouts(sides: Sequence[Compared], labels: Sequence[str], drawn: Drawn) -> dict[str, Any]:
    sums = drawn.sums(np.array([bouts.counts(side) for side in sides]))  # (R, C, K, 3)
    each = ratios(sums)
    edits = np.array([edit_score(side) for side in sides])

    def named(three: Sequence[Numbers]) -> dict[str, Any]:
        return {
            name: {key: drawn.interval(values[:, k]) for k, key in enumerate(bouts.KEYS)}
            for name, values in zip(_NAMES, three, strict=True)
        }

    return {
        "classes": {label: named([values[:, c] for values in each]) for c, label in enumerate(labels)},
        "macro": named([mean(values, axis=1) for values in each]),
        "micro": named(ratios(sums.sum(axis=1))),
        "edit": drawn.interval(share(drawn.sums(np.nan_to_num(edits)), drawn.sums(~np.isnan(edits)))),
    }
