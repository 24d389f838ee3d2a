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
from ethonight.jobs.protocol import Move, Success

_RENAME_TRIES = 5
_RENAME_PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Placement:
    """One output: ``source`` becomes ``target``; what is there goes to ``aside`` where it is kept. Absolute paths."""

    source: str
    target: str
    aside: str = ""
    keep: bool = True


@dataclass(frozen=True)
class Verdict:
    """A verified attempt and where its outputs go, in this order. The last one is what the table names."""

    placements: tuple[Placement, ...]
    message: str

    @property
    def target(self) -> str:
        return self.placements[-1].target


def make_verdict(found: Success) -> Verdict:
    """Decide where outputs that are replaced will be kept, under their own date."""
    return Verdict(tuple(_placement(move) for move in found.moves), found.message)


def _placement(move: Move) -> Placement:
    aside = ""
    move.target.parent.mkdir(parents=True, exist_ok=True)
    if move.keep and move.target.exists():
        folder = move.target.parent / "replaced"
        folder.mkdir(exist_ok=True)
        when = datetime.fromtimestamp(move.target.stat().st_mtime)
        aside = str(dated_sibling(folder / move.target.name, when))
    return Placement(str(move.source), str(move.target), aside, move.keep)


def write_verdict(folder: Path, verdict: Verdict) -> None:
    replace_atomically(folder / "verdict.json", json.dumps(asdict(verdict), ensure_ascii=False, indent=1).encode())


def read_verdict(folder: Path) -> Verdict | None:
    """Return the verdict that an earlier runner reached, or None."""
    try:
        record = json.loads((folder / "verdict.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    message = record.pop("message")
    placements = record.get("placements", [record])  # the first format held the one placement itself
    return Verdict(tuple(Placement(**placement) for placement in placements), message)


def put_in_place(verdict: Verdict) -> None:
    """Rename the verified outputs into their final places; doing it again after an interruption is harmless.

    They are on the disk before: programs rarely wait for that, and a row that is ``done`` must stay so.
    Raises WorkspaceError when neither source nor target of an output exists.
    """
    for placement in verdict.placements:
        _place(placement)


def _place(placement: Placement) -> None:
    source, target = Path(placement.source), Path(placement.target)
    if not source.exists():
        if target.exists():
            return
        raise WorkspaceError(f"The verified outputs vanished from {source} before they reached {target}.")
    sync_tree(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if placement.keep and target.exists():
        _rename(target, _free_aside(placement))
    _move(source, target)
    sync_folder(target.parent)


def _free_aside(placement: Placement) -> Path:
    target = Path(placement.target)
    aside = Path(placement.aside) if placement.aside else target.parent / "replaced" / target.name
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
        _remove(incoming)
        shutil.copytree(source, incoming) if source.is_dir() else shutil.copy2(source, incoming)
        sync_tree(incoming)
        _rename(incoming, target)
        moved = source.with_name(f"{source.name}.moved")
        _rename(source, moved)  # In one step: half of a source must never be taken for one that is still to be moved.
        _remove(moved)


def _remove(path: Path) -> None:
    if path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _rename(source: Path, target: Path) -> None:
    """Rename, with patience for virus scanners and file browsers that hold a file for a moment.

    A file replaces one that is there; a folder does not.
    """
    for last in (*[False] * (_RENAME_TRIES - 1), True):
        try:
            os.replace(source, target) if source.is_file() else os.rename(source, target)
            return
        except PermissionError:
            if last:
                raise
            time.sleep(_RENAME_PAUSE_SECONDS)
