"""The ledger: rows, journal and table file as one, written by the one process that holds the lease."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ethonight.errors import WorkspaceError
from ethonight.files import replace_atomically
from ethonight.ledger.history import History, pack_seen
from ethonight.ledger.journal import HISTORY, ROWS, Journal
from ethonight.ledger.lease import Lease
from ethonight.ledger.lost import refuse_lost_journal, refuse_short_journal
from ethonight.ledger.merge import is_as_written, merge
from ethonight.ledger.record import pack_row, records_in, unpack_row
from ethonight.ledger.row import LEGAL_MOVES, Row
from ethonight.ledger.sheet import Sheet
from ethonight.ledger.table_file import TableFile
from ethonight.ledger.table_text import TableUnreadable, parse_table
from ethonight.workspace import Workspace

log = logging.getLogger(__name__)

_PUBLISH_TRIES = 20
_LOCKED_PAUSE_SECONDS = 1.0
"""A table that another program holds is tried again after this time."""
_LINES_BEFORE_COMPACTION = 1000


class Ledger:
    """The job table, open for writing. Use as a context manager; leaving it publishes and gives the lease back."""

    def __init__(self, workspace: Workspace, task: str) -> None:
        self._workspace = workspace
        self._lease = Lease(workspace.lease, task)
        self._journal = Journal(workspace.journal)
        self._file = TableFile(workspace)
        self._history = History()
        self._rows: dict[str, Row] = {}
        self._sheet = Sheet()
        self._dirty = True
        self._complaint = ""
        self._unreadable = ""
        self._locked_until = 0.0

    def __enter__(self) -> Ledger:
        try:
            self._lease.acquire()
            self._open()
        except OSError as error:
            self._close()
            raise WorkspaceError(
                f"The folder {self._workspace.state} cannot be used ({error.strerror or error}: {error.filename}). "
                "Nothing is lost; make room or mend the disk, then run the same command again."
            ) from error
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._file.wait_until_resting(2.0)
            self._locked_until = 0.0
            self.sync()
        finally:
            self._close()

    def _close(self) -> None:
        self._journal.close()
        self._lease.release()

    @property
    def rows(self) -> Mapping[str, Row]:
        """All rows by key, in the order in which they were registered."""
        return self._rows

    @property
    def blocked(self) -> str:
        """Why the table could not be written lately; empty when it shows the current state."""
        return self._complaint if self._dirty else ""

    def record(self, *rows: Row) -> None:
        """Write changed rows to the journal, all or none. Each row's ``rev`` and ``course`` are set here.

        New keys are added at the end. An illegal move between states is a programming error.
        """
        self._store([self._next(row) for row in rows])

    def remark(self, *rows: Row) -> None:
        """Like ``record``, for changes that leave the job's course as it was: a message, a lost settings file."""
        self._store([replace(row, rev=self._rows[row.settings].rev + 1) for row in rows])

    def _store(self, changed: Sequence[Row]) -> None:
        self._lease.beat()
        self._append({"rows": [pack_row(row) for row in changed]})
        self._adopt(changed)
        self._compact_if_long()

    def _append(self, payload: Mapping[str, object]) -> None:
        try:
            self._journal.append(payload)
        except OSError as error:
            raise WorkspaceError(
                f"The journal {self._workspace.journal} cannot be written ({error.strerror}). Nothing is lost; make "
                "room or mend the disk, then run the same command again."
            ) from error

    def _next(self, row: Row) -> Row:
        before = self._rows.get(row.settings)
        if before is None:
            return replace(row, rev=1, course=1)
        assert row.state in LEGAL_MOVES[before.state], f"{before.state} -> {row.state}"
        return replace(row, rev=before.rev + 1, course=before.rev + 1)

    def _adopt(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows[row.settings] = row
            self._sheet.row_changed(row.settings)
            self._history.note_written(row)
            self._dirty = True

    def sync(self) -> list[str]:
        """Take in what a person saved and publish what has changed. Returns remarks for the person.

        Never raises for a locked or half-saved table: it is tried again at the next call; see ``blocked``.
        """
        self._lease.beat()
        remarks: list[str] = []
        for _ in range(_PUBLISH_TRIES):
            try:
                self._take_in(remarks)
                if not self._dirty or not self._file.resting or time.monotonic() < self._locked_until:
                    return remarks
                if (unread := self._publish()) is None:
                    self._complain("")
                    return remarks
                self._merge_or_keep(unread, remarks)
            except BlockingIOError:
                continue
            except TableUnreadable as error:
                self._complain(f"{error} The night goes on; the table is written again when it can be read.")
                return remarks
            except OSError as error:
                self._locked_until = time.monotonic() + _LOCKED_PAUSE_SECONDS
                reason = error.strerror or str(error)
                self._complain(
                    f"{self._file.path.name} cannot be written now ({reason}); is it open in Excel? "
                    "The night goes on, and the table catches up when it is closed."
                )
                return remarks
        return remarks

    def settle(self) -> list[str]:
        """Take in a save that was not read yet; one that is being written right now is waited for, at most 2 s.

        Returns remarks.
        """
        if not self._file.unread:
            return []
        self._file.wait_until_resting(2.0)
        return self.sync()

    def _complain(self, text: str) -> None:
        if text and text != self._complaint:
            log.warning(text)
        self._complaint = text

    def _take_in(self, remarks: list[str]) -> None:
        if (late := self._file.late_save()) is not None:
            self._merge(late, remarks)
        if (saved := self._file.changed()) is not None:
            self._merge_saved(saved, remarks)
        if self._file.data is None:
            self._unreadable = ""
            if self._sheet.placed:
                self._sheet.forget()
                self._dirty = True
        if self._unreadable:
            raise TableUnreadable(self._unreadable)

    def _merge_saved(self, data: bytes, remarks: list[str]) -> None:
        """Merge the table as it lies there. One that cannot be read stays until it can."""
        self._unreadable = ""
        try:
            self._merge(data, remarks, in_place=True)
        except TableUnreadable as error:
            self._unreadable = str(error)
        except WorkspaceError:
            self._file.forget()  # It counts as read only when the journal has it.
            raise

    def _merge_or_keep(self, data: bytes, remarks: list[str]) -> None:
        """Merge a table that no longer lies in its place; one that cannot be read is kept aside."""
        try:
            self._merge(data, remarks)
        except TableUnreadable as error:
            remarks.append(f"{error} It was set aside: {self._keep('tracking_status', '.csv', data)}")

    def _merge(self, data: bytes, remarks: list[str], in_place: bool = False) -> None:
        table = parse_table(data)
        self._sheet.take_layout(table, self._rows, in_place)
        merged = merge(self._rows, self._history, table)
        if merged.kept:
            rows = json.dumps(merged.kept, ensure_ascii=False, indent=1).encode()
            remarks.append(f"Rows set aside: {self._keep('rows', '.json', rows)}")
        if merged.changed or merged.seen:
            packed = [pack_row(row) for row in merged.changed.values()]
            self._append({"rows": packed, "seen": pack_seen(merged.seen)})
            for key, rev, cells in merged.seen:
                self._history.note_seen(key, rev, cells)
            self._adopt(merged.changed.values())
        remarks += merged.remarks
        self._dirty = True

    def _keep(self, name: str, ending: str, data: bytes) -> str:
        """Set aside what the table cannot show, in a file with its date. Returns where, as shown to a person."""
        folder = self._workspace.kept_tables
        folder.mkdir(exist_ok=True)
        path = folder / f"{name} {datetime.now():%Y-%m-%d %H%M%S%f}{ending}"
        replace_atomically(path, data)
        return self._workspace.shown(path)

    def _publish(self) -> bytes | None:
        """Write the table where it does not show the rows. Returns a save that was found in its place, unread."""
        if (wanted := self._sheet.to_write(self._rows)) is not None:
            data, table = wanted
            unread = self._file.publish(data)
            self._sheet.written(table)
            if unread is not None:
                return unread
        self._dirty = False
        return None

    def _open(self) -> None:
        refuse_lost_journal(self._workspace)
        for kind, payload in self._journal.replay():
            self._replay(kind, payload)
        self._file.wait_until_resting()
        saved = self._file.changed()
        if saved is not None and self._file.is_published(saved):
            # The machine's own table asks for nothing: what a leftover asks for, it must not take back.
            own = parse_table(saved)
            refuse_short_journal(own, self._rows)
            self._sheet.take_layout(own, self._rows, in_place=True)
            saved = None
        self._compact_if_long()
        remarks: list[str] = []
        for data in self._file.leftovers():
            if not self._is_own(data):
                self._merge_or_keep(data, remarks)
        if saved is not None:
            self._merge(saved, remarks, in_place=True)
        self._file.forget_leftovers()
        for text in remarks:
            log.warning(text)

    def _is_own(self, data: bytes) -> bool:
        """Whether a leftover is a table as the machine wrote it: then it asks for nothing."""
        try:
            table = parse_table(data)
        except TableUnreadable:
            return False
        return all(is_as_written(cells, self._history, table.columns) for cells in table.rows)

    def _replay(self, kind: str, payload: Mapping[str, object]) -> None:
        if kind == HISTORY:
            self._history.unpack(payload)
            return
        self._adopt(unpack_row(record) for record in records_in(payload))
        self._history.unpack({"seen": payload.get("seen", [])})

    def _compact_if_long(self) -> None:
        if self._journal.lines > _LINES_BEFORE_COMPACTION + len(self._rows) // 4:
            self._compact()

    def _compact(self) -> None:
        rows = {"rows": [pack_row(row) for row in self._rows.values()]}
        self._journal.compact([(ROWS, rows), (HISTORY, self._history.pack(self._rows))])
