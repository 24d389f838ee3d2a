"""Merging by bout: what another program did to the file, and what was done here since both were the same."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ethonight.annotations.bouts import Bout
from ethonight.coding.likeness import Numbered, Said, filled, pairs, said

_Cell = TypeVar("_Cell")


@dataclass
class Merged:
    """What the file asks for: marks to be removed, bouts to be put there, and the number of each row of the file.

    The counts are for the person: what was new in the file, what was missing, what was different; what was changed on
    both sides so that both versions are there now; and what was changed on one side and deleted on the other, which
    stays.
    """

    removed: list[int] = field(default_factory=list)
    added: list[Numbered] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    new: int = 0
    missing: int = 0
    different: int = 0
    both: int = 0
    kept: int = 0


def merge(base: Sequence[Numbered], theirs: Sequence[Bout], ours: Mapping[int, Bout], next_id: int) -> Merged:
    """Merge the rows of a changed file (``theirs``) into the marks (``ours``); ``base`` is what both started from.

    What only one side changed counts. Where both changed a bout, each of its cells is taken from the side that changed
    it; where that contradicts itself, the bout stays as it is here, and the file's version is put beside it. A bout
    that one side changed and the other deleted stays. No bout that either side has made or changed is lost.
    New bouts are numbered from ``next_id``.
    """
    merger = _Merger(dict(base), ours, next_id)
    numbers = _numbers(base, theirs, ours)
    for place, row in enumerate(theirs):
        merger.row(numbers.get(place), row)
    merger.missing({numbers[place] for place in numbers})
    return merger.merged


def _numbers(base: Sequence[Numbered], theirs: Sequence[Bout], ours: Mapping[int, Bout]) -> dict[int, int]:
    """Return the mark that each row of the file is, by the row's place; new rows are left out.

    A row is the mark of which it says the same as before, then the one of which it says the same as here, then the
    one that it is most like.
    """
    numbers: dict[int, int] = {}
    _match(numbers, base, theirs)
    taken = set(numbers.values())
    known = dict(base)
    here = [(id_, bout) for id_, bout in ours.items() if id_ not in taken]
    _match(numbers, here, theirs)
    taken = set(numbers.values())
    left = [(id_, bout) for id_, bout in known.items() if id_ not in taken]
    rest = [(place, row) for place, row in enumerate(theirs) if place not in numbers]
    return numbers | pairs(left, rest)


def _match(numbers: dict[int, int], marks: Iterable[Numbered], rows: Sequence[Bout]) -> None:
    """Number the rows that say the same as a mark."""
    same: defaultdict[Said, deque[int]] = defaultdict(deque)
    for id_, bout in marks:
        same[said(bout)].append(id_)
    for place, row in enumerate(rows):
        if place not in numbers and (ids := same.get(said(row))):
            numbers[place] = ids.popleft()


class _Merger:
    def __init__(self, base: Mapping[int, Bout], ours: Mapping[int, Bout], next_id: int) -> None:
        self.merged = Merged()
        self._base = base
        self._ours = ours
        self._next_id = next_id

    def row(self, id_: int | None, row: Bout) -> None:
        """Take over one row of the file, which is the mark ``id_``, or new."""
        if id_ is None:
            self._new(row)
            self.merged.new += 1
            return
        before, here = self._base.get(id_), self._ours.get(id_)
        if said(row) in [said(known) for known in (before, here) if known]:
            self.merged.ids.append(id_)
        elif before is None or here is None:
            self._put(id_, row)
            self.merged.kept += 1
        else:
            self._changed(id_, before, here, row)

    def missing(self, found: set[int]) -> None:
        """Remove what is no longer in the file, unless it was changed here."""
        for id_, before in self._base.items():
            here = self._ours.get(id_)
            if id_ in found or here is None:
                continue
            if said(here) == said(before):
                self.merged.removed.append(id_)
                self.merged.missing += 1
            else:
                self.merged.kept += 1

    def _changed(self, id_: int, before: Bout, here: Bout, row: Bout) -> None:
        both = _both(before, here, row)
        if both is None:
            self._new(row)
            self.merged.both += 1
            return
        self.merged.removed.append(id_)
        self._put(id_, both)
        self.merged.different += 1

    def _new(self, row: Bout) -> None:
        self._put(self._next_id, row)
        self._next_id += 1

    def _put(self, id_: int, bout: Bout) -> None:
        self.merged.added.append((id_, bout))
        self.merged.ids.append(id_)


def _both(before: Bout, here: Bout, there: Bout) -> Bout | None:
    """Return the bout with what each side changed of it; None where the sides contradict each other."""
    label = _either(before.label, here.label, there.label)
    subject = _either(before.subject, here.subject, there.subject)
    start = _either(before.start, here.start, there.start)
    end = _either(before.end, here.end, there.end)
    extra = _either(filled(before), filled(here), filled(there))
    if label is None or subject is None or start is None or end is None or extra is None or start > end:
        return None
    score = here.score if here.score != before.score else there.score
    comment = _either(before.comment, here.comment, there.comment)
    if comment is None:
        comment = "; ".join((here.comment, there.comment))
    return Bout(label, start, end, subject, score, comment, extra)


def _either(before: _Cell, here: _Cell, there: _Cell) -> _Cell | None:
    """Return the value of the side that changed it; None where both did, differently."""
    if here in (before, there):
        return there
    return here if there == before else None
