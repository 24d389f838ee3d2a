"""Frames of a video as a stream of pictures, one record each."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import islice

from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from ethonight.labeler.answers import number_in
from ethonight.labeler.names import video_in
from ethonight.labeler.refusal import Refusal
from ethonight.labeler.services import Services, services_of
from ethonight.viewing.viewer import Picture
from ethonight.viewing.viewer import Request as Wanted

_HEAD = struct.Struct("<II")
"""The frame, and how many bytes its picture has (0: it cannot be decoded)."""
_LARGEST = 8192
"""Pixels of a side."""


async def frames(request: Request) -> Response:
    services, wanted = services_of(request), _wanted(request)
    pictures, begun = await run_in_threadpool(_begin, services, request, wanted)
    return StreamingResponse(_records(pictures, begun), media_type="application/octet-stream")


def _wanted(request: Request) -> Wanted:
    """Return what the query asks for. Raises Refusal."""
    wanted = Wanted(
        first=number_in(request, "first"),
        count=number_in(request, "count", 1),
        step=number_in(request, "step", 1),
        width=number_in(request, "width", _LARGEST),
        height=number_in(request, "height", _LARGEST),
    )
    if wanted.first < 0 or wanted.count < 1 or wanted.step == 0:
        raise Refusal("'first' must be a frame, 'count' at least 1, and 'step' not 0.")
    if not 1 <= wanted.width <= _LARGEST or not 1 <= wanted.height <= _LARGEST:
        raise Refusal(f"'width' and 'height' must be pixels from 1 to {_LARGEST}.")
    return wanted


def _begin(services: Services, request: Request, wanted: Wanted) -> tuple[Iterator[Picture], list[Picture]]:
    """Return the pictures, and the first of them: what is wrong with the video is told before the answer begins."""
    video = video_in(request, services.workspace)
    if wanted.first >= len(services.edges(video)) - 1:
        raise Refusal(f"{video} has {len(services.edges(video)) - 1:,} frames; there is no frame {wanted.first:,}.")
    pictures = services.viewer.pictures(video, wanted)
    return pictures, list(islice(pictures, 1))


async def _records(pictures: Iterator[Picture], begun: list[Picture]) -> AsyncIterator[bytes]:
    """Yield the records of a stream. When the page has gone, the pictures still to come are not made."""
    try:
        for picture in begun:
            yield _record(picture)
        async for picture in iterate_in_threadpool(pictures):
            yield _record(picture)
    finally:
        if isinstance(pictures, Generator):
            pictures.close()


def _record(picture: Picture) -> bytes:
    return _HEAD.pack(picture.frame, len(picture.data)) + picture.data


routes: list[BaseRoute] = [Route("/api/videos/{video}/frames", frames)]
