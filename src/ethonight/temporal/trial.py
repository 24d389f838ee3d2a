"""Trying one decoding after another on the validation recordings of one label, fast.

All recordings stand one after another, a closed step between each two, far apart in time: no bout and no gap reaches
from one into the next. A pass over the steps is made once for each smoothing and low threshold; all else is done on
runs. What is not open (not watched, unknown, or another label's) is cut out before bouts are joined, not after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.frames import Mask
from ethonight.frame_times import Edges
from ethonight.metrics.marked import Marked
from ethonight.metrics.matching import FOUND, THRESHOLDS, matches, overlaps
from ethonight.temporal.decoding import NEARLY, Decoding, Numbers, runs, smoothed

_APART = 1e5
"""Seconds between two recordings."""

One = tuple[Numbers, Mask, Mask, Edges]
"""Of one label and recording: what thresholds are held against (T,), truth (T,), open (T,), edges (T + 1,)."""
Runs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Starts and stops (exclusive) of runs of steps."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One label on all validation recordings: N steps, of all recordings and one between each two of them."""

    parts: tuple[One, ...]
    edges: Edges
    """(N + 1,) seconds."""
    open: Mask
    """(N,) which steps count and can have the label."""
    closed_before: NDArray[np.int64]
    """(N + 1,) how many steps before this one are not open."""
    true_before: NDArray[np.int64]
    """(N + 1,) how many steps before this one are true."""
    truth: Marked
    short: float
    """Seconds that the short ones of the true bouts last."""
    short_gap: float
    """Seconds that the short ones of the times between them last."""
    _smooth: dict[float, Numbers] = field(default_factory=dict)
    _runs: dict[tuple[float, float], tuple[Runs, Numbers]] = field(default_factory=dict)
    _values: dict[Decoding, float] = field(default_factory=dict)

    @property
    def bouts(self) -> int:
        """How many true bouts there are."""
        return len(self.truth)

    def value(self, decoding: Decoding) -> float:
        """Return the mean of frame F1 and bout F1@50, 0 to 1."""
        if decoding not in self._values:
            starts, stops = self.decoded(decoding)
            self._values[decoding] = (self._frame_f1(starts, stops) + self._bout_f1(starts, stops)) / 2
        return self._values[decoding]

    def decoded(self, decoding: Decoding) -> Runs:
        """Return the runs of steps of the decoded bouts."""
        (starts, stops), peaks = self._above(decoding.smoothing, decoding.low)
        high = peaks >= decoding.high
        starts, stops = starts[high], stops[high]
        gaps = self.edges[starts[1:]] - self.edges[stops[:-1]]
        between = self.closed_before[starts[1:]] - self.closed_before[stops[:-1]]
        apart = (gaps >= decoding.least_gap - NEARLY) | (between > 0)
        if len(starts):
            starts, stops = starts[np.append(True, apart)], stops[np.append(apart, True)]
        long = self.edges[stops] - self.edges[starts] >= decoding.least_duration - NEARLY
        return starts[long], stops[long]

    def _above(self, smoothing: float, low: float) -> tuple[Runs, Numbers]:
        """Return the runs of scores of at least ``low``, and the highest score in each."""
        if (smoothing, low) not in self._runs:
            scores = self._smoothed(smoothing)
            starts, stops = runs((scores >= low) & self.open)
            both = np.stack([starts, stops], axis=1).ravel()
            peaks = np.maximum.reduceat(np.append(scores, 0.0), both)[::2] if len(both) else np.zeros(0)
            self._runs[smoothing, low] = (starts, stops), peaks
        return self._runs[smoothing, low]

    def _smoothed(self, seconds: float) -> Numbers:
        if seconds not in self._smooth:
            self._smooth[seconds] = _chain(
                [smoothed(scores, edges, seconds) for scores, _, _, edges in self.parts], 0.0
            )
        return self._smooth[seconds]

    def _frame_f1(self, starts: NDArray[np.intp], stops: NDArray[np.intp]) -> float:
        closed = (self.closed_before[stops] - self.closed_before[starts]).sum()
        both = int((stops - starts).sum() - closed + self.true_before[-1])
        return 2 * int((self.true_before[stops] - self.true_before[starts]).sum()) / both if both else 0.0

    def _bout_f1(self, starts: NDArray[np.intp], stops: NDArray[np.intp]) -> float:
        predicted = _marked((starts, stops), self.edges)
        found, _ = matches(overlaps(self.truth, predicted), THRESHOLDS[FOUND])
        both = len(self.truth) + len(predicted)
        return 2 * len(found) / both if both else 0.0


def joined(parts: Sequence[One], taken: Sequence[Mask] | None = None) -> Trial:
    """Return the trial of one label.

    ``parts`` have as open what was watched; ``taken``: for each recording, the steps (T,) that another label has.
    """
    watched = _chain([watched for _, _, watched, _ in parts], False)
    known = _chain([~np.isnan(scores) for scores, _, _, _ in parts], False)
    free = ~_chain(taken, False) if taken else np.True_
    edges = _chain_edges([edges for _, _, _, edges in parts])
    true = _chain([truth & watched for _, truth, watched, _ in parts], False)
    truth = _marked(runs(true), edges)
    between = truth.starts[1:] - truth.ends[:-1]
    return Trial(
        parts=tuple(parts),
        edges=edges,
        open=watched & known & free,
        closed_before=_before(~(watched & known & free)),
        true_before=_before(true),
        truth=truth,
        short=_low(truth.durations),
        short_gap=_low(between[between < _APART / 2]),
    )


def bout_lengths(masks: Sequence[tuple[Mask, Edges]]) -> float:
    """Return the seconds that a short but usual run of true steps lasts, over several recordings; 0 without any."""
    return _low(np.concatenate([_marked(runs(mask), edges).durations for mask, edges in masks] or [np.zeros(0)]))


def _low(seconds: NDArray[np.float64]) -> float:
    return float(np.percentile(seconds, 10)) if len(seconds) else 0.0


def _marked(found: Runs, edges: Edges) -> Marked:
    starts, stops = found
    return Marked(edges[starts], edges[stops], np.zeros(len(starts)), np.zeros(len(starts), dtype=np.bool_))


def _before(mask: Mask) -> NDArray[np.int64]:
    return np.append(0, np.cumsum(mask)).astype(np.int64)


def _chain(arrays: Sequence[NDArray[Any]], between: object) -> NDArray[Any]:
    gap = np.array([between], dtype=arrays[0].dtype)
    return np.concatenate([piece for array in arrays for piece in (array, gap)][:-1])


def _chain_edges(edges: Sequence[Edges]) -> Edges:
    offset, moved = 0.0, []
    for own in edges:
        moved.append(own - own[0] + offset)
        offset = float(moved[-1][-1]) + _APART
    return np.concatenate(moved)
