"""All routes put together, behind the guard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from ethonight.errors import EthonightError
from ethonight.labeler import (
    agreement_routes,
    coding_routes,
    ethogram_routes,
    event_routes,
    exchange_routes,
    frame_routes,
    job_routes,
    page_routes,
    prediction_routes,
    report_routes,
    review_routes,
    video_routes,
    workspace_routes,
)
from ethonight.labeler.access import Access
from ethonight.labeler.answers import failed, not_found, refused
from ethonight.labeler.security import Guard
from ethonight.labeler.services import Services
from ethonight.labeler.watching import watch

_PARTS = (
    workspace_routes,
    video_routes,
    frame_routes,
    prediction_routes,
    coding_routes,
    ethogram_routes,
    agreement_routes,
    exchange_routes,
    job_routes,
    review_routes,
    report_routes,
    event_routes,
    page_routes,
)


def make_app(services: Services, access: Access, ready: Callable[[], None]) -> ASGIApp:
    """Return the application. ``ready`` is called when it has started; then it looks now and then what has changed."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(watch(services))
        ready()
        yield
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching

    app = Starlette(
        routes=_routes(),
        exception_handlers={EthonightError: refused, HTTPException: not_found, Exception: failed},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.services = services
    return Guard(app, access)


def _routes() -> list[BaseRoute]:
    return [route for part in _PARTS for route in part.routes]
