"""The file of bouts on the disk: what others do to it is noticed, and only what is known is replaced."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ethonight.exchange import place
from ethonight.files import Stamp, stamp_of, sync_folder, temporary_beside, write_durable

SETTLE_SECONDS = 0.25
"""A file that another program changes is read once it has rested for this long."""


class ChangedMeanwhile(OSError):
    """Another program changed the file after it was read last; it was not replaced."""


class BoutsFile:
    """One file. ``data`` is its content as it was read or written last, ``b""`` where it was not there.

    ``name`` is what it is called in messages.
    """

    def __init__(self, path: Path, name: str, settle: float = SETTLE_SECONDS) -> None:
        self.path = path
        self.name = name
        self.data = b""
        self._settle = settle
        self._known: Stamp | None = None
        self._moving: Stamp | None = None
        self._since = 0.0

    @property
    def is_known(self) -> bool:
        """Whether the file looks as it did when it was read or written last."""
        return stamp_of(self.path) == self._known

    @property
    def has_settled(self) -> bool:
        """Whether a file that is not known has been left alone for a while. Asked again and again, it becomes true."""
        found = stamp_of(self.path)
        now = time.monotonic()
        if found != self._moving:
            self._moving, self._since = found, now
        return now - self._since >= self._settle

    def read(self) -> bytes:
        """Return what is in the file now, and know it from now on. Raises OSError."""
        stamp = stamp_of(self.path)
        try:
            self.data = self.path.read_bytes()
        except FileNotFoundError:
            self.data = b""
        self._known = stamp
        return self.data

    def forget(self) -> None:
        """Count the file as not known: it is read again."""
        self._known = (0, 0, 0)

    def replace(self, data: bytes) -> None:
        """Replace the file, whole or not at all, if it is still as it is known; ``b""`` removes it.

        Raises ChangedMeanwhile where it is not, and OSError where the disk or another program does not let it, or the
        whole workspace is gone: it is not begun anew where it was, without its journals.
        """
        self.path.parent.mkdir(exist_ok=True)
        self._refuse_changed(self.path)
        if not data:
            self._remove()
            return
        new, old = temporary_beside(self.path), temporary_beside(self.path)
        try:
            write_durable(new, data)
            stamp = stamp_of(new)
            old.unlink()
            if not place(new, self.path, old):
                raise ChangedMeanwhile(f"{self.path.name} appeared or vanished")
            self._give_back_if_changed(old)
        finally:
            for left in (new, old):
                left.unlink(missing_ok=True)
        self.data, self._known = data, stamp
        sync_folder(self.path.parent)

    def _remove(self) -> None:
        old = temporary_beside(self.path)
        try:
            os.replace(self.path, old)
            self._give_back_if_changed(old)
        finally:
            old.unlink(missing_ok=True)
        self.data, self._known = b"", None
        sync_folder(self.path.parent)

    def _give_back_if_changed(self, replaced: Path) -> None:
        """Put a file back that another program saved in the very instant in which it was replaced."""
        try:
            self._refuse_changed(replaced)
        except ChangedMeanwhile:
            os.replace(replaced, self.path)
            raise

    def _refuse_changed(self, where: Path) -> None:
        if (where.read_bytes() if where.exists() else b"") != self.data:
            raise ChangedMeanwhile(f"{self.path.name} was changed by another program")
