"""Which row of a changed file is which bout: the same, or the one that it is most like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from ethonight.annotations.bouts import Bout

Numbered = tuple[int, Bout]
Cells = tuple[tuple[str, str], ...]
Said = tuple[str, float, float, str, float | None, str, Cells]


def said(bout: Bout) -> Said:
    """Return all that a row says. An empty cell of a column that others have says nothing."""
    return bout.label, bout.start, bout.end, bout.subject, bout.score, bout.comment, filled(bout)


def filled(bout: Bout) -> Cells:
    """Return the cells of other columns that are not empty."""
    return tuple(cell for cell in bout.extra if cell[1])


def pairs(bouts: Sequence[Numbered], rows: Sequence[Numbered]) -> dict[int, int]:
    """Return for rows (by their number) the bout that each was before it was changed; each is one row at most.

    That is one of the same label and subject that it overlaps, then one of the same times and label or subject.
    """
    found: dict[int, int] = {}
    kept = _by(_lane, bouts)
    for lane, changed in _by(_lane, rows).items():
        found |= _overlapping(kept.get(lane, []), changed)
    for key in (_times_and_subject, _times_and_label):
        taken = set(found.values())
        free = _by(key, (bout for bout in bouts if bout[0] not in taken))
        for same, changed in _by(key, (row for row in rows if row[0] not in found)).items():
            found |= {row[0]: bout[0] for row, bout in zip(changed, free.get(same, []), strict=False)}
    return found


def _by(key: Callable[[Bout], Hashable], bouts: Iterable[Numbered]) -> dict[Hashable, list[Numbered]]:
    sorted_out: defaultdict[Hashable, list[Numbered]] = defaultdict(list)
    for numbered in bouts:
        sorted_out[key(numbered[1])].append(numbered)
    return sorted_out


def _lane(bout: Bout) -> Hashable:
    return bout.label, bout.subject


def _times_and_subject(bout: Bout) -> Hashable:
    return bout.start, bout.end, bout.subject


def _times_and_label(bout: Bout) -> Hashable:
    return bout.start, bout.end, bout.label


def _overlapping(bouts: Sequence[Numbered], rows: Sequence[Numbered]) -> dict[int, int]:
    """Pair bouts and rows of one lane in the order of time."""
    found: dict[int, int] = {}
    waiting = sorted(bouts, key=lambda numbered: numbered[1].interval, reverse=True)
    for number, row in sorted(rows, key=lambda numbered: numbered[1].interval):
        while waiting and waiting[-1][1].end <= row.start and not waiting[-1][1].overlaps(row):
            waiting.pop()
        if waiting and waiting[-1][1].overlaps(row):
            found[number] = waiting.pop()[0]
    return found
