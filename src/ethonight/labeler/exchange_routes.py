"""Bouts from other programs' files, and files for other programs."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.coding.coding import Coding
from ethonight.frame_times import rate_of
from ethonight.interchange.formats import FORMATS, format_named
from ethonight.interchange.observation import Format, Observation
from ethonight.labeler.answers import read_object, value_of
from ethonight.labeler.arrival import Arrival, behaviours_in, fitting, repaired, within
from ethonight.labeler.arrival_json import format_json, observation_json, rows_json, unpaired_json
from ethonight.labeler.coding_json import delta_json
from ethonight.labeler.ethogram_routes import add_behaviours, known_ethogram
from ethonight.labeler.names import check_coder, chosen
from ethonight.labeler.refusal import Conflict
from ethonight.labeler.services import Services, services_of
from ethonight.settings.recording import list_recordings
from ethonight.words import count


def formats(request: Request) -> Response:
    return JSONResponse([format_json(format) for format in FORMATS])


def bring_in(request: Request) -> Response:
    """Show what a file would bring, or with ``do`` add it to a coder's work, in one step that can be undone."""
    services, document = services_of(request), read_object(request)
    coding, arrival = _coding(services, document), Arrival.of(document)
    format, imported = arrival.read(coding.edges)
    files = services.viewed(coding.video).files
    place = fitting(imported.observations, arrival.observation, coding.video, files)
    observation = imported.observations[place]
    bouts = within(observation.bouts, coding.edges)
    if value_of(document, "do", bool, False):
        bouts += repaired(observation.unpaired, arrival.repairs, coding.edges)
        delta = coding.add(bouts, f"imported {arrival.name}")
        new = add_behaviours(services, behaviours_in(bouts, imported))
        return JSONResponse({"added": len(delta.added), "new": new, "delta": delta_json(delta)})
    late = len(observation.bouts) - len(bouts)
    left_out = [f"{count(late, 'bout')} after the end of the video left out."] if late else []
    answer = {
        "format": format_json(format),
        "observations": [observation_json(one) for one in imported.observations],
        "observation": place,
        "bouts": rows_json(bouts, known_ethogram(services.workspace).labels),
        "watched": sum(bout.label == SCORED for bout in bouts),
        "unpaired": [unpaired_json(one, at, coding.edges) for at, one in enumerate(observation.unpaired)],
        "notes": [*imported.notes, *left_out],
    }
    return JSONResponse(answer)


def send_out(request: Request) -> Response:
    """Return a coder's work as a file of another program, and what that could not carry."""
    services, document = services_of(request), read_object(request)
    coding = _coding(services, document)
    format = format_named(value_of(document, "format", str))
    observation = _observation(services, coding)
    ethogram = known_ethogram(services.workspace)
    name = _file_name(coding, format)
    with tempfile.TemporaryDirectory(prefix="ethonight-") as folder:
        path = Path(folder) / name
        notes = format.write(path, [observation], ethogram, coding.edges)
        data = path.read_bytes()
    return JSONResponse({"name": name, "base64": base64.b64encode(data).decode("ascii"), "notes": notes})


def _coding(services: Services, document: dict[str, object]) -> Coding:
    """Return the work that a document names. Raises Refusal, UsageError."""
    workspace = services.workspace
    video = chosen(value_of(document, "video", str), list_recordings(workspace), "video")
    coder = value_of(document, "coder", str)
    check_coder(workspace, video, coder)
    return services.desk.open(video, coder, services.edges(video))


def _file_name(coding: Coding, format: Format) -> str:
    """Return the name of an exported file; where several formats share an ending, it says which one it is."""
    ending = format.endings[0]
    is_shared = sum(one.endings[0] == ending for one in FORMATS) > 1
    return f"{coding.video} {coding.coder}{f' {format.name}' if is_shared else ''}{ending}"


def _observation(services: Services, coding: Coding) -> Observation:
    """Return all of a coder's work. Raises Conflict where it cannot be read."""
    state, edges = coding.state(), coding.edges
    if state.problem:
        raise Conflict(state.problem)
    watched = (Bout(SCORED, float(edges[first]), float(edges[stop]), who) for first, stop, who in state.scored)
    return Observation(
        coding.video,
        tuple(services.viewed(coding.video).files),
        (*watched, *(mark.bout for mark in state.marks)),
        fps=rate_of(edges),
        duration=float(edges[-1]),
    )


routes: list[BaseRoute] = [
    Route("/api/formats", formats),
    Route("/api/import", bring_in, methods=["POST"]),
    Route("/api/export", send_out, methods=["POST"]),
]
