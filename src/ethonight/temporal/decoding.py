"""Scores become bouts: a threshold with hysteresis, smoothing, short gaps filled, short bouts dropped.

Scores are float (T, C), 0 to 1; NaN means that nothing is known of the step (the subject was not seen), and no bout
reaches over it: :func:`without_lost` puts them there. Every label has a :class:`Decoding` of its own, because a twitch
of two steps and a minute of sleep want different care. Nothing is done in windows, so the last step counts like any
other.

Exclusive labels: the scores are shares, and what is missing to 1 is the share of "none". A label's threshold is then
held against its share of what it and "none" have together: at 0.5 it must beat "none". Of several labels that pass, the
one with the highest smoothed share has the step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout, in_order
from ethonight.annotations.frames import Mask, bouts_of, frames_of
from ethonight.frame_times import Edges

LOST = 0.5
"""Seconds: a subject that was out of sight for longer has no bout in that time."""
NEARLY = 1e-6
"""Seconds by which sums of times may be wrong."""

Scores = NDArray[np.float32]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Decoding:
    """How the scores of one label become bouts."""

    high: float = field(default=0.5, metadata={"least": 0.0, "most": 1.0})
    """A bout has at least one step with this smoothed score."""
    low: float = field(default=0.5, metadata={"least": 0.0, "most": 1.0})
    """A bout goes on as long as the smoothed score is at least this; not above ``high``."""
    smoothing: float = field(default=0.0, metadata={"least": 0.0, "most": 60.0})
    """Seconds over which scores are averaged; 0: not at all."""
    least_duration: float = field(default=0.0, metadata={"least": 0.0, "most": 3600.0})
    """Seconds; shorter bouts are dropped."""
    least_gap: float = field(default=0.0, metadata={"least": 0.0, "most": 3600.0})
    """Seconds; bouts with a shorter gap between them are one."""

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high <= 1):
            raise ValueError(f"thresholds must be 0 to 1, and low not above high: {self.low}, {self.high}")
        if not all(0 <= value < np.inf for value in (self.smoothing, self.least_duration, self.least_gap)):
            raise ValueError("smoothing, least duration and least gap are seconds, 0 or more")

    def with_threshold(self, threshold: float) -> Decoding:
        """Return the same with another high threshold; the low one keeps its share of it."""
        share = self.low / self.high if self.high else 1.0
        return replace(self, high=threshold, low=min(threshold, threshold * share))


def decode(
    scores: Scores,
    edges: Edges,
    labels: Sequence[str],
    decodings: Mapping[str, Decoding],
    exclusive: bool,
    subject: str = "",
) -> list[Bout]:
    """Return the bouts that the scores (T, C) say, sorted by time; a bout's score is the mean of its steps' scores.

    ``edges`` is (T + 1,) seconds. Raises ValueError for shapes that do not fit and a label without a decoding.
    """
    mask = decoded_mask(scores, edges, labels, decodings, exclusive)
    bouts: list[Bout] = []
    for column, label in enumerate(labels):
        for bout in bouts_of(mask[:, column], edges, label, subject):
            within = scores[frames_of(bout, edges), column].astype(np.float64)
            bouts.append(replace(bout, score=round(float(within.mean()), 6)))
    return in_order(bouts)


def decoded_mask(
    scores: Scores, edges: Edges, labels: Sequence[str], decodings: Mapping[str, Decoding], exclusive: bool
) -> Mask:
    """Return which labels are active in which steps: bool (T, C). See :func:`decode`."""
    if scores.shape != (len(edges) - 1, len(labels)):
        raise ValueError(f"scores of shape {scores.shape} for {len(edges) - 1} steps and {len(labels)} labels")
    if missing := [label for label in labels if label not in decodings]:
        raise ValueError(f"no decoding for {', '.join(missing)}")
    rivals = comparable(scores, exclusive)
    smooth, mask = np.zeros_like(rivals), np.zeros(rivals.shape, dtype=np.bool_)
    for column, label in enumerate(labels):
        smooth[:, column] = smoothed(rivals[:, column], edges, decodings[label].smoothing)
        mask[:, column] = filled(smooth[:, column], edges, decodings[label]) & ~np.isnan(rivals[:, column])
    if exclusive:
        mask = only_highest(mask, smooth)
    for column, label in enumerate(labels):
        mask[:, column] = without_short(mask[:, column], edges, decodings[label].least_duration)
    return mask


def comparable(scores: Scores, exclusive: bool) -> Numbers:
    """Return what thresholds are held against, (T, C): scores, or for exclusive labels each one's share with "none"."""
    wide = scores.astype(np.float64)
    if not exclusive or not wide.shape[1]:
        return wide
    none = np.clip(1.0 - wide.sum(axis=1, keepdims=True), 0.0, 1.0)
    return np.asarray(wide / np.maximum(wide + none, 1e-12))


def filled(smooth: Numbers, edges: Edges, decoding: Decoding) -> Mask:
    """Return the steps (T,) of one label's bouts, from smoothed scores, before the short ones are dropped."""
    return without_gaps(hysteresis(smooth, decoding.low, decoding.high), edges, decoding.least_gap)


def smoothed(scores: Numbers, edges: Edges, seconds: float) -> Numbers:
    """Return the mean of the scores (T,) over ``seconds`` around each step; shorter at the ends, 0 where NaN.

    The window is the odd number of median steps nearest to ``seconds``; steps that are NaN are left out of means.
    """
    known = ~np.isnan(scores)
    filled = np.where(known, scores, 0.0)
    reach = round((seconds / float(np.median(np.diff(edges))) - 1) / 2) if len(filled) else 0
    if reach < 1:
        return filled
    stop = np.minimum(np.arange(len(filled)) + reach + 1, len(filled))
    start = np.maximum(np.arange(len(filled)) - reach, 0)
    sums, counts = (np.concatenate([[0.0], np.cumsum(values)]) for values in (filled, known))
    means = (sums[stop] - sums[start]) / np.maximum(counts[stop] - counts[start], 1)
    return np.asarray(np.where(known, means, 0.0))


def hysteresis(scores: Numbers, low: float, high: float) -> Mask:
    """Return the runs of scores (T,) of at least ``low`` that reach ``high`` somewhere. Scores of 0 are never in."""
    starts, stops = runs((scores >= low) & (scores > 0))
    peaks = np.concatenate([[0], np.cumsum((scores >= high) & (scores > 0))])
    keep = peaks[stops] > peaks[starts]
    return from_runs(starts[keep], stops[keep], len(scores))


def without_gaps(mask: Mask, edges: Edges, least_gap: float) -> Mask:
    """Return the mask (T,) with gaps between two runs filled that are shorter than ``least_gap`` seconds."""
    starts, stops = runs(mask)
    if len(starts) < 2 or least_gap <= 0:
        return mask
    wide = edges[starts[1:]] - edges[stops[:-1]] >= least_gap - NEARLY
    return from_runs(starts[np.append(True, wide)], stops[np.append(wide, True)], len(mask))


def without_short(mask: Mask, edges: Edges, least_duration: float) -> Mask:
    """Return the mask (T,) without runs shorter than ``least_duration`` seconds."""
    starts, stops = runs(mask)
    keep = edges[stops] - edges[starts] >= least_duration - NEARLY
    return from_runs(starts[keep], stops[keep], len(mask))


def only_highest(mask: Mask, scores: Numbers) -> Mask:
    """Return the mask (T, C) with at most one label in each step: of those that are active, the highest score's."""
    if not mask.shape[1]:
        return mask
    rivals = np.where(mask, scores, -1.0)
    winner = np.arange(mask.shape[1]) == rivals.argmax(axis=1)[:, None]
    return np.asarray(mask & winner)


def without_lost(scores: Scores, found: Mask, edges: Edges, longest: float = LOST) -> Scores:
    """Return the scores (T, C) with NaN where the subject was out of sight for more than ``longest`` seconds."""
    lost = without_short(~found, edges, longest + 2 * NEARLY)
    return np.where(lost[:, None], np.float32(np.nan), scores).astype(np.float32)


def runs(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the runs of true steps in ``mask`` (T,) start, and where they stop (exclusive)."""
    changes = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return changes[::2], changes[1::2]


def from_runs(starts: NDArray[np.intp], stops: NDArray[np.intp], length: int) -> Mask:
    """Return the mask (T,) with these runs; they do not overlap or touch."""
    marks = np.zeros(length + 1, dtype=np.int8)
    marks[starts] = 1
    marks[stops] = -1
    return np.asarray(np.cumsum(marks[:-1], dtype=np.int8) > 0)
