"""A bout: one animal does one thing from here to there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ethonight.annotations.intervals import Interval, close, covers, intersection

SCORED = "_scored"
"""The label of rows that say which time was watched completely. They are no behaviour."""


@dataclass(frozen=True)
class Bout:
    """One bout of a behaviour, ``[start, end)`` in seconds of the video; a point event has ``end == start``.

    ``subject`` is "" for the whole frame. ``score`` is a machine's certainty, None for a person's bout. ``extra``
    holds the cells of columns that are not known here, as (column, text). ``line`` is where the bout stands in the
    file it was read from; two bouts are equal wherever they stand.
    Raises ValueError for times and labels that no file may hold.
    """

    label: str
    start: float
    end: float
    subject: str = ""
    score: float | None = None
    comment: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    line: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.label or self.label != self.label.strip() or self.label.startswith("#"):
            raise ValueError(f"no label of a bout: {self.label!r}")
        if self.subject != self.subject.strip():
            raise ValueError(f"no subject of a bout: {self.subject!r}")
        if not 0 <= self.start <= self.end < math.inf:
            raise ValueError(f"no times of a bout: {self.start!r} to {self.end!r}")
        if self.score is not None and not math.isfinite(self.score):
            raise ValueError(f"no score of a bout: {self.score!r}")

    @property
    def is_point(self) -> bool:
        """Whether this is an event without a duration."""
        return self.end == self.start

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start

    @property
    def interval(self) -> Interval:
        return self.start, self.end

    def overlaps(self, other: Bout) -> bool:
        """Whether both happen at some moment; touching is not enough. A point event is its one moment."""
        early, late = sorted((self, other), key=lambda bout: bout.start)
        return late.start < early.end or late.start == early.start == min(early.end, late.end)


def merge(bouts: Iterable[Bout], least_gap: float = 0.0) -> list[Bout]:
    """Join bouts of one label and subject that overlap, touch, or lie less than ``least_gap`` seconds apart.

    A joined bout has the highest of the scores, every comment once, and the other cells of its first part. Point
    events stay as they are. Sorted by start, then end, label, subject.
    """
    joined: list[Bout] = []
    open_bouts: dict[tuple[str, str], int] = {}
    for bout in in_order(bouts):
        place = open_bouts.get((bout.label, bout.subject))
        if bout.is_point:
            joined.append(bout)
        elif place is not None and close(joined[place].end, bout.start, least_gap):
            joined[place] = _joined(joined[place], bout)
        else:
            open_bouts[bout.label, bout.subject] = len(joined)
            joined.append(bout)
    return in_order(joined)


def in_order(bouts: Iterable[Bout]) -> list[Bout]:
    """Return the bouts sorted by start, then end, label, subject."""
    return sorted(bouts, key=lambda bout: (bout.start, bout.end, bout.label, bout.subject))


def clip(bouts: Iterable[Bout], intervals: Sequence[Interval]) -> list[Bout]:
    """Return what of the bouts lies inside the intervals; a bout across a gap becomes several. Their order is kept."""
    clipped: list[Bout] = []
    for bout in bouts:
        if bout.is_point:
            clipped += [bout] if covers(intervals, bout.start) else []
        else:
            parts = intersection([bout.interval], intervals)
            clipped += [replace(bout, start=start, end=end) for start, end in parts]
    return clipped


def _joined(first: Bout, second: Bout) -> Bout:
    scores = [bout.score for bout in (first, second) if bout.score is not None]
    comments = dict.fromkeys(text for text in (*first.comment.split("; "), *second.comment.split("; ")) if text)
    end = max(first.end, second.end)
    return replace(first, end=end, score=max(scores, default=None), comment="; ".join(comments))
