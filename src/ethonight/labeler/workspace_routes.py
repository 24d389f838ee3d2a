"""What there is in the workspace: videos, who has marked them, what models have said."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.coders import list_coders
from ethonight.errors import SettingsError
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


def _video(workspace: Workspace, name: str) -> dict[str, object]:
    try:
        lost = [file for file in read_recording(workspace, name).files if not file.is_file()]
        problem = f"{lost[0]} is not there. Connect its disk, or: pixi run fix-paths" if lost else ""
        missing = bool(lost)
    except SettingsError as error:
        problem, missing = str(error), True
    return {
        "name": name,
        "coders": list_coders(workspace, name),
        "predictions": list_predictions(workspace, name),
        "missing": missing,
        "problem": problem,
    }


routes: list[BaseRoute] = [Route("/api/workspace", workspace)]
