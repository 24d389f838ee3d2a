"""The append-only journal: one checked line per change, on the disk before the change counts.

A line is ``CRC32 KIND JSON``. ``R`` lines carry rows (and what a person's save had said), ``H`` lines carry older
views that only merging needs. Each line has a number, one higher than the line before, so that a lost line is
noticed. A line that a power cut left unfinished at the end was never acted on and is set aside; any other damage
stops with a message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ethonight.checked_log import CheckedLog, DamagedLine, bodies, checked, split_tail
from ethonight.errors import WorkspaceError
from ethonight.files import replace_atomically

Payload = dict[str, object]

ROWS = "R"
HISTORY = "H"


class JournalDamaged(WorkspaceError):
    """The journal holds a line that cannot be trusted. It is never repaired or replaced silently."""


def encode_line(number: int, kind: str, payload: Mapping[str, object]) -> bytes:
    """Return one journal line, newline included."""
    text = json.dumps({"n": number, **payload}, ensure_ascii=False, separators=(",", ":"))
    return checked(f"{kind} {text}".encode())


def decode_lines(data: bytes, name: str, skip: str = "") -> Iterator[tuple[str, Payload]]:
    """Yield kind and payload of each line; lines of kind ``skip`` are checked but not parsed.

    Raises JournalDamaged with the line's number.
    """
    try:
        found = bodies(data)
    except DamagedLine as error:
        raise _damaged(name, error.number, "it does not match its check sum") from error
    wanted = [(index, body) for index, body in enumerate(found, start=1) if body[:1] != skip.encode()]
    # One call for all lines: a journal of ten thousand lines is read four times as fast.
    payloads: list[Payload] = json.loads(b"[" + b",".join(body[2:] for _, body in wanted) + b"]")
    first: int | None = None
    for (index, body), payload in zip(wanted, payloads, strict=True):
        number = int(str(payload["n"]))
        first = number - index if first is None else first
        if number - index != first:
            raise _damaged(name, index, f"it has number {number} where {first + index} should be")
        yield chr(body[0]), payload


def _damaged(name: str, line: int, what: str) -> JournalDamaged:
    return JournalDamaged(
        f"The journal {name} is damaged in line {line}: {what}. Nothing was changed. Restore the file from a backup; "
        "or, to start a new table, move the folder .ethonight and tracking_status.csv away together."
    )


def read_journal(path: Path, skip: str = "") -> Iterator[tuple[str, Payload]]:
    """Yield what the journal holds, without the unfinished end; a missing journal holds nothing."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    yield from decode_lines(split_tail(data)[0], path.name, skip)


class Journal:
    """The journal, open for appending by the one holder of the lease."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log: CheckedLog | None = None
        self._next = 1
        self.lines = 0
        """Lines since the last compaction."""

    def replay(self) -> list[tuple[str, Payload]]:
        """Read everything and open for appending; an unfinished end is kept aside in a file first."""
        data = self._path.read_bytes() if self._path.exists() else b""
        whole, tail = split_tail(data)
        records = list(decode_lines(whole, self._path.name))
        if tail:
            replace_atomically(self._path.with_name("journal.unfinished"), tail)
        self._log = CheckedLog(self._path, len(whole))
        if records:
            self._next = int(str(records[-1][1]["n"])) + 1
        self.lines = len(records)
        return records

    def append(self, payload: Mapping[str, object], kind: str = ROWS) -> None:
        """Write one line and wait until it is on the disk.

        Raises OSError (a full disk, say); the line then does not count, and the journal is as it was before.
        """
        if self._log is None:
            raise WorkspaceError("The journal is closed.")
        self._log.append(encode_line(self._next, kind, payload))
        self._next += 1
        self.lines += 1

    def compact(self, records: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """Replace the journal by ``records``, which say the same in fewer lines.

        Where the disk refuses that, the journal stays as it is: longer, and as good.
        """
        lines = [encode_line(self._next + i, kind, payload) for i, (kind, payload) in enumerate(records)]
        data = b"".join(lines)
        length = self._log.length if self._log else 0
        self.close()
        try:
            replace_atomically(self._path, data)
        except OSError:
            self._log = CheckedLog(self._path, length)
            return
        self._log = CheckedLog(self._path, len(data))
        self._next += len(lines)
        self.lines = len(lines)

    def close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None
