"""``tracking_status.csv`` on the disk: read only when it rests, replaced only by what has read it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time

from ethonight.exchange import place
from ethonight.files import Stamp, stamp_of, sync_folder, write_durable
from ethonight.ledger.table_text import TableUnreadable
from ethonight.workspace import Workspace

SETTLE_SECONDS = 0.25
"""A file that another program saved is read once it has not changed for this long."""


def mark_of(data: bytes) -> str:
    """Return the mark by which readers recognise a table that nobody has saved since it was published."""
    return hashlib.sha256(data).hexdigest()


class TableFile:
    """The table's file and the two names beside it that a replacement passes through."""

    def __init__(self, workspace: Workspace) -> None:
        self.path = workspace.table
        self._writing = workspace.state / "table.writing"
        self._new = workspace.state / "table.new"
        self._old = workspace.state / "table.old"
        self._mark = workspace.published_mark
        self._known: Stamp | None = None
        self._known_old = stamp_of(self._old)
        self._moving: Stamp | None = None
        self._since = 0.0
        self.data: bytes | None = None
        """The content that was read or written last; None before that, or where there is no file."""

    def leftovers(self) -> list[bytes]:
        """Return what an interrupted replacement left beside the table; it may hold a person's save."""
        return [path.read_bytes() for path in (self._old, self._new) if path.exists()]

    def forget_leftovers(self) -> None:
        """Remove what ``leftovers`` returned; call it when that is merged."""
        for path in (self._writing, self._new, self._old):
            path.unlink(missing_ok=True)
        self._known_old = None

    def late_save(self) -> bytes | None:
        """Return the replaced file if a slow writer finished it only after it was replaced."""
        found = stamp_of(self._old)
        if found is None or found == self._known_old:
            return None
        self._known_old = found
        return self._old.read_bytes()

    @property
    def unread(self) -> bool:
        """Whether the table is another than the one that was read or written last."""
        return stamp_of(self.path) not in (None, self._known)

    @property
    def resting(self) -> bool:
        """Whether no other program seems to be writing the table right now."""
        found = stamp_of(self.path)
        if found == self._known or found is None:
            return True
        if found != self._moving:
            self._moving, self._since = found, time.monotonic()
        return time.monotonic() - self._since >= SETTLE_SECONDS

    def wait_until_resting(self, seconds: float = 10.0) -> None:
        """Wait for a program that is writing the table, but not longer than ``seconds``."""
        end = time.monotonic() + seconds
        while not self.resting and time.monotonic() < end:
            time.sleep(SETTLE_SECONDS / 5)

    def changed(self) -> bytes | None:
        """Return the file's content when another program has changed it and it rests; None otherwise.

        Raises TableUnreadable for a folder.
        """
        found = stamp_of(self.path)
        if found is None:
            self._known = self.data = None
            return None
        if found == self._known or not self.resting:
            return None
        try:
            data = self.path.read_bytes()
        except IsADirectoryError as error:
            raise TableUnreadable(f"{self.path.name} is a folder. Move it away: the table is then written.") from error
        if stamp_of(self.path) != found:
            return None
        self._known, self._moving = found, None
        return self._take(data)

    def forget(self) -> None:
        """Count what ``changed`` returned as not read; it is returned again."""
        self._known = self.data = None

    def _take(self, data: bytes) -> bytes | None:
        if data == self.data:
            return None
        self.data = data
        return data

    def is_published(self, data: bytes) -> bool:
        """Whether ``data`` is the table as it was published last, or was about to be."""
        try:
            return self._mark.read_text("ascii", "replace") == mark_of(data)
        except OSError:
            return False

    def publish(self, data: bytes) -> bytes | None:
        """Replace the table by ``data``. Returns a content that nobody has read yet, if there was one.

        Raises OSError while another program holds the file; BlockingIOError when the table changed meanwhile.
        """
        write_durable(self._writing, data)
        os.replace(self._writing, self._new)
        stamp = stamp_of(self._new)
        with contextlib.suppress(OSError):
            self._mark.write_text(mark_of(data), "ascii")  # Before: a killed run must know its own table again.
        if not place(self._new, self.path, self._old):
            raise BlockingIOError("The table changed while it was being replaced.")
        with contextlib.suppress(OSError):
            sync_folder(self.path.parent)
        before, self.data, self._known = self.data, data, stamp
        self._known_old = stamp_of(self._old)
        if self._known_old is None:
            return None
        replaced = self._old.read_bytes()
        return None if replaced == before else replaced
