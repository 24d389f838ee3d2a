"""The page's own files."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = Path(__file__).parent / "page"
_ASK_AGAIN = {"cache-control": "no-cache"}
"""Browsers keep the files, and ask each time whether they are still the same."""

mimetypes.add_type("text/javascript", ".js")
# Windows takes the type from its registry, where other programs have changed it; browsers then refuse the modules.


async def index(_: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers=_ASK_AGAIN)


class PageFiles(StaticFiles):
    """The files of the page, kept by the browser as long as they are the same."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers.update(_ASK_AGAIN)
        return answer


routes: list[BaseRoute] = [
    Route("/", index),
    Mount("/page", PageFiles(directory=PAGE)),
]
