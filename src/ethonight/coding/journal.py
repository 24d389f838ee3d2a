"""The journal of a coder's work: one checked line per change, on the disk before the change counts.

A line is ``CRC32 JSON``. Each line has a number, one higher than the line before, so that a lost line is noticed.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ethonight.coding.record import Payload
from ethonight.errors import WorkspaceError
from ethonight.files import sync_folder, write_all


class JournalDamaged(WorkspaceError):
    """A journal with a line that cannot be trusted."""


class Journal:
    """The journal of one coder for one video. One process at a time has it open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path.with_suffix(".lock"), thread_local=False)
        self._handle: int | None = None
        self._intact = 0
        self._lines = 0

    @property
    def exists(self) -> bool:
        return self.path.exists()

    @property
    def is_open(self) -> bool:
        return self._handle is not None

    def open(self) -> list[Payload]:
        """Read all lines and open the journal for more; a new one is made where there is none.

        A line that a power cut left unfinished at the end was never acknowledged and is left out. Raises
        JournalDamaged for any other damage, and WorkspaceError while another process has the journal open.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._acquire()
        try:
            data = self.path.read_bytes() if self.exists else b""
            whole = _without_tail(data)
            lines = list(_lines(whole, self.path.name))
            self._open(len(whole))
        except BaseException:
            self._lock.release()
            raise
        self._lines = len(lines)
        return lines

    def append(self, payload: Payload) -> None:
        """Write one line and wait until it is on the disk.

        Raises OSError (a full disk, say); the line then does not count, and the journal is as it was before.
        """
        assert self._handle is not None, "the journal is not open"
        text = json.dumps({"n": self._lines + 1, **payload}, ensure_ascii=False, separators=(",", ":")).encode()
        line = b"%08x %b\n" % (zlib.crc32(text), text)
        try:
            write_all(self._handle, line)
            os.fsync(self._handle)
        except OSError:
            os.ftruncate(self._handle, self._intact)
            raise
        self._intact += len(line)
        self._lines += 1

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            self._lock.release()

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkspaceError(
                f"The work of {self.path.stem} on {self.path.parent.name} is open in another program. Close it there."
            ) from error

    def _open(self, length: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._handle = os.open(self.path, flags, 0o644)
        if os.fstat(self._handle).st_size != length:
            os.ftruncate(self._handle, length)
            os.fsync(self._handle)
        self._intact = length
        sync_folder(self.path.parent)


def _without_tail(data: bytes) -> bytes:
    """Return the journal without what a power cut left unfinished: a last line without its end, or with zeros."""
    whole = data[: data.rfind(b"\n") + 1]
    last = whole.rfind(b"\n", 0, -1) + 1
    return whole[:last] if b"\0" in whole[last:] else whole


def _lines(data: bytes, name: str) -> Iterator[Payload]:
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        text = line[9:]
        if line[:9] != b"%08x " % zlib.crc32(text):
            raise JournalDamaged(f"{name} is damaged in line {number}: it does not match its check sum")
        payload = json.loads(text)
        if payload["n"] != number:
            raise JournalDamaged(f"{name} is damaged in line {number}: it has the number {payload['n']}")
        yield payload
