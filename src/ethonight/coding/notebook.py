"""The notebook: a coder's work with its journal. What is noted here survives whatever happens to the process."""

from __future__ import annotations

from datetime import datetime

from ethonight.coding.base import Base
from ethonight.coding.board import Step
from ethonight.coding.errors import EditError
from ethonight.coding.journal import Journal
from ethonight.coding.record import Kind, Payload, pack_base, pack_step
from ethonight.coding.replay import check_sum
from ethonight.coding.work import Work
from ethonight.frame_times import Edges


class Notebook:
    """Work whose every change is in the journal before it counts. The journal begins with the first change.

    All methods raise OSError when the disk does not take a line; nothing is changed then.
    """

    def __init__(self, work: Work, journal: Journal) -> None:
        self.work = work
        self._journal = journal

    def do(self, step: Step) -> None:
        """Make a step."""
        self._note(Kind.CHANGE, pack_step(step))
        self.work.do(step)

    def undo(self) -> Step:
        """Take the last step back and return what does so. Raises EditError where there is none."""
        if not self.work.undo_what:
            raise EditError("There is nothing to undo.")
        self._note(Kind.UNDO)
        return self.work.undo()

    def redo(self) -> Step:
        """Make the step again that was taken back last, and return it. Raises EditError where there is none."""
        if not self.work.redo_what:
            raise EditError("There is nothing to do again.")
        self._note(Kind.REDO)
        return self.work.redo()

    def outside(self, step: Step, base: Base, edges: Edges) -> bool:
        """Take over a file that another program changed; ``step`` leads to it from the work as it is.

        That is a step that can be undone, unless nothing was done here yet; returns whether something was.
        """
        if not self._journal.is_open:
            self.work = Work(base, edges, self.work.version + 1)
            return False
        self._note(Kind.OUTSIDE, {**pack_step(step), **pack_base(base), **_file(self.work.version + 1, base.source)})
        self.work.do(step)
        self.work.base = base
        return True

    def writing(self, version: int, data: bytes) -> None:
        """Note that the file will hold the work as it was at ``version``: it is known then, whatever happens."""
        self._note(Kind.WRITING, _file(version, data))

    def written(self, version: int, data: bytes) -> None:
        """Note that the file holds the work as it was at ``version``."""
        self._note(Kind.WRITTEN, _file(version, data))

    def close(self) -> None:
        self._journal.close()

    def _note(self, kind: Kind, payload: Payload | None = None) -> None:
        if not self._journal.is_open:
            self._begin()
        self._journal.append({"kind": kind, "at": _now(), **(payload or {})})

    def _begin(self) -> None:
        if self._journal.open():
            self._journal.close()
            raise EditError("Another program works on the same bouts. Close it there, then load this page again.")
        base = self.work.base
        try:
            start = {**pack_base(base), **_file(self.work.version, base.source)}
            self._journal.append({"kind": Kind.START, "at": _now(), **start})
        except OSError:
            self._journal.close()
            raise


def _now() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%dT%H:%M:%S%z}"


def _file(version: int, source: bytes) -> dict[str, object]:
    return {"version": version, "sha256": check_sum(source)}
