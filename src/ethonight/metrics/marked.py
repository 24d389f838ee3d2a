"""The bouts of one label in the time that was watched, ready to be compared.

Conventions. Bouts of one label and recording that overlap or touch are one. What lies outside the watched time does not
count: bouts are clipped to it. A bout that was cut counts once, with its longest part, and only when at least half of
it was watched; its other parts are ``partial``: they may be found or explain a prediction, but when nothing matches
them they are neither missed nor false. A point event counts where the step that shows it was watched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout, in_order
from ethonight.annotations.frames import bouts_of, frames_of
from ethonight.annotations.intervals import Interval, intersection
from ethonight.frame_times import Edges
from ethonight.metrics.evaluated import Evaluated

Seconds = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Marked:
    """N bouts of one label in one recording, ``[starts, ends)`` seconds, sorted and disjoint."""

    starts: Seconds
    """(N,)."""
    ends: Seconds
    """(N,)."""
    scores: Seconds
    """(N,) a machine's certainty; NaN for a person's bouts."""
    partial: NDArray[np.bool_]
    """(N,) which are parts of bouts that were mostly not watched, or counted with another part."""

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def durations(self) -> Seconds:
        """(N,) seconds."""
        return self.ends - self.starts

    def widened(self, least: float) -> tuple[Seconds, Seconds]:
        """Return starts and ends (N,), where a bout shorter than ``least`` seconds lasts so long around its middle."""
        missing = np.maximum(least - self.durations, 0.0) / 2
        return self.starts - missing, self.ends + missing


@dataclass(frozen=True, eq=False)
class Compared:
    """One subject of one recording, label by label: what is true, and what was predicted."""

    video: str
    subject: str
    truth: tuple[Marked, ...]
    """C, in the order of the labels."""
    predicted: tuple[Marked, ...]


def compared(recording: Evaluated, labels: Sequence[str]) -> Compared:
    """Return the bouts of a recording in the time that was watched. Without bouts, the masks say where they are."""
    truth = _by_label(recording.truth_bouts or masked_bouts(recording.truth, recording, labels), labels)
    predicted = _by_label(recording.predicted_bouts or masked_bouts(recording.predicted, recording, labels), labels)
    return Compared(
        recording.video,
        recording.subject,
        tuple(marked(bouts, recording.edges, recording.scored) for bouts in truth),
        tuple(marked(bouts, recording.edges, recording.scored) for bouts in predicted),
    )


def masked_bouts(mask: NDArray[np.bool_], recording: Evaluated, labels: Sequence[str]) -> tuple[Bout, ...]:
    """Return the bouts that a mask (T, C) shows, each with the mean of its steps' scores."""
    bouts = []
    for column, label in enumerate(labels):
        for bout in bouts_of(mask[:, column], recording.edges, label, recording.subject):
            score = np.nan_to_num(recording.scores[frames_of(bout, recording.edges), column]).mean(dtype=np.float64)
            bouts.append(replace(bout, score=float(score)))
    return tuple(bouts)


def marked(bouts: Iterable[Bout], edges: Edges, scored: NDArray[np.bool_]) -> Marked:
    """Return the bouts of one label in the steps (T,) that were watched."""
    watched = watched_time(edges, scored)
    parts: list[tuple[float, float, float, bool]] = []
    for bout in _united(bouts):
        score = np.nan if bout.score is None else bout.score
        if not bout.is_point:
            parts += [(start, end, score, partial) for start, end, partial in _clipped(bout.interval, watched)]
        elif scored[frames_of(bout, edges)].any():
            parts.append((bout.start, bout.end, score, False))
    table = np.array(parts, dtype=np.float64).reshape(-1, 4)
    return Marked(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.bool_))


def masked_marked(mask: NDArray[np.bool_], edges: Edges, scored: NDArray[np.bool_]) -> Marked:
    """Return the runs of true watched steps in a mask (T,), each as a whole bout without a score."""
    changes = np.flatnonzero(np.diff((mask & scored).astype(np.int8), prepend=0, append=0))
    starts, ends = edges[changes[::2]], edges[changes[1::2]]
    return Marked(starts, ends, np.full(len(starts), np.nan), np.zeros(len(starts), dtype=np.bool_))


def watched_time(edges: Edges, scored: NDArray[np.bool_]) -> list[Interval]:
    """Return the stretches of time whose steps (T,) were watched."""
    changes = np.flatnonzero(np.diff(scored.astype(np.int8), prepend=0, append=0))
    times = edges[changes].tolist()
    return list(zip(times[::2], times[1::2], strict=True))


def _by_label(bouts: Iterable[Bout], labels: Sequence[str]) -> list[list[Bout]]:
    found: dict[str, list[Bout]] = {label: [] for label in labels}
    for bout in bouts:
        if bout.label in found:
            found[bout.label].append(bout)
    return list(found.values())


def _united(bouts: Iterable[Bout]) -> list[Bout]:
    """Join what overlaps or touches; a point event in or at the border of a bout belongs to it."""
    united: list[Bout] = []
    for bout in in_order(bouts):
        if united and bout.start <= united[-1].end:
            last = united[-1]
            scores = [score for score in (last.score, bout.score) if score is not None]
            united[-1] = replace(last, end=max(last.end, bout.end), score=max(scores, default=None))
        else:
            united.append(bout)
    return united


def _clipped(interval: Interval, watched: Sequence[Interval]) -> list[tuple[float, float, bool]]:
    """Return the watched parts of a bout, and of each whether it is only partial."""
    parts = intersection([interval], watched)
    lengths = [end - start for start, end in parts]
    counts = sum(lengths) >= (interval[1] - interval[0]) / 2
    longest = int(np.argmax(lengths)) if parts else -1
    return [(start, end, not (counts and place == longest)) for place, (start, end) in enumerate(parts)]
