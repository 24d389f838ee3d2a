"""Files to which lines are only added: each with its check sum, and on the disk before it counts."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from ethonight.files import sync_folder, write_all

_SUM = 9
"""Bytes in front of a line's body: its check sum as eight hexadecimal digits, and a blank."""


class DamagedLine(Exception):
    """A line that does not match its check sum; ``number`` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} does not match its check sum")
        self.number = number


def checked(body: bytes) -> bytes:
    """Return the line of a body without line breaks."""
    return b"%08x %b\n" % (zlib.crc32(body), body)


def bodies(data: bytes) -> list[bytes]:
    """Return the bodies of whole lines. Raises DamagedLine."""
    found = []
    for number, line in enumerate(data.split(b"\n")[:-1], start=1):
        body = line[_SUM:]
        if not body or line + b"\n" != checked(body):
            raise DamagedLine(number)
        found.append(body)
    return found


def split_tail(data: bytes) -> tuple[bytes, bytes]:
    """Split off what a power cut left unfinished at the end: no newline, or a block of zeros."""
    end = data.rfind(b"\n") + 1
    whole, tail = data[:end], data[end:]
    start = whole.rfind(b"\n", 0, end - 1) + 1 if whole else 0
    if b"\0" in whole[start:]:
        return whole[:start], whole[start:] + tail
    return whole, tail


class CheckedLog:
    """A file that is open for adding lines. One process at a time may have it open; who calls this sees to that."""

    def __init__(self, path: Path, length: int) -> None:
        """Open or make the file and cut it to ``length`` bytes, those that were read and are whole."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._handle = os.open(path, flags, 0o644)
        self.length = length
        """Bytes of whole lines."""
        try:
            if os.fstat(self._handle).st_size != length:
                os.ftruncate(self._handle, length)
                os.fsync(self._handle)
            sync_folder(path.parent)
        except OSError:
            os.close(self._handle)
            raise

    def append(self, line: bytes) -> None:
        """Write one line and wait until it is on the disk.

        Raises OSError (a full disk, say); the line then does not count, and the file is as it was before.
        """
        try:
            write_all(self._handle, line)
            os.fsync(self._handle)
        except OSError:
            os.ftruncate(self._handle, self.length)
            raise
        self.length += len(line)

    def close(self) -> None:
        os.close(self._handle)
