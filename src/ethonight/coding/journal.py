"""The journal of a coder's work: one checked line per change, on the disk before the change counts.

A line is ``CRC32 JSON``. Each line has a number, one higher than the line before, so that a lost line is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from ethonight.checked_log import CheckedLog, DamagedLine, bodies, checked, split_tail
from ethonight.coding.record import Payload
from ethonight.errors import WorkspaceError


class JournalDamaged(WorkspaceError):
    """A journal with a line that cannot be trusted."""


class Journal:
    """The journal of one coder for one video. One process at a time has it open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path.with_suffix(".lock"), thread_local=False)
        self._log: CheckedLog | None = None
        self._lines = 0

    @property
    def exists(self) -> bool:
        return self.path.exists()

    @property
    def is_open(self) -> bool:
        return self._log is not None

    def open(self) -> list[Payload]:
        """Read all lines and open the journal for more; a new one is made where there is none.

        A line that a power cut left unfinished at the end was never acknowledged and is left out. Raises
        JournalDamaged for any other damage, and WorkspaceError while another process has the journal open.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._acquire()
        try:
            data = self.path.read_bytes() if self.exists else b""
            whole, _ = split_tail(data)
            lines = list(_payloads(whole, self.path.name))
            self._log = CheckedLog(self.path, len(whole))
        except BaseException:
            self._lock.release()
            raise
        self._lines = len(lines)
        return lines

    def append(self, payload: Payload) -> None:
        """Write one line and wait until it is on the disk.

        Raises OSError (a full disk, say); the line then does not count, and the journal is as it was before.
        """
        assert self._log is not None, "the journal is not open"
        text = json.dumps({"n": self._lines + 1, **payload}, ensure_ascii=False, separators=(",", ":")).encode()
        self._log.append(checked(text))
        self._lines += 1

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None
            self._lock.release()

    def _acquire(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkspaceError(
                f"The work of {self.path.stem} on {self.path.parent.name} is open in another program. Close it there."
            ) from error


def _payloads(data: bytes, name: str) -> Iterator[Payload]:
    try:
        found = bodies(data)
    except DamagedLine as error:
        raise JournalDamaged(f"{name} is damaged: {error}") from error
    for number, body in enumerate(found, start=1):
        payload = json.loads(body)
        if payload["n"] != number:
            raise JournalDamaged(f"{name} is damaged in line {number}: it has the number {payload['n']}")
        yield payload
