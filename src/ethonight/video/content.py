"""A short name for what is in a video file, which stays the same when the file is moved, renamed or touched."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path
from typing import BinaryIO

from ethonight.errors import VideoError
from ethonight.video import sentences

_PIECE = 1 << 20
_SMALL_PIECE = 1 << 14
_SMALL_PIECES = 61
_LARGEST_INDEX = 1 << 28
_VERSION = b"1"


def content_key(path: Path) -> str:
    """Return 32 hexadecimal digits that stand for the file's content. Reads a few MiB of however large a file.

    What goes in: the size; the first, middle and last MiB; 61 pieces of 16 KiB evenly in between; and the whole index
    (``moov``) of an MP4 or MOV, wherever it lies, since a change in it changes times without changing pictures. Two
    files that differ only elsewhere get one key: that takes an editor of single bytes, not a camera. Nothing of it
    depends on the version of a library. Raises VideoError for a file that cannot be read.
    """
    digest = hashlib.sha256(_VERSION)
    try:
        with path.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            digest.update(struct.pack("<Q", size))
            for start, length in _pieces(size):
                stream.seek(start)
                digest.update(stream.read(length))
            for start, length in _index_boxes(stream, size):
                stream.seek(start)
                digest.update(stream.read(min(length, _LARGEST_INDEX)))
    except FileNotFoundError as error:
        raise VideoError(sentences.missing(path)) from error
    except OSError as error:
        raise VideoError(sentences.unreadable(path, error.strerror or str(error))) from error
    return digest.hexdigest()[:32]


def _pieces(size: int) -> list[tuple[int, int]]:
    """Return the start and length (bytes) of what is hashed; the whole file where it is small."""
    if size <= 3 * _PIECE + _SMALL_PIECES * _SMALL_PIECE:
        return [(0, size)]
    large = [(0, _PIECE), ((size - _PIECE) // 2, _PIECE), (size - _PIECE, _PIECE)]
    small = [(size * at // (_SMALL_PIECES + 1), _SMALL_PIECE) for at in range(1, _SMALL_PIECES + 1)]
    return large + small


def _index_boxes(stream: BinaryIO, size: int) -> list[tuple[int, int]]:
    """Return start and length of the top-level ``moov`` boxes; none for a file that is not built of boxes."""
    found, at = [], 0
    while at + 16 <= size:
        stream.seek(at)
        length, kind, long_length = struct.unpack(">I4sQ", stream.read(16))
        length = long_length if length == 1 else size - at if length == 0 else length
        if length < 8 or not kind.isalnum() or (at == 0 and kind not in (b"ftyp", b"moov", b"mdat", b"wide", b"free")):
            break
        if kind == b"moov":
            found.append((at, length))
        at += length
    return found
