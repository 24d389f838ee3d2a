"""Marks by label, subject and time, so that those in some frames are found at once among thousands."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict

from ethonight.coding.marks import Lane, Mark


class Lanes:
    """Marks in the order of their first frames, one lane for each label and subject."""

    def __init__(self) -> None:
        self._order: defaultdict[Lane, list[tuple[int, int]]] = defaultdict(list)
        self._longest: defaultdict[Lane, int] = defaultdict(int)
        self._marks: dict[int, Mark] = {}

    def add(self, mark: Mark) -> None:
        insort(self._order[mark.lane], (mark.first, mark.id))
        first, stop = mark.span
        self._longest[mark.lane] = max(self._longest[mark.lane], stop - first)
        self._marks[mark.id] = mark

    def remove(self, mark: Mark) -> None:
        order = self._order[mark.lane]
        del order[bisect_left(order, (mark.first, mark.id))]
        del self._marks[mark.id]

    def near(self, lane: Lane, first: int, stop: int) -> list[Mark]:
        """Return the marks that take any of the frames ``[first, stop)``, in the order of their first frames."""
        order = self._order.get(lane, [])
        begin = bisect_left(order, (first - self._longest[lane], 0))
        end = bisect_left(order, (stop, 0))
        marks = (self._marks[id_] for _, id_ in order[begin:end])
        return [mark for mark in marks if mark.covers(first, stop)]

    def labelled(self, label: str) -> list[Mark]:
        """Return all marks of a label, of every subject."""
        orders = [order for (own, _), order in self._order.items() if own == label]
        return [self._marks[id_] for order in orders for _, id_ in order]
