"""The ethogram: which behaviours are marked, and changing that."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.coders import list_coders, read_coder
from ethonight.annotations.ethogram import Behaviour, Ethogram, ethogram_of, read_ethogram, write_ethogram
from ethonight.annotations.problems import AnnotationError
from ethonight.labeler.answers import read_object, texts_of, value_of
from ethonight.labeler.ethogram_growth import grown
from ethonight.labeler.names import check_coder
from ethonight.labeler.refusal import Conflict, Refusal
from ethonight.labeler.services import Services, services_of
from ethonight.reports.palette import COLOURS, colour_at
from ethonight.settings.recording import list_recordings
from ethonight.workspace import Workspace

_one_at_a_time = threading.Lock()


def show(request: Request) -> Response:
    return JSONResponse(_shown(services_of(request).workspace))


def save(request: Request) -> Response:
    """Write the ethogram; the page says which one it has changed, so that no other change is lost."""
    services, document = services_of(request), read_object(request)
    path = services.workspace.ethogram
    subjects = list(texts_of(document, "subjects"))
    wanted = ethogram_of({"subjects": subjects, "behaviours": value_of(document, "behaviours", list)})
    with _one_at_a_time:
        if value_of(document, "stamp", str) != _stamp(path):
            raise Conflict("The ethogram was changed elsewhere meanwhile. Look at it again, then change it.")
        write_ethogram(path, wanted)
    services.events.send("ethogram")
    return JSONResponse(_shown(services.workspace))


def add_behaviours(services: Services, behaviours: Iterable[Behaviour]) -> list[str]:
    """Add behaviours that the ethogram does not have yet, and return their labels. Raises SettingsError."""
    workspace = services.workspace
    with _one_at_a_time:
        known = known_ethogram(workspace)
        wanted = grown(known, behaviours)
        if wanted == read_ethogram(workspace.ethogram):
            return []
        write_ethogram(workspace.ethogram, wanted)
    services.events.send("ethogram")
    return [label for label in wanted.labels if label not in known.labels]


def kept_ethogram(services: Services) -> Ethogram:
    """Return the ethogram for a change of bouts. Raises SettingsError.

    One that only lists what coders have used is written first: the change, or another coder's, must not give keys and
    colours to other behaviours.
    """
    path = services.workspace.ethogram
    if not path.exists():
        add_behaviours(services, ())
    return read_ethogram(path)


def _shown(workspace: Workspace) -> dict[str, object]:
    stamp = _stamp(workspace.ethogram)
    return {**_coloured(known_ethogram(workspace)), "stamp": stamp}


def known_ethogram(workspace: Workspace) -> Ethogram:
    """Return the ethogram; where there is none yet, it begins with the labels that coders have used."""
    ethogram = read_ethogram(workspace.ethogram)
    return ethogram if workspace.ethogram.exists() else ethogram.with_labels(_labels_there(workspace))


def _coloured(ethogram: Ethogram) -> dict[str, object]:
    behaviours = [replace(one, colour=one.colour or colour_at(place)) for place, one in enumerate(ethogram.behaviours)]
    shown = [asdict(one) for one in behaviours]
    return {"behaviours": shown, "subjects": list(ethogram.subjects), "palette": COLOURS}


def _labels_there(workspace: Workspace) -> Iterator[str]:
    """Yield the labels that coders have used already."""
    for video in list_recordings(workspace):
        for coder in list_coders(workspace, video):
            try:
                check_coder(workspace, video, coder)
                yield from read_coder(workspace, video, coder).labels
            except (AnnotationError, Refusal):
                continue  # Whoever opens this coder's work is told.


def _stamp(path: Path) -> str:
    """Return a text that is another one for each content of the file; empty where there is no file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return ""


routes: list[BaseRoute] = [
    Route("/api/ethogram", show),
    Route("/api/ethogram", save, methods=["PUT"]),
]
