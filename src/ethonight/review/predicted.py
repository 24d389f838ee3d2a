"""What a model said of a video, and what a coder did already: the two things that questions are made from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout
from ethonight.frame_times import Edges
from ethonight.predictions.scores_file import ScoresFile
from ethonight.temporal.decoding import Decoding, comparable, smoothed

Stretch = tuple[int, int]
"""Frames, half-open."""


@dataclass(frozen=True, eq=False)
class Predicted:
    """The bouts of a model in one video, with its scores and how they became bouts."""

    video: str
    edges: Edges
    """(T + 1,) seconds, of the video's frames; the steps of the scores may be others."""
    bouts: tuple[Bout, ...]
    scores: ScoresFile
    decodings: Mapping[str, Decoding]
    exclusive: bool

    def lanes(self) -> Iterator[Lane]:
        """Yield what was said of each label and subject."""
        for place, subject in enumerate(self.scores.subjects):
            rivals = comparable(self.scores.scores[place], self.exclusive)
            for column, label in enumerate(self.scores.labels):
                decoding = self.decodings.get(label, Decoding())
                spread = None if self.scores.spread is None else self.scores.spread[place, :, column]
                yield Lane(
                    subject=subject,
                    label=label,
                    bouts=tuple(bout for bout in self.bouts if (bout.label, bout.subject) == (label, subject)),
                    steps=self.scores.edges,
                    curve=smoothed(rivals[:, column], self.scores.edges, decoding.smoothing),
                    spread=spread,
                    decoding=decoding,
                )


@dataclass(frozen=True, eq=False)
class Lane:
    """What a model said of one label and subject. ``curve`` is what its threshold is held against."""

    subject: str
    label: str
    bouts: tuple[Bout, ...]
    steps: Edges
    """(T + 1,) seconds."""
    curve: NDArray[np.float64]
    """(T,), 0 to 1; 0 where the subject was out of sight."""
    spread: NDArray[np.float16] | None
    """(T,)."""
    decoding: Decoding


@dataclass(frozen=True)
class CodedBout:
    """A bout of the coder, in frames ``[first, stop)``."""

    label: str
    subject: str
    first: int
    stop: int


@dataclass(frozen=True)
class Coded:
    """What the coder has marked in a video, and which frames they have watched completely (with the subject)."""

    bouts: tuple[CodedBout, ...] = ()
    scored: tuple[tuple[int, int, str], ...] = ()
    """First and stop frame, and for which subject; "" is for all."""

    def watched(self, subject: str) -> list[Stretch]:
        """Return the frames that were watched for this subject: sorted, disjoint stretches."""
        joined: list[Stretch] = []
        for first, stop in sorted((one, other) for one, other, whose in self.scored if whose in ("", subject)):
            if joined and first <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(joined[-1][1], stop)
            else:
                joined.append((first, stop))
        return joined


def left_of(first: int, stop: int, watched: Sequence[Stretch]) -> list[Stretch]:
    """Return what of the frames ``[first, stop)`` is not in these sorted, disjoint stretches, in order."""
    left: list[Stretch] = []
    for busy_first, busy_stop in watched[bisect_right(watched, first, key=lambda one: one[1]) :]:
        if busy_first >= stop:
            break
        if first < busy_first:
            left.append((first, busy_first))
        first = busy_stop
    return [*left, (first, stop)] if first < stop else left
