"""Copying one file to ``tracking/``: compared by content, checked before and after, replaced at once or not at all."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ethonight.files import replace_atomically, sync_folder, temporary_beside

_ABANDONED_SECONDS = 24 * 3600.0
_TRIES = 4
_PAUSE_SECONDS = 0.5
"""Between two looks at a file that another program is saving."""


class CopyState(StrEnum):
    """What ``copy`` did with one file, or would do."""

    NEW = "new"
    UPDATED = "updated"
    SAME = "same"
    BROKEN = "broken"


@dataclass(frozen=True)
class CollectResult:
    """What became of one file. ``target`` is the collected file; ``message`` is empty unless it is broken."""

    settings: str
    """The key of the job; empty for a table that is made of several."""
    target: Path
    state: CopyState
    message: str = ""
    folder: str = ""
    """Below ``tracking/``, with ``/`` at its end; empty for ``tracking/`` itself."""

    @property
    def shown(self) -> str:
        return self.folder + self.target.name


class NotCollected(Exception):
    """A file that cannot be collected. The message is a whole sentence."""


class Unsound(Exception):
    """A file that was read and is not what it should be, perhaps as it is being saved. The message is a sentence."""


class _Changing(Exception):
    """The source changed while it was looked at."""


@dataclass(frozen=True)
class Content:
    """How files of one kind are looked at."""

    check: Callable[[Path, bool], None]
    """Raises Unsound; with True every value is read, else only what stands at the front."""
    same: Callable[[Path, Path], bool]
    """Whether two files of different bytes say the same."""
    missing: Callable[[FileNotFoundError], str]
    """The sentence for a source that is not there."""
    saving: str
    """The sentence for a source that changes all the time."""


def copy_if_changed(source: Path, target: Path, content: Content, dryrun: bool) -> CopyState:
    """Copy ``source`` unless ``target`` says the same; a source that is being saved is waited for.

    With ``dryrun`` nothing is written. Raises NotCollected; then the target is as it was.
    """
    for last in (*[False] * (_TRIES - 1), True):
        try:
            return _attempt(source, target, content, dryrun)
        except _Changing:
            if last:
                raise NotCollected(content.saving) from None
        except Unsound as error:
            if last:
                raise NotCollected(str(error)) from error
        except FileNotFoundError as error:
            raise NotCollected(content.missing(error)) from error
        except OSError as error:
            raise NotCollected(_refused(error, target)) from error
        time.sleep(_PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")


def write_if_changed(target: Path, data: bytes, dryrun: bool) -> CopyState:
    """Write a whole file unless it says the same. Raises NotCollected; then the target is as it was."""
    try:
        there = target.exists()
        if there and target.read_bytes() == data:
            return CopyState.SAME
        if not dryrun:
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_atomically(target, data)
    except OSError as error:
        raise NotCollected(_refused(error, target)) from error
    return CopyState.UPDATED if there else CopyState.NEW


def remove_abandoned(folder: Path, pattern: str) -> None:
    """Remove unfinished copies that a killed run left behind long ago."""
    for stray in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if time.time() - stray.stat().st_mtime > _ABANDONED_SECONDS:
                stray.unlink()


def _attempt(source: Path, target: Path, content: Content, dryrun: bool) -> CopyState:
    """Compare, and copy if needed. Raises _Changing, Unsound or OSError; then the target is untouched."""
    before = _fingerprint(source)
    there = target.exists()
    identical = there and filecmp.cmp(source, target, shallow=False)
    content.check(source, not identical)
    same = identical or (there and content.same(source, target))
    if not same and not dryrun:
        _replace(source, target, content, before)
    if _fingerprint(source) != before:
        raise _Changing
    if same:
        return CopyState.SAME
    return CopyState.UPDATED if there else CopyState.NEW


def _replace(source: Path, target: Path, content: Content, before: tuple[int, int]) -> None:
    """Copy beside the target, check the copy, and rename it into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(target)
    try:
        with source.open("rb") as reader, temporary.open("wb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
        content.check(temporary, True)
        if _fingerprint(source) != before:
            raise _Changing
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def _fingerprint(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _refused(error: OSError, target: Path) -> str:
    if isinstance(error, PermissionError):
        return f"{target.name} may not be written or read: it is open in another program, or protected. Close it there."
    return f"It could not be copied: {error.strerror or error}. Run copy again when that is mended."
