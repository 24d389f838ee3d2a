"""A coder's work in memory: the marks, what can be undone, and the file that it is written into."""

from __future__ import annotations

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.coding.base import Base
from ethonight.coding.board import Board, Step
from ethonight.coding.marks import marks_of
from ethonight.frame_times import Edges


class Work:
    """The marks that a base and the steps since give. Steps are undone in the opposite order, without a limit.

    What another program did to the file is a step like any other: so whatever is undone finds the marks that it left.
    """

    def __init__(self, base: Base, edges: Edges, version: int = 0) -> None:
        self.base = base
        self.board = Board(marks_of(base.annotation.rows, base.ids, edges))
        self.version = version
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def undo_what(self) -> str:
        """What would be undone next, "" where there is nothing."""
        return self._done[-1].what if self._done else ""

    @property
    def redo_what(self) -> str:
        """What would be done again next, "" where there is nothing."""
        return self._undone[-1].what if self._undone else ""

    @property
    def is_untouched(self) -> bool:
        """Whether there was no file, and nothing has been done since that was not undone: there should be none again.

        An empty file would say that the whole video was watched and nothing happened.
        """
        return not self.base.source and not self._done

    def do(self, step: Step) -> None:
        """Make a step, which can then be undone; what was undone before is forgotten."""
        self._take(step)
        if not step.changes_nothing:
            self._done.append(step)
            self._undone.clear()

    def undo(self) -> Step:
        """Take the last step back, which must be there, and return what did so."""
        self._take(self._done[-1].back)
        self._undone.append(self._done.pop())
        return self._undone[-1].back

    def redo(self) -> Step:
        """Make the step again that was undone last, which must be there, and return it."""
        self._take(self._undone[-1])
        self._done.append(self._undone.pop())
        return self._done[-1]

    @property
    def rows(self) -> dict[int, Bout]:
        """All rows, those that say what was watched among them, by their numbers."""
        return {id_: mark.bout for id_, mark in self.board.marks.items()}

    def annotation(self) -> Annotation:
        """Return the file as it would be written now."""
        return self.base.with_marks(list(self.board.marks.values()))

    def _take(self, step: Step) -> None:
        self.board.take(step)
        self.version += 1
