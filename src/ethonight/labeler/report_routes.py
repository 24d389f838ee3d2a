"""Reports of models, and pictures of predictions: what there is, and each by its name."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.labeler.names import chosen, inside, list_predictions, model_in, video_in
from ethonight.labeler.refusal import NotThere
from ethonight.labeler.services import services_of
from ethonight.settings.recording import list_recordings
from ethonight.workspace import Workspace

REPORT, EVALUATIONS = "report.html", "evaluations"
_REPORT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""A report is a page from outside of this program: it may show itself, and ask for nothing."""


def reports(request: Request) -> Response:
    workspace = services_of(request).workspace
    return JSONResponse(
        {
            "models": [{"name": name, "evaluations": _evaluations(workspace, name)} for name in _models(workspace)],
            "ethograms": [
                {"video": video, "model": model}
                for video in list_recordings(workspace)
                for model in list_predictions(workspace, video)
                if _ethogram(workspace, video, model).is_file()
            ],
        }
    )


def model_report(request: Request) -> Response:
    workspace = services_of(request).workspace
    name = chosen(request.path_params["name"], _models(workspace), "report")
    return _page(workspace, workspace.models / name)


def evaluation_report(request: Request) -> Response:
    workspace = services_of(request).workspace
    name = chosen(request.path_params["name"], _models(workspace), "report")
    evaluation = chosen(request.path_params["evaluation"], _evaluations(workspace, name), "evaluation")
    return _page(workspace, workspace.models / name / EVALUATIONS / evaluation)


def ethogram(request: Request) -> Response:
    workspace = services_of(request).workspace
    video = video_in(request, workspace)
    path = inside(workspace, _ethogram(workspace, video, model_in(request, workspace, video)))
    if not path.is_file():
        raise NotThere(f"There is no picture of this prediction ({path.name}).")
    return FileResponse(path, media_type="image/png")


def _models(workspace: Workspace) -> list[str]:
    return _with_report(workspace.models)


def _evaluations(workspace: Workspace, model: str) -> list[str]:
    return _with_report(workspace.models / model / EVALUATIONS)


def _with_report(folder: Path) -> list[str]:
    """Return the names of the folders with a report, newest first."""
    found = [path for path in folder.glob(f"*/{REPORT}") if not path.parent.name.startswith(".")]
    return [path.parent.name for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]


def _page(workspace: Workspace, folder: Path) -> Response:
    path = inside(workspace, folder / REPORT)
    return FileResponse(path, media_type="text/html", headers={"content-security-policy": _REPORT_POLICY})


def _ethogram(workspace: Workspace, video: str, model: str) -> Path:
    return workspace.predictions / video / f"{model}.png"


routes: list[BaseRoute] = [
    Route("/api/reports", reports),
    Route("/reports/{name}/report.html", model_report),
    Route("/reports/{name}/evaluations/{evaluation}/report.html", evaluation_report),
    Route("/api/videos/{video}/ethograms/{model}", ethogram),
]
