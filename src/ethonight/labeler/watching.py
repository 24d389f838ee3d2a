"""What happens beside the requests: about once a second, a look at what others have changed in the workspace."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from ethonight.labeler.services import Services
from ethonight.workspace import Workspace

_SECONDS = 1.0

_Stamps = dict[str, tuple[object, ...]]


async def watch(services: Services) -> None:
    """Look again and again, in a thread, until cancelled."""
    stamps = await run_in_threadpool(_stamps, services.workspace)
    while True:
        await asyncio.sleep(_SECONDS)
        stamps = await run_in_threadpool(_look, services, stamps)


def _look(services: Services, before: _Stamps) -> _Stamps:
    """Let the desk look, and tell the pages what has changed."""
    services.desk.look()
    now = _stamps(services.workspace)
    for kind, stamp in now.items():
        if stamp != before[kind]:
            services.events.send(kind)
    return now


def _stamps(workspace: Workspace) -> _Stamps:
    """Return for each kind of event a value that changes when what the event is about may have changed."""
    jobs = (workspace.journal, workspace.table, workspace.lease)
    things = (workspace.settings, workspace.models, workspace.predictions, workspace.annotations)
    return {
        "jobs": tuple(map(_stamp, jobs)),
        "ethogram": (_stamp(workspace.ethogram),),
        "workspace": tuple(map(_stamp, things)),
    }


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
