"""How far two coders of a video agree."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.coders import read_coder
from ethonight.frame_times import Edges
from ethonight.labeler.names import known_coder, video_in
from ethonight.labeler.refusal import Refusal
from ethonight.labeler.services import services_of
from ethonight.metrics.agreement import CodedVideo, compare_coders


def agreement(request: Request) -> Response:
    services = services_of(request)
    video = video_in(request, services.workspace)
    asked = dict.fromkeys(request.query_params.get("coders", "").split(","))
    coders = [known_coder(services.workspace, video, coder) for coder in asked]
    if len(coders) != 2:
        raise Refusal("Name two coders who are compared: ?coders=anna,ben")
    annotations = {coder: read_coder(services.workspace, video, coder) for coder in coders}
    return JSONResponse(_agreement(annotations, video, services.edges(video)))


def _agreement(annotations: dict[str, Annotation], video: str, edges: Edges) -> dict[str, object]:
    """Return kappa and F1 over the frames that both watched; None where a number does not exist."""
    labels = sorted({label for annotation in annotations.values() for label in annotation.labels})
    nothing: dict[str, object] = {"kappa": None, "f1": None, "seconds": 0.0, "labels": []}
    if not labels:
        return nothing
    pairs: list[dict[str, Any]] = compare_coders([CodedVideo(video, annotations, edges)], labels)["pairs"]
    if not pairs:
        return nothing
    found = pairs[0]
    classes = [
        {"label": label, "kappa": one["kappa"], "f1": one["frame_f1"]} for label, one in found["classes"].items()
    ]
    return {"kappa": found["kappa"], "f1": found["macro_frame_f1"], "seconds": found["seconds"], "labels": classes}


routes: list[BaseRoute] = [Route("/api/agreement/{video}", agreement)]
