"""The board: all marks and open bouts of a coder, and the steps that change them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ethonight.annotations.bouts import SCORED
from ethonight.coding.errors import Gone
from ethonight.coding.lanes import Lanes
from ethonight.coding.marks import Lane, Mark, OpenBout


@dataclass(frozen=True)
class Step:
    """What one change takes away and what it puts there. ``what`` says it in a word or two, as ``moved grooming``.

    A mark that is changed is in both, under the same number.
    """

    what: str
    removed: tuple[Mark, ...] = ()
    added: tuple[Mark, ...] = ()
    closed: tuple[OpenBout, ...] = ()
    opened: tuple[OpenBout, ...] = ()

    @property
    def back(self) -> Step:
        """The step that undoes this one."""
        return Step(self.what, self.added, self.removed, self.opened, self.closed)

    @property
    def changes_nothing(self) -> bool:
        return not (self.removed or self.added or self.closed or self.opened)

    @property
    def changes_scored(self) -> bool:
        """Whether it changes which time was watched."""
        return any(mark.bout.label == SCORED for mark in (*self.removed, *self.added))


class Board:
    """All marks by their numbers, the stretches that were watched among them, and the open bouts by their lanes."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self.marks: dict[int, Mark] = {}
        self.opened: dict[Lane, OpenBout] = {}
        self.next_id = 1
        self._lanes = Lanes()
        self.take(Step("", added=tuple(marks)))

    def mark(self, id_: int) -> Mark:
        """Return a bout of behaviour. Raises Gone where there is none with this number."""
        mark = self.marks.get(id_)
        if mark is None or mark.bout.label == SCORED:
            raise Gone("This bout is no longer there: it was changed in another window or program meanwhile.")
        return mark

    def near(self, lane: Lane, first: int, stop: int) -> list[Mark]:
        """Return the marks of a label and subject that take any of the frames ``[first, stop)``."""
        return self._lanes.near(lane, first, stop)

    def scored(self) -> list[Mark]:
        """Return the stretches that were watched, of all subjects."""
        return self._lanes.labelled(SCORED)

    def take(self, step: Step) -> None:
        """Make a step. Raises ValueError where the board is not as the step expects it."""
        for mark in step.removed:
            present = self.marks.pop(mark.id, None)
            if present is None or present.bout != mark.bout:
                raise ValueError(f"the mark {mark.id} is not as it was: {present}")
            self._lanes.remove(present)
        for mark in step.added:
            if mark.id in self.marks:
                raise ValueError(f"the mark {mark.id} is there already")
            self.marks[mark.id] = mark
            self._lanes.add(mark)
            self.next_id = max(self.next_id, mark.id + 1)
        for bout in step.closed:
            del self.opened[bout.lane]
        for bout in step.opened:
            self.opened[bout.lane] = bout
