"""A coder's work on a video: all of it, a change to it, undo and redo."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.coding.changes import change_of
from ethonight.coding.coding import Coding
from ethonight.labeler.answers import read_object
from ethonight.labeler.coding_json import delta_json, state_json
from ethonight.labeler.ethogram_routes import kept_ethogram
from ethonight.labeler.names import coder_in, video_in
from ethonight.labeler.services import services_of


def state(request: Request) -> Response:
    return JSONResponse(state_json(_coding(request).state()))


def change(request: Request) -> Response:
    asked = change_of(read_object(request))
    ethogram = kept_ethogram(services_of(request))
    return JSONResponse(delta_json(_coding(request).apply(asked, ethogram)))


def undo(request: Request) -> Response:
    return JSONResponse(delta_json(_coding(request).undo()))


def redo(request: Request) -> Response:
    return JSONResponse(delta_json(_coding(request).redo()))


def _coding(request: Request) -> Coding:
    services = services_of(request)
    video = video_in(request, services.workspace)
    coder = coder_in(request, services.workspace, video)
    return services.desk.open(video, coder, services.edges(video))


routes: list[BaseRoute] = [
    Route("/api/coding/{video}/{coder}", state),
    Route("/api/coding/{video}/{coder}", change, methods=["POST"]),
    Route("/api/coding/{video}/{coder}/undo", undo, methods=["POST"]),
    Route("/api/coding/{video}/{coder}/redo", redo, methods=["POST"]),
]
