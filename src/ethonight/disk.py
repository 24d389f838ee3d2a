"""Which files a folder holds, and how large they are."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_MOUNT_POINT = 0xA0000003
"""What Windows calls a junction."""


def files_below(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield all files in a folder, in no order; links and what lies behind them are left out, folders that are closed
    or gone too."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if not _is_junction(entry.path):
                yield from files_below(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield entry


def size_of(entry: os.DirEntry[str]) -> int:
    """Return how many bytes a file has; 0 where it is gone meanwhile."""
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def size_text(size: int) -> str:
    """Return a number of bytes as people say it: ``12 KB``, ``350 MB``, ``1.2 GB``."""
    if size >= 999_500_000:
        return f"{size / 1e9:,.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 999_500 else f"{size / 1e3:.0f} KB"


def _is_junction(path: str) -> bool:
    """Whether this is Windows' other kind of link to a folder, which counts as a folder there."""
    return os.name == "nt" and getattr(os.lstat(path), "st_reparse_tag", 0) == _MOUNT_POINT
