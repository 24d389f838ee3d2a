"""What models have said of a video: their bouts, and their scores over time."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.coding.marks import marks_of
from ethonight.labeler.answers import number_in
from ethonight.labeler.names import inside, model_in, video_in
from ethonight.labeler.refusal import Refusal
from ethonight.labeler.score_ribbon import Span, read_ribbon
from ethonight.labeler.services import services_of

_MOST_BINS = 20_000


def bouts(request: Request) -> Response:
    services = services_of(request)
    video = video_in(request, services.workspace)
    model = model_in(request, services.workspace, video)
    path = services.workspace.predictions / video / f"{model}.csv"
    found = read_annotation(path, services.workspace.shown(path)).bouts
    marks = marks_of(found, range(len(found)), services.edges(video))
    rows = [[mark.bout.label, mark.first, mark.stop, mark.bout.subject, mark.bout.score] for mark in marks]
    return JSONResponse({"model": model, "bouts": rows})


def scores(request: Request) -> Response:
    services = services_of(request)
    video = video_in(request, services.workspace)
    model = model_in(request, services.workspace, video)
    label, subject = request.query_params.get("label", ""), request.query_params.get("subject", "")
    path = inside(services.workspace, services.workspace.predictions / video / f"{model}.h5")
    ribbon = read_ribbon(path, label, subject, _span(request), services.edges(video))
    return JSONResponse({"label": label, "subject": subject, "max": ribbon.highest, "mean": ribbon.mean})


def _span(request: Request) -> Span:
    span = Span(number_in(request, "first"), number_in(request, "stop"), number_in(request, "bins"))
    if not 0 <= span.first < span.stop or not 1 <= span.bins <= _MOST_BINS:
        raise Refusal(f"'first' and 'stop' must be frames, and 'bins' at most {_MOST_BINS:,}.")
    return span


routes: list[BaseRoute] = [
    Route("/api/videos/{video}/predictions/{model}", bouts),
    Route("/api/videos/{video}/scores/{model}", scores),
]
