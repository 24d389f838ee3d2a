"""The verdict on an ended attempt, written before anything moves, so that an interrupted move can be finished."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ethonight.errors import WorkspaceError
from ethonight.files import dated_sibling, replace_atomically, sync_folder, sync_tree

_RENAME_TRIES = 5
_RENAME_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Verdict:
    """A verified attempt: ``source`` becomes ``target``; what is there goes to ``aside``. All absolute paths."""

    source: str
    target: str
    aside: str
    message: str


def make_verdict(source: Path, target: Path, message: str) -> Verdict:
    """Decide where an output that is replaced will be kept, under its own date."""
    aside = ""
    if target.exists():
        folder = target.parent / "replaced"
        folder.mkdir(exist_ok=True)
        aside = str(dated_sibling(folder / target.name, datetime.fromtimestamp(target.stat().st_mtime)))
    return Verdict(str(source), str(target), aside, message)


def write_verdict(folder: Path, verdict: Verdict) -> None:
    replace_atomically(folder / "verdict.json", json.dumps(asdict(verdict), ensure_ascii=False, indent=1).encode())


def read_verdict(folder: Path) -> Verdict | None:
    """Return the verdict that an earlier runner reached, or None."""
    try:
        return Verdict(**json.loads((folder / "verdict.json").read_text("utf-8")))
    except FileNotFoundError:
        return None


def put_in_place(verdict: Verdict) -> None:
    """Rename the verified outputs into their final folder; doing it again after an interruption is harmless.

    They are on the disk before: programs rarely wait for that, and a row that is ``done`` must stay so.
    Raises WorkspaceError when neither source nor target exists.
    """
    source, target = Path(verdict.source), Path(verdict.target)
    if not source.exists():
        if target.exists():
            return
        raise WorkspaceError(f"The verified outputs vanished from {source} before they reached {target}.")
    sync_tree(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        _rename(target, _free_aside(verdict))
    _move(source, target)
    sync_folder(target.parent)


def _free_aside(verdict: Verdict) -> Path:
    aside = (
        Path(verdict.aside) if verdict.aside else Path(verdict.target).parent / "replaced" / Path(verdict.target).name
    )
    aside.parent.mkdir(exist_ok=True)
    return dated_sibling(aside, datetime.now()) if aside.exists() else aside


def _move(source: Path, target: Path) -> None:
    """Rename; where the final folder lies on another disk, copy beside it first, so that it appears complete."""
    try:
        _rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        incoming = target.with_name(f".{target.name}.incoming")
        shutil.rmtree(incoming, ignore_errors=True)
        shutil.copytree(source, incoming)
        sync_tree(incoming)
        _rename(incoming, target)
        moved = source.with_name(f"{source.name}.moved")
        _rename(source, moved)  # In one step: half of a source must never be taken for one that is still to be moved.
        shutil.rmtree(moved, ignore_errors=True)


def _rename(source: Path, target: Path) -> None:
    """Rename, with patience for virus scanners and file browsers that hold a file for a moment."""
    for last in (*[False] * (_RENAME_TRIES - 1), True):
        try:
            os.rename(source, target)
            return
        except PermissionError:
            if last:
                raise
            time.sleep(_RENAME_PAUSE_SECONDS)
