"""Durable file operations: a file is there complete, or as it was before."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

_CHUNK = 1 << 20

Stamp = tuple[int, int, int]
"""Of a file on the disk: inode, time of change in nanoseconds, bytes."""


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` survive a power cut, where the system can."""
    if os.name == "nt":
        return  # Windows has no way to open a folder for this, and orders its metadata by itself.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Wait until everything in ``folder`` is on the disk (it may be a file); what cannot be opened is left out.

    Raises OSError when the disk could not take a file that another program had written.
    """
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0) if os.name == "nt" else os.O_RDONLY
    if folder.is_file():
        _sync_file(folder, flags)
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                _sync_file(path, flags)
        sync_folder(Path(place))


def _sync_file(path: Path, flags: int) -> None:
    try:
        handle = os.open(path, flags)
    except OSError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durable(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk. The file must not be read by others before this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
    try:
        write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of ``data``; a single ``os.write`` may take only a part."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def replace_atomically(path: Path, data: bytes) -> None:
    """Replace the content of ``path``: temporary file in the same folder, flushed, renamed over it."""
    temporary = temporary_beside(path)
    try:
        write_durable(temporary, data)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def temporary_beside(path: Path) -> Path:
    """Return the path of a new, empty, hidden file in the folder of ``path``."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    if os.name != "nt":
        os.chmod(name, 0o644)
    return Path(name)


def stamp_of(path: Path) -> Stamp | None:
    """Return what changes whenever the file is replaced or written to; None where it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def content_hash(path: Path) -> str:
    """Return the SHA-256 of the file's content in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def dated_sibling(path: Path, when: datetime) -> Path:
    """Return a free path beside ``path`` that carries the date: ``session_a`` -> ``session_a 2026-03-01 2204``."""
    stem = f"{path.stem} {when:%Y-%m-%d %H%M}"
    candidate, count = path.with_name(stem + path.suffix), 2
    while candidate.exists():
        candidate = path.with_name(f"{stem} ({count}){path.suffix}")
        count += 1
    return candidate
