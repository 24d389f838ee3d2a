"""The stream of events."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from ethonight.labeler.services import services_of

_STREAM = "text/event-stream"


async def events(request: Request) -> Response:
    if request.method == "HEAD":
        return Response(media_type=_STREAM)  # There is no end of the stream to wait for.
    return StreamingResponse(services_of(request).events.stream(), media_type=_STREAM)


routes: list[BaseRoute] = [Route("/api/events", events)]
