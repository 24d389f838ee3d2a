"""A coder's live work on one video."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.intervals import Interval
from ethonight.coding import words
from ethonight.coding.adding import add, arrived
from ethonight.coding.board import Step
from ethonight.coding.bouts_file import BoutsFile
from ethonight.coding.changes import Change
from ethonight.coding.draft import Draft
from ethonight.coding.edits import edit
from ethonight.coding.errors import EditError, Unreadable
from ethonight.coding.journal import Journal
from ethonight.coding.opening import open_work
from ethonight.coding.saving import Saving
from ethonight.coding.state import Delta, State, Stretch
from ethonight.frame_times import Edges

Tell = Callable[["Coding", Delta], None]
_Noted = TypeVar("_Noted")


class Coding:
    """What one coder marks in one video, while it is open. Any thread may call any method.

    Every change is on the disk, in the journal, when the method returns; the file of bouts follows with ``look``.
    ``tell`` is called with every Delta, in the order of their versions, whoever caused it; it must return at once.
    """

    def __init__(self, file: BoutsFile, journal: Journal, edges: Edges, tell: Tell) -> None:
        """Open the work of a coder, whose name is that of the file, on a video, whose name is that of its folder.

        Raises WorkspaceError while another program has it open.
        """
        self.video, self.coder = file.path.parent.name, file.path.stem
        self.edges = edges
        self._told: Tell = lambda coding, delta: None  # Nobody knows this yet.
        self._lock = threading.RLock()
        opened = open_work(journal, file, edges)
        self._notebook = opened.notebook
        self._saving = Saving(file, opened, edges, self._lock, self._tell)
        self._saving.open()
        self._told = tell

    def state(self) -> State:
        """Return all marks, the earliest first, and what else is known."""
        with self._lock:
            work = self._notebook.work
            marks = sorted(work.board.marks.values(), key=lambda mark: (mark.first, mark.stop, mark.id))
            return State(
                work.version,
                tuple(mark for mark in marks if mark.bout.label != SCORED),
                tuple(work.board.opened.values()),
                self._scored(),
                work.undo_what,
                work.redo_what,
                self._saving.state,
                self._saving.problem,
            )

    @property
    def all_watched(self) -> bool:
        """Whether the whole video counts as watched, and not only because there is nothing yet."""
        with self._lock:
            work = self._notebook.work
            return not work.board.scored() and bool(work.base.source or work.board.marks)

    def apply(self, change: Change, ethogram: Ethogram) -> Delta:
        """Make a change. Nothing was changed when this raises.

        Raises EditError for what cannot be done or saved (Gone: for bouts that are no longer there), and Unreadable
        where the coder's file could not be read when it was opened.
        """
        return self._make(lambda: edit(self._notebook.work.board, change, self.edges, ethogram))

    def add(
        self, bouts: Iterable[Bout], what: str, scored: Sequence[Interval] = (), ethogram: Ethogram | None = None
    ) -> Delta:
        """Add bouts from elsewhere in one step that is called ``what``, and the time (s) that was watched for them.

        Bouts keep their own times; what is there already is left out. With an ethogram they follow its rules as if
        they had been marked here; without one they come as they are. Time is not marked as watched where the whole
        video counts as watched so far: that would take the rest away. Raises as ``apply`` does.
        """
        new = arrived(bouts, scored)
        return self._make(lambda: self._added(new, what, ethogram))

    def undo(self) -> Delta:
        """Take the last change back. Raises as ``apply`` does, and EditError where there is none."""
        with self._lock:
            self._refuse_unreadable()
            return self._done(self._saved(self._notebook.undo))

    def redo(self) -> Delta:
        """Make the change again that was taken back last. Raises as ``undo`` does."""
        with self._lock:
            self._refuse_unreadable()
            return self._done(self._saved(self._notebook.redo))

    def look(self) -> None:
        """Take over what other programs did to the file, and write what waits. Call it at least once a second."""
        self._saving.look()

    def close(self) -> None:
        """Write what waits and let go of the journal. What cannot be written now is written when it is opened again."""
        try:
            self._saving.look()
        finally:
            with self._lock:
                self._notebook.close()

    def _make(self, draft: Callable[[], Step]) -> Delta:
        with self._lock:
            self._refuse_unreadable()
            step = draft()
            if step.changes_nothing:
                return self._delta(step)
            self._saved(lambda: self._notebook.do(step))
            return self._done(step)

    def _added(self, new: Sequence[Bout], what: str, ethogram: Ethogram | None) -> Step:
        draft = Draft(self._notebook.work.board, self.edges, ethogram or Ethogram())
        add(draft, new, by_rules=ethogram is not None, all_watched=self.all_watched)
        return draft.step(what)

    def _saved(self, note: Callable[[], _Noted]) -> _Noted:
        try:
            return note()
        except OSError as error:
            raise EditError(words.cannot_keep(error)) from error

    def _done(self, step: Step) -> Delta:
        """Tell of a step that a person made here; with it they have seen what was said before."""
        self._saving.notice = ""
        return self._tell(step)

    def _tell(self, step: Step) -> Delta:
        delta = self._delta(step)
        self._told(self, delta)
        return delta

    def _delta(self, step: Step) -> Delta:
        work = self._notebook.work
        return Delta(
            work.version,
            tuple(mark.id for mark in step.removed if mark.bout.label != SCORED),
            tuple(mark for mark in step.added if mark.bout.label != SCORED),
            tuple(work.board.opened.values()),
            self._scored() if step.changes_scored else None,
            work.undo_what,
            work.redo_what,
            self._saving.state,
        )

    def _scored(self) -> tuple[Stretch, ...]:
        marks = sorted(self._notebook.work.board.scored(), key=lambda mark: (mark.first, mark.stop, mark.bout.subject))
        return tuple((mark.first, mark.stop, mark.bout.subject) for mark in marks)

    def _refuse_unreadable(self) -> None:
        if self._saving.problem:
            raise Unreadable(self._saving.problem, self._saving.problems)
