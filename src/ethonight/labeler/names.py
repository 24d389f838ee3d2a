"""What requests call by name: looked up in lists of what is there, never made into a path unchecked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from starlette.requests import Request

from ethonight.annotations.coders import coder_file, list_coders
from ethonight.coding.desk import journal_file
from ethonight.jobs.model_choice import list_models
from ethonight.labeler.refusal import NotAllowed, NotThere, Refusal
from ethonight.settings.recording import list_recordings
from ethonight.suggest import closest
from ethonight.workspace import Workspace

_LONGEST_NAME = 100
"""Bytes of a bouts file's name; what is written beside it has a longer one."""


def video_in(request: Request, workspace: Workspace) -> str:
    """Return the video that the address names. Raises NotThere."""
    return chosen(request.path_params["video"], list_recordings(workspace), "video")


def coder_in(request: Request, workspace: Workspace, video: str) -> str:
    """Return the coder that the address names; one without a file yet is about to begin.

    Raises UsageError for what cannot be a name, NotAllowed where the file leads out of the workspace.
    """
    coder: str = request.path_params["coder"]
    check_coder(workspace, video, coder)
    return coder


def model_in(request: Request, workspace: Workspace, video: str) -> str:
    """Return the model with a prediction for this video that the address names. Raises NotThere or NotAllowed."""
    model = chosen(request.path_params["model"], list_predictions(workspace, video), "prediction")
    inside(workspace, workspace.predictions / video / f"{model}.csv")
    return model


def known_coder(workspace: Workspace, video: str, coder: str) -> str:
    """Return the name of a coder who has marked this video. Raises UsageError, NotThere or NotAllowed."""
    check_coder(workspace, video, coder)
    return chosen(coder, list_coders(workspace, video), "coder")


def list_predictions(workspace: Workspace, video: str) -> list[str]:
    """Return the models that have marked this video, sorted."""
    folder = workspace.predictions / video
    return sorted(path.stem for path in folder.glob("*.csv") if not path.name.startswith((".", "~")))


def model_names(workspace: Workspace) -> list[str]:
    """Return the trained models, sorted."""
    return sorted(list_models(workspace))


def check_coder(workspace: Workspace, video: str, coder: str) -> None:
    """Raises UsageError or Refusal for what cannot be a coder, NotAllowed where a file leads out of the workspace."""
    path = coder_file(workspace, video, coder)
    if len(path.name.encode()) > _LONGEST_NAME:
        raise Refusal(f"The name '{coder[:20]}...' is too long for a file. Use a shorter one.")
    for file in (path, journal_file(workspace, video, coder)):
        inside(workspace, file)


def chosen(name: str, there: Iterable[str], what: str) -> str:
    """Return ``name`` where it is one of those that are there. Raises NotThere."""
    listed = list(there)
    if name in listed:
        return name
    close = closest(name, listed)
    raise NotThere(f"There is no {what} '{name[:80]}' here." + (f" Did you mean '{close}'?" if close else ""))


def inside(workspace: Workspace, path: Path) -> Path:
    """Return ``path`` with its links followed. Raises NotAllowed where it does not lie in the workspace then."""
    real = path.resolve()
    if not real.is_relative_to(workspace.root.resolve()):
        raise NotAllowed(f"{workspace.shown(path)} is a link out of the workspace; it is not shown. Put the file here.")
    return real
