"""Collecting trajectories: what every finished session says, in ``tracking/<session>.h5``."""

from __future__ import annotations

from pathlib import Path

from ethonight.collect_files import CollectResult, Content, CopyState, NotCollected, Unsound, copy_if_changed
from ethonight.jobs.idtracker_session import trajectories_in
from ethonight.jobs.idtracker_trajectories import BrokenTrajectories, check_shape, same_content
from ethonight.jobs.protocol import Site
from ethonight.ledger.row import Row

ABANDONED = ".session_*.tmp"
"""What unfinished copies in ``tracking/`` are called."""


def collect_trajectories(row: Row, site: Site, owners: dict[str, str], dryrun: bool) -> CollectResult:
    """Collect the session of one row. ``owners`` knows which row has which target, in small letters."""
    session = site.workspace.root / row.output
    target = site.workspace.tracking / f"{session.name}.h5"
    try:
        if not row.output:
            raise NotCollected(
                "The table does not say where its session lies. Set the row to pending to track it again."
            )
        other = owners.setdefault(target.name.casefold(), row.settings)
        if other != row.settings:
            raise NotCollected(
                f"{other} has the same session name. Give one of them another 'name' and track it again."
            )
        return CollectResult(row.settings, target, _copied(trajectories_in(session), target, dryrun))
    except NotCollected as error:
        return CollectResult(row.settings, target, CopyState.BROKEN, str(error))


def _copied(source: Path, target: Path, dryrun: bool) -> CopyState:
    saving = "The session is being saved right now. Run copy again when that is over."
    content = Content(_check, same_content, lambda error: _missing(source, error), saving)
    return copy_if_changed(source, target, content, dryrun)


def _check(path: Path, every_value: bool) -> None:
    try:
        check_shape(path, every_value)
    except BrokenTrajectories as error:
        words = "If the validator is saving the session, run copy again; else set the row to pending."
        raise Unsound(f"Its trajectories {error}. {words}") from error


def _missing(source: Path, error: FileNotFoundError) -> str:
    if source.parent.parent.is_dir():
        return f"The session has no {source.parent.name}/{source.name}. Set the row to pending to track it again."
    if source.parent.parent.parent.is_dir():
        return f"There is no session {source.parent.parent} any more. Set the row to pending to track it again."
    return f"Not found: {error.filename}."
