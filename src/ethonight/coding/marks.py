"""Marks: bouts with a number and their frames, as they are shown and changed on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ethonight.annotations.bouts import Bout
from ethonight.annotations.frames import frames_of
from ethonight.annotations.numbers import DECIMALS
from ethonight.frame_times import Edges, first_frames

Lane = tuple[str, str]
"""Label and subject."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A bout with its number, which it keeps while it is changed, and its frames ``[first, stop)``.

    A point event has ``stop == first``, and ``first`` is its frame.
    """

    id: int
    bout: Bout
    first: int
    stop: int

    @property
    def lane(self) -> Lane:
        return self.bout.label, self.bout.subject

    @property
    def span(self) -> tuple[int, int]:
        """The frames that it takes, half-open; a point event takes one."""
        return self.first, max(self.stop, self.first + 1)

    def covers(self, first: int, stop: int) -> bool:
        """Whether it takes any of the frames ``[first, stop)``."""
        own_first, own_stop = self.span
        return own_first < stop and first < own_stop


@dataclass(frozen=True)
class OpenBout:
    """A bout that was begun at the frame ``first`` and not ended yet. It stands in no file of bouts."""

    label: str
    subject: str
    first: int

    @property
    def lane(self) -> Lane:
        return self.label, self.subject


def second_of(frame: int, edges: Edges) -> float:
    """Return the time of a frame's edge as a file holds it: what is shown is what is saved."""
    return round(float(edges[frame]), DECIMALS)


def marks_of(bouts: Sequence[Bout], ids: Iterable[int], edges: Edges) -> list[Mark]:
    """Return the bouts as marks, numbered with ``ids``. What lies after the video is shown at its last frame."""
    times = np.array([bout.interval for bout in bouts], dtype=np.float64).reshape(-1, 2)
    frames: list[list[int]] = first_frames(edges, times).tolist()
    last = len(edges) - 2
    marks = []
    for id_, bout, (first, stop) in zip(ids, bouts, frames, strict=False):
        if bout.is_point:
            first = stop = min(frames_of(bout, edges).start, last)
        marks.append(Mark(id_, bout, first, stop))
    return marks
