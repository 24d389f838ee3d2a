"""Review: a model's questions in turn, answers to them, and a training with what was answered."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.labeler import job_queue
from ethonight.labeler.answers import read_object, value_of
from ethonight.labeler.job_orders import shown_command
from ethonight.labeler.names import check_coder, chosen, list_predictions
from ethonight.labeler.refusal import NotThere, Refusal
from ethonight.labeler.review_json import counts_json, item_json, key_json, key_of, labelled_of
from ethonight.labeler.review_training import training_with
from ethonight.labeler.reviewing import Queue, Reviewing, reviewed_videos
from ethonight.labeler.services import Services, services_of
from ethonight.settings.recording import list_recordings

_MOST = 40
"""Questions that are sent at a time."""


def questions(request: Request) -> Response:
    """Answer with the next questions about the videos that are named, or all, and how the review goes."""
    services, query = services_of(request), request.query_params
    reviewing = _reviewing(services, query.get("coder", ""), query.get("model", ""))
    predicted = _predicted_videos(services, reviewing.model)
    videos = [chosen(video, predicted, "prediction for") for video in query.getlist("video")] or predicted
    queue = reviewing.queue(videos)
    return JSONResponse(
        {
            "coder": reviewing.coder,
            "model": reviewing.model,
            "videos": predicted,
            "items": _items(queue, services),
            "notes": queue.notes,
            **counts_json(queue.items, reviewing.decisions.read()),
        }
    )


def _items(queue: Queue, services: Services) -> list[dict[str, object]]:
    coming = queue.items[:_MOST]
    edges = {video: services.edges(video) for video in {item.video for item in coming}}
    by_video = {video: [item for item in queue.items if item.video == video] for video in edges}
    return [item_json(item, by_video[item.video], edges[item.video]) for item in coming]


def decide(request: Request) -> Response:
    """Do what an answer says: ``keep`` what is ``here``, ``reject``, ``skip``, or ``undo`` the last one."""
    services, document = services_of(request), read_object(request)
    reviewing = _reviewing(services, value_of(document, "coder", str), value_of(document, "model", str))
    do = value_of(document, "do", str)
    if do not in ("keep", "reject", "skip", "undo"):
        raise Refusal(f"'do' must be keep, reject, skip or undo; found '{do[:40]}'.")
    if do == "undo":
        decision = reviewing.undo()
    else:
        key = key_of(document.get("item"))
        chosen(key[0], _predicted_videos(services, reviewing.model), "prediction for")
        if do == "skip":
            decision = reviewing.skip(key)
        else:
            here = labelled_of(document.get("here")) if do == "keep" else None
            also = [labelled_of(one) for one in value_of(document, "also", list, [])]
            decision = reviewing.answer(key, here, also)
    return JSONResponse({"outcome": decision.outcome, "item": key_json(decision.key)})


def train(request: Request) -> Response:
    """Put a training with the reviewed videos into the table."""
    services, document = services_of(request), read_object(request)
    reviewing = _reviewing(services, value_of(document, "coder", str), value_of(document, "model", str))
    services.desk.look()  # What was answered a moment ago may not be in the files yet.
    reviewed = reviewed_videos(reviewing.decisions.read())
    order, notes = training_with(services.site, reviewing.model, reviewing.coder, reviewed)
    keys, message = job_queue.queue_training(services.site, order)
    services.events.send("jobs")
    return JSONResponse({"settings": keys, "message": message, "command": shown_command(order.words), "notes": notes})


def _reviewing(services: Services, coder: str, model: str) -> Reviewing:
    """Return a review. Raises NotThere for a model without predictions, UsageError for what cannot be a coder."""
    there = {
        name for video in list_recordings(services.workspace) for name in list_predictions(services.workspace, video)
    }
    if not there:
        raise NotThere("There are no predictions yet. Put a prediction into the table, under Jobs, and run it.")
    check_coder(services.workspace, "video", coder)
    return Reviewing(services, coder, chosen(model, sorted(there), "prediction of the model"))


def _predicted_videos(services: Services, model: str) -> list[str]:
    workspace = services.workspace
    return [video for video in list_recordings(workspace) if model in list_predictions(workspace, video)]


routes: list[BaseRoute] = [
    Route("/api/review", questions),
    Route("/api/review/decide", decide, methods=["POST"]),
    Route("/api/review/train", train, methods=["POST"]),
]
