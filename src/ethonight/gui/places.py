"""Folders and files that belong to what is selected, and that a person may want to look into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ethonight.gui.model import Selection
from ethonight.jobs.protocol import AttemptPaths
from ethonight.ledger.row import State
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class Place:
    """One entry of the menu of folders. ``find`` returns None where the selection has no such place."""

    label: str
    find: Callable[[Workspace, Selection], Path | None]


def settings_folder(workspace: Workspace, selected: Selection) -> Path | None:
    """Return the folder of the selected settings file or video; ``settings/`` when nothing is selected."""
    if selected.job:
        return workspace.settings_file(selected.job.key).parent
    return workspace.settings / selected.video.name if selected.video else workspace.settings


def video_folder(_: Workspace, selected: Selection) -> Path | None:
    """Return the folder in which the selected video's first file lies."""
    return selected.video.files[0].parent if selected.video and selected.video.files else None


def background_folder(workspace: Workspace, selected: Selection) -> Path | None:
    return workspace.backgrounds / selected.video.name if selected.video else workspace.backgrounds


def output_folder(workspace: Workspace, selected: Selection) -> Path | None:
    """Return the selected job's finished session or result."""
    row = selected.job.row if selected.job else None
    return workspace.root / row.output if row and row.output else None


def session_folder(workspace: Workspace, selected: Selection) -> Path | None:
    """Return the selected job's session when it is finished and there: one that can be validated."""
    row = selected.job.row if selected.job else None
    folder = output_folder(workspace, selected)
    if row is None or folder is None or row.state is not State.DONE or folder.parent != workspace.sessions:
        return None
    return folder if folder.is_dir() else None


def log_file(workspace: Workspace, selected: Selection) -> Path | None:
    """Return the log of the selected job's last attempt."""
    row = selected.job.row if selected.job else None
    return AttemptPaths(workspace.root / row.attempt).log if row and row.attempt else None


def job_table(workspace: Workspace, _: Selection) -> Path | None:
    return workspace.table if workspace.table.exists() else None


PLACES = (
    Place("Settings", settings_folder),
    Place("Background images", background_folder),
    Place("Session or result", output_folder),
    Place("Video", video_folder),
    Place("Log of the last attempt", log_file),
    Place("Job table (tracking_status.csv)", job_table),
)
