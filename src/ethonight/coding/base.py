"""What a coder's work started from: a file as it was read, with a number for each of its rows."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout, in_order
from ethonight.annotations.bouts_csv import parse_annotation
from ethonight.coding.marks import Mark


@dataclass(frozen=True)
class Base:
    """The file that the work is written into, and the numbers (``ids``) that its rows have as marks, in its order.

    What is written is this file with the rows that changed; a row that comes back comes back as it stood there.
    """

    annotation: Annotation
    ids: tuple[int, ...]
    lines: Mapping[int, int | None]
    """The line of each row of the file, by the row's number."""

    @classmethod
    def of(cls, annotation: Annotation, ids: Iterable[int]) -> Base:
        """Return the base of a file whose rows have these numbers."""
        ids = tuple(ids)
        lines = {id_: row.line for id_, row in zip(ids, annotation.rows, strict=True)}
        return cls(annotation, ids, lines)

    @property
    def source(self) -> bytes:
        """The file's content; empty where there was none."""
        return self.annotation.document.source

    def with_marks(self, marks: Iterable[Mark]) -> Annotation:
        """Return the file with these marks as its rows.

        Rows of the file keep their places. A new one goes behind the last row that does not start after it; what was
        newly scored goes to the top.
        """
        placed: list[Bout] = []
        new: list[Bout] = []
        for mark in marks:
            line = self.lines.get(mark.id)
            bout = mark.bout if mark.bout.line == line else replace(mark.bout, line=line)
            (new if line is None else placed).append(bout)
        placed.sort(key=lambda bout: bout.line or 0)
        return replace(self.annotation, rows=tuple(_woven(placed, new)))


def parse(source: bytes, name: str) -> Annotation:
    """Return what a file holds; ``b""`` stands for a file that is not there. Raises AnnotationError."""
    return parse_annotation(source, name) if source else Annotation(name=name)


def _woven(placed: Sequence[Bout], new: Iterable[Bout]) -> list[Bout]:
    # When the earliest row from each place on starts; in a file in order, that is the row at the place.
    earliest = list(accumulate((bout.start for bout in reversed(placed)), min))[::-1]
    before: defaultdict[int, list[Bout]] = defaultdict(list)
    for bout in in_order(new):
        before[0 if bout.label == SCORED else bisect_right(earliest, bout.start)].append(bout)
    woven: list[Bout] = []
    for place, bout in enumerate(placed):
        woven += [*before.pop(place, ()), bout]
    return woven + before[len(placed)]
