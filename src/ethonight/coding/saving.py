"""The file of bouts and the work are kept the same: what others do is taken over, what was done here is written."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts_writing import render_annotation
from ethonight.annotations.problems import AnnotationError, Problem
from ethonight.coding import words
from ethonight.coding.base import Base, parse
from ethonight.coding.board import Step
from ethonight.coding.bouts_file import BoutsFile, ChangedMeanwhile
from ethonight.coding.marks import marks_of
from ethonight.coding.merging import merge
from ethonight.coding.opening import Opened
from ethonight.coding.replay import NEVER, check_sum
from ethonight.coding.state import PROBLEM, SAVED, WAITING, SaveState
from ethonight.frame_times import Edges


class Saving:
    """One coder's file beside the notebook.

    ``lock`` guards the notebook; it is held only for moments, so that a change never waits for the file. ``tell`` is
    called with the lock held, with the step that the file's change made.
    """

    def __init__(
        self,
        file: BoutsFile,
        opened: Opened,
        edges: Edges,
        lock: AbstractContextManager[bool],
        tell: Callable[[Step], object],
    ) -> None:
        self.notice = opened.notice
        """A sentence about what became of the file; it stands until the next change."""
        self.problem = opened.problem
        """Why the file could not be read when it was opened: nothing may be changed then."""
        self.problems: tuple[Problem, ...] = ()
        """What is wrong in the file."""
        self._file = file
        self._notebook = opened.notebook
        self._edges = edges
        self._lock = lock
        self._looking = threading.Lock()
        self._tell = tell
        self._rows = opened.known.rows
        self._version = opened.known.version
        """Which version of the work the file holds, as far as is known, and its rows."""
        self._sha256 = opened.known.sha256
        """The check sum of the content that these rows stand in."""
        self._noted = NEVER
        self._trouble = ""

    @property
    def state(self) -> SaveState:
        """How safe the work is. Ask with the lock held."""
        if self.problem or self._trouble:
            return SaveState(PROBLEM, self.problem or self._trouble)
        return SaveState(WAITING if self._waits else SAVED, self.notice)

    def open(self) -> None:
        """Take over what is not in the file as the journal knew it. Call it first, and once."""
        if self.problem or self._is_taken_over:
            return
        try:
            self._take_over()
        except AnnotationError as error:
            self.problem, self.problems = str(error), error.problems
        except OSError as error:
            self.problem = words.cannot_write(self._file.name, error)

    def look(self) -> None:
        """Take over what another program did to the file, once it rests, and write what waits."""
        with self._looking:
            try:
                if not self._file.is_known and self._file.has_settled:
                    self._read()
                if self._file.is_known:
                    self._write()
            except ChangedMeanwhile:
                self._file.forget()
            except OSError as error:
                self._is_troubled(words.cannot_write(self._file.name, error))

    @property
    def _waits(self) -> bool:
        """Whether the file is behind. A new file is written with its first bout, not for one that was only begun."""
        work = self._notebook.work
        return work.version != self._version and bool(work.board.marks or self._file.data)

    @property
    def _is_taken_over(self) -> bool:
        """Whether what was read of the file is in the work. Nothing else is ever overwritten."""
        return check_sum(self._file.data) == self._sha256

    def _read(self) -> None:
        self._file.read()
        if self._is_taken_over and not self.problem and not self.problems:
            return
        try:
            self._take_over()
        except AnnotationError as error:
            self.problems = error.problems
            self._is_troubled(words.cannot_read(error))
        except OSError:
            self._file.forget()
            raise

    def _take_over(self) -> None:
        """Merge the content of the file into the work.

        Raises AnnotationError where it cannot be read, and OSError where the journal cannot be written.
        """
        data = self._file.data
        theirs = parse(data, self._file.name)
        with self._lock:
            step = self._merge(theirs) if data else self._file_is_gone()
            self._sha256 = check_sum(data)
            self.problem, self.problems, self._trouble = "", (), ""
            self._tell(step)

    def _file_is_gone(self) -> Step:
        """Nobody's work is thrown away by deleting the file: it is written again."""
        if self._rows:
            self.notice = words.vanished(self._file.name)
        self._version = NEVER
        return Step("")

    def _merge(self, theirs: Annotation) -> Step:
        work = self._notebook.work
        found = merge(list(self._rows.items()), theirs.rows, work.rows, work.board.next_id)
        removed = tuple(work.board.marks[id_] for id_ in found.removed)
        ids, bouts = [id_ for id_, _ in found.added], [bout for _, bout in found.added]
        step = Step("changes made outside", removed, tuple(marks_of(bouts, ids, self._edges)))
        begun = self._notebook.outside(step, Base.of(theirs, found.ids), self._edges)
        self._rows = dict(zip(found.ids, theirs.rows, strict=True))
        self._version = self._notebook.work.version
        if begun:
            self._version = NEVER
            self.notice = words.merged(self._file.name, found)
        return step

    def _write(self) -> None:
        with self._lock:
            if not self._is_taken_over:
                return
            if not self._waits:
                self._is_troubled("")  # What was in the way has gone.
                return
            work = self._notebook.work
            version, rows, annotation = work.version, work.rows, work.annotation()
            untouched = work.is_untouched
        data = b"" if untouched else render_annotation(annotation)
        if data != self._file.data:
            self._note_writing(version, data)
            self._file.replace(data)
        with self._lock:
            self._notebook.written(version, data)
            self._version, self._rows, self._sha256, self._trouble = version, rows, check_sum(data), ""
            self._tell(Step(""))

    def _note_writing(self, version: int, data: bytes) -> None:
        """Note what is about to be written, once, however often it is tried."""
        if self._noted != version:
            with self._lock:
                self._notebook.writing(version, data)
            self._noted = version

    def _is_troubled(self, sentence: str) -> None:
        with self._lock:
            if sentence != self._trouble:
                self._trouble = sentence
                self._tell(Step(""))
