"""The job table: live, skip and retry, new trainings and predictions, logs, and starting the night."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.errors import EthonightError
from ethonight.labeler import job_queue
from ethonight.labeler.answers import read_object, value_of
from ethonight.labeler.job_orders import (
    FEATURES,
    SPLITS,
    PredictionOrder,
    TrainingOrder,
    prediction_order,
    shown_command,
    training_order,
)
from ethonight.labeler.refusal import Refusal
from ethonight.labeler.services import Services, services_of
from ethonight.ledger.row import Row
from ethonight.status import Status, read_status


def jobs(request: Request) -> Response:
    services = services_of(request)
    status = read_status(services.workspace)
    return JSONResponse(
        {
            "counts": status.counts,
            "runner": str(status.holder) if status.holder else "",
            "started_here": services.night.running,
            "jobs": [_job(row, status) for row in status.rows],
            "features": FEATURES,
            "splits": SPLITS,
        }
    )


def _job(row: Row, status: Status) -> dict[str, object]:
    running = status.running.get(row.settings)
    shown = ("settings", "video", "task", "status", "started", "finished", "minutes", "output", "message", "notes")
    cells = row.cells()
    minutes = round(running.elapsed / 60, 1) if running else row.minutes
    stage = running.stage if running else ""
    return {name: cells[name] for name in shown} | {"minutes": minutes, "stage": stage, "gone": row.gone}


def skip(request: Request) -> Response:
    job_queue.skip(services_of(request).workspace, value_of(read_object(request), "settings", str))
    return _changed(services_of(request))


def retry(request: Request) -> Response:
    job_queue.retry(services_of(request).workspace, value_of(read_object(request), "settings", str))
    return _changed(services_of(request))


def train(request: Request) -> Response:
    services, document = services_of(request), read_object(request)
    order = training_order(services.workspace, document)
    return _queued(services, order, *job_queue.queue_training(services.site, order))


def predict(request: Request) -> Response:
    services, document = services_of(request), read_object(request)
    order = prediction_order(services.workspace, document)
    return _queued(services, order, *job_queue.queue_predictions(services.site, order))


def command(request: Request) -> Response:
    """Answer with the command that does what the page is about to order, or why it cannot be; nothing is done."""
    workspace, document = services_of(request).workspace, read_object(request)
    task = value_of(document, "task", str)
    if task not in ("train", "predict"):
        raise Refusal(f"'task' must be train or predict; found '{task[:40]}'.")
    try:
        order = training_order(workspace, document) if task == "train" else prediction_order(workspace, document)
    except EthonightError as error:  # A form that is being filled in is no mistake yet.
        return JSONResponse({"command": "", "problem": str(error)})
    return JSONResponse({"command": shown_command(order.words), "problem": ""})


def run(request: Request) -> Response:
    """Start the night: everything that is pending."""
    services = services_of(request)
    services.night.start(["overnight"])
    return _changed(services)


def log(request: Request) -> Response:
    services = services_of(request)
    key = request.query_params.get("settings", "")
    text = job_queue.log_tail(services.workspace, key) if key else services.night.log_tail()
    return JSONResponse({"settings": key, "text": text})


def _queued(services: Services, order: TrainingOrder | PredictionOrder, keys: Sequence[str], message: str) -> Response:
    services.events.send("jobs")
    return JSONResponse({"settings": list(keys), "message": message, "command": shown_command(order.words)})


def _changed(services: Services) -> Response:
    services.events.send("jobs")
    return JSONResponse({})


routes: list[BaseRoute] = [
    Route("/api/jobs", jobs),
    Route("/api/jobs/log", log),
    Route("/api/jobs/command", command, methods=["POST"]),
    Route("/api/jobs/skip", skip, methods=["POST"]),
    Route("/api/jobs/retry", retry, methods=["POST"]),
    Route("/api/jobs/train", train, methods=["POST"]),
    Route("/api/jobs/predict", predict, methods=["POST"]),
    Route("/api/jobs/run", run, methods=["POST"]),
]
