"""Collecting trajectories: what every finished session says, in ``tracking/<session>.h5``."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ethonight.files import sync_folder, temporary_beside
from ethonight.jobs.idtracker_session import trajectories_in
from ethonight.jobs.idtracker_trajectories import BrokenTrajectories, check_shape, same_content
from ethonight.jobs.protocol import Site
from ethonight.ledger.row import SKIP, Row, State

TASK = "track"

_ABANDONED_SECONDS = 24 * 3600.0
_TRIES = 4
_PAUSE_SECONDS = 0.5
"""Between two looks at a file that the validator is saving."""


class CopyState(StrEnum):
    """What ``copy`` did with one session, or would do."""

    NEW = "new"
    UPDATED = "updated"
    SAME = "same"
    BROKEN = "broken"


@dataclass(frozen=True)
class CollectResult:
    """What became of one row. ``target`` is the collected file; ``message`` is empty unless it is broken."""

    settings: str
    target: Path
    state: CopyState
    message: str = ""


class _Broken(Exception):
    """A session that cannot be collected. The message is a whole sentence."""


class _Changing(Exception):
    """The source changed while it was looked at."""


def collect(rows: Iterable[Row], site: Site, dryrun: bool = False) -> list[CollectResult]:
    """Copy the trajectories of every done tracking job that is not set to ``skip`` to ``tracking/``.

    A file is replaced only by one that was opened and checked, and only when its content differs; with ``dryrun``
    nothing is written. What is broken is reported, and the others are still collected.
    """
    results: list[CollectResult] = []
    owners: dict[str, str] = {}
    if not dryrun:
        _remove_abandoned(site.workspace.tracking)
    for row in rows:
        if row.task == TASK and row.state is State.DONE and row.hold != SKIP:
            results.append(_collect_row(row, site, owners, dryrun))
    return results


def _remove_abandoned(folder: Path) -> None:
    """Remove unfinished copies that a killed run left behind long ago."""
    for stray in folder.glob(".session_*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - stray.stat().st_mtime > _ABANDONED_SECONDS:
                stray.unlink()


def _collect_row(row: Row, site: Site, owners: dict[str, str], dryrun: bool) -> CollectResult:
    session = site.workspace.root / row.output
    target = site.workspace.tracking / f"{session.name}.h5"
    try:
        if not row.output:
            raise _Broken("The table does not say where its session lies. Set the row to pending to track it again.")
        other = owners.setdefault(target.name.casefold(), row.settings)
        if other != row.settings:
            raise _Broken(f"{other} has the same session name. Give one of them another 'name' and track it again.")
        return CollectResult(row.settings, target, _collected(trajectories_in(session), target, dryrun))
    except _Broken as error:
        return CollectResult(row.settings, target, CopyState.BROKEN, str(error))


def _collected(source: Path, target: Path, dryrun: bool) -> CopyState:
    """Look at the source until it stands still. Raises _Broken."""
    for last in (*[False] * (_TRIES - 1), True):
        try:
            return _attempt(source, target, dryrun)
        except _Changing:
            if last:
                raise _Broken("The session is being saved right now. Run copy again when that is over.") from None
        except BrokenTrajectories as error:
            if last:
                words = "If the validator is saving the session, run copy again; else set the row to pending."
                raise _Broken(f"Its trajectories {error}. {words}") from error
        except FileNotFoundError as error:
            raise _Broken(_missing(source, error)) from error
        except OSError as error:
            raise _Broken(_refused(error, target)) from error
        time.sleep(_PAUSE_SECONDS)
    raise AssertionError("the last try returns or raises")


def _attempt(source: Path, target: Path, dryrun: bool) -> CopyState:
    """Compare, and copy if needed. Raises _Changing, BrokenTrajectories or OSError; then the target is untouched."""
    before = _fingerprint(source)
    there = target.exists()
    identical = there and filecmp.cmp(source, target, shallow=False)
    check_shape(source, every_value=not identical)
    same = identical or (there and same_content(source, target))
    if not same and not dryrun:
        _replace(source, target, before)
    if _fingerprint(source) != before:
        raise _Changing
    if same:
        return CopyState.SAME
    return CopyState.UPDATED if there else CopyState.NEW


def _replace(source: Path, target: Path, before: tuple[int, int]) -> None:
    """Copy beside the target, check the copy, and rename it into place."""
    temporary = temporary_beside(target)
    try:
        with source.open("rb") as reader, temporary.open("wb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
            writer.flush()
            os.fsync(writer.fileno())
        check_shape(temporary)
        if _fingerprint(source) != before:
            raise _Changing
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def _fingerprint(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _missing(source: Path, error: FileNotFoundError) -> str:
    if source.parent.parent.is_dir():
        return f"The session has no {source.parent.name}/{source.name}. Set the row to pending to track it again."
    if source.parent.parent.parent.is_dir():
        return f"There is no session {source.parent.parent} any more. Set the row to pending to track it again."
    return f"Not found: {error.filename}."


def _refused(error: OSError, target: Path) -> str:
    if isinstance(error, PermissionError):
        return f"{target.name} may not be written or read: it is open in another program, or protected. Close it there."
    return f"It could not be copied: {error.strerror or error}. Run copy again when that is mended."
