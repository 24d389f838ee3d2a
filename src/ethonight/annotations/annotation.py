"""An annotation: what one coder marked in one video, and which time they watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ethonight.annotations.bouts import SCORED, Bout, clip
from ethonight.annotations.document import Document
from ethonight.annotations.intervals import Interval, intersection


@dataclass(frozen=True)
class Annotation:
    """The rows of one coder for one video, in the order of their file.

    ``rows`` are bouts and, with the label ``_scored``, stretches that were watched completely. ``document`` keeps
    what else is in the file. ``name`` is the file's name for messages.
    """

    rows: tuple[Bout, ...] = ()
    document: Document = field(default=Document(), repr=False, compare=False)
    name: str = field(default="annotation", compare=False)

    @property
    def bouts(self) -> tuple[Bout, ...]:
        """The bouts of behaviour, in the order of the file."""
        return tuple(row for row in self.rows if row.label != SCORED)

    @property
    def scored_rows(self) -> tuple[Bout, ...]:
        """The rows that say what was watched; none where the coder watched the whole video."""
        return tuple(row for row in self.rows if row.label == SCORED)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the bouts, in the order of their first bout."""
        return tuple(dict.fromkeys(bout.label for bout in self.bouts))

    def scored(self, duration: float, subject: str | None = None) -> list[Interval]:
        """Return the time that was watched completely in a video of ``duration`` seconds: sorted, disjoint.

        Without any ``_scored`` row that is the whole video. For a subject, the rows without a subject and its own
        count; with None, the rows of every subject.
        """
        whole = (0.0, duration)
        if not self.scored_rows:
            return intersection([whole], [whole])
        rows = [row for row in self.scored_rows if subject is None or row.subject in ("", subject)]
        return intersection([row.interval for row in rows], [whole])

    def bouts_for(self, subject: str, alone: bool = False) -> list[Bout]:
        """Return the bouts of a subject: its own, and those of nobody in particular; all of them where it is alone."""
        return [bout for bout in self.bouts if alone or bout.subject in ("", subject)]

    def scored_bouts(self, duration: float) -> list[Bout]:
        """Return what of the bouts lies in time that was watched for their subject; a bout may come in parts."""
        intervals = {subject: self.scored(duration, subject) for subject in {bout.subject for bout in self.bouts}}
        return [part for bout in self.bouts for part in clip([bout], intervals[bout.subject])]

    def with_bouts(self, bouts: Iterable[Bout]) -> Annotation:
        """Return the annotation with these bouts of behaviour; the ``_scored`` rows stay in their places."""
        rows = list(bouts)
        for place, row in enumerate(self.rows):
            if row.label == SCORED:
                rows.insert(place, row)
        return replace(self, rows=tuple(rows))

    def with_scored(self, intervals: Iterable[Interval], subject: str = "") -> Annotation:
        """Return the annotation with these stretches as what was watched for ``subject``; all else stays."""
        wanted = [interval for interval in dict.fromkeys(intervals) if interval[0] < interval[1]]
        own = {row.interval: row for row in self.scored_rows if row.subject == subject}
        new = [Bout(SCORED, start, end, subject) for start, end in wanted if (start, end) not in own]
        dropped = [row for interval, row in own.items() if interval not in wanted]
        return replace(self, rows=(*new, *(row for row in self.rows if row not in dropped)))
