"""What there is in the workspace: videos, who has marked them, what models have said."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import coder_files
from ethonight.annotations.problems import AnnotationError
from ethonight.errors import SettingsError
from ethonight.files import Stamp, stamp_of
from ethonight.labeler.names import list_predictions, model_names
from ethonight.labeler.services import services_of
from ethonight.settings.recording import list_recordings, read_recording
from ethonight.workspace import Workspace


def workspace(request: Request) -> Response:
    here = services_of(request).workspace
    return JSONResponse(
        {
            "name": here.root.name,
            "videos": [_video(here, name) for name in list_recordings(here)],
            "models": model_names(here),
            "version": _version(),
        }
    )


def _version() -> str:
    try:
        return version("ethonight")
    except PackageNotFoundError:
        return ""  # Used from its folder, without being installed.


@lru_cache(maxsize=4096)
def _bouts_in(path: Path, stamp: Stamp | None) -> int | None:
    """Return how many bouts a file holds, None where it cannot be read; ``stamp`` makes a changed one read again."""
    try:
        return len(read_annotation(path).bouts)
    except AnnotationError:
        return None


def _video(workspace: Workspace, name: str) -> dict[str, object]:
    try:
        lost = [file for file in read_recording(workspace, name).files if not file.is_file()]
        problem = f"{lost[0]} is not there. Connect its disk, or: pixi run fix-paths" if lost else ""
        missing = bool(lost)
    except SettingsError as error:
        problem, missing = str(error), True
    files = coder_files(workspace.annotations / name)
    return {
        "name": name,
        "coders": list(files),
        "bouts": {coder: _bouts_in(path, stamp_of(path)) for coder, path in files.items()},
        "predictions": list_predictions(workspace, name),
        "missing": missing,
        "problem": problem,
    }


routes: list[BaseRoute] = [Route("/api/workspace", workspace)]
