"""A video: what it is, when its frames are shown, and who is where in them."""

from __future__ import annotations

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.coders import list_coders
from ethonight.frame_times import rate_of
from ethonight.labeler.answers import known_number, number_in
from ethonight.labeler.names import chosen, list_predictions, video_in
from ethonight.labeler.refusal import Refusal
from ethonight.labeler.services import Services, services_of
from ethonight.viewing.boxes import Places, boxes
from ethonight.viewing.viewer import Viewed

_MOST_FRAMES = 10_000
"""Boxes of so many frames at once; a page shows far less."""


def video(request: Request) -> Response:
    services = services_of(request)
    name = video_in(request, services.workspace)
    found = services.viewer.recording(name)
    if not isinstance(found, Viewed):
        return JSONResponse({"name": name, "state": "reading", "progress": found.progress})
    return JSONResponse(
        {"name": name, "state": "ready", "progress": 1.0, **_pictures(found), **_knowledge(services, name)}
    )


def _pictures(viewed: Viewed) -> dict[str, object]:
    edges = viewed.edges
    return {
        "frames": len(edges) - 1,
        "width": viewed.width,
        "height": viewed.height,
        "start": float(edges[0]),
        "duration": float(edges[-1]),
        "fps": rate_of(edges),
        "files": list(viewed.files),
        "notes": list(viewed.notes),
    }


def _knowledge(services: Services, video: str) -> dict[str, object]:
    """Return who has marked a video, and what else is known of it."""
    workspace = services.workspace
    scores = workspace.predictions / video
    models = list_predictions(workspace, video)
    return {
        "coders": list_coders(workspace, video),
        "predictions": [{"model": model, "scores": (scores / f"{model}.h5").is_file()} for model in models],
        "boxes": [{"name": one.name, "subjects": list(one.subjects)} for one in boxes(workspace, video)],
    }


def edges(request: Request) -> Response:
    services = services_of(request)
    found = services.edges(video_in(request, services.workspace))
    return Response(np.ascontiguousarray(found, "<f8").tobytes(), media_type="application/octet-stream")


def places(request: Request) -> Response:
    workspace = services_of(request).workspace
    name = video_in(request, workspace)
    first, stop = number_in(request, "first"), number_in(request, "stop")
    if not 0 <= first <= stop <= first + _MOST_FRAMES:
        raise Refusal(f"'first' and 'stop' must be frames, at most {_MOST_FRAMES:,} of them.")
    sources = {source.name: source for source in boxes(workspace, name)}
    source = sources[chosen(request.query_params.get("source", ""), sources, "source of boxes")]
    return JSONResponse({"first": first, **_places_json(source.places(first, stop))})


def _places_json(places: Places) -> dict[str, object]:
    columns = {name: getattr(places, name) for name in ("x", "y", "long", "short", "angle")}
    numbers = {
        name: [[known_number(one) for one in row] for row in column.tolist()] for name, column in columns.items()
    }
    return {"subjects": list(places.subjects), **numbers}


routes: list[BaseRoute] = [
    Route("/api/videos/{video}", video),
    Route("/api/videos/{video}/edges", edges),
    Route("/api/videos/{video}/boxes", places),
]
