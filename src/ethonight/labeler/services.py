"""What the routes work with: one object for everything that lives as long as the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from ethonight.coding.coding import Coding
from ethonight.coding.desk import Desk
from ethonight.coding.state import Delta
from ethonight.frame_times import Edges
from ethonight.jobs.protocol import Site
from ethonight.labeler.coding_json import delta_json
from ethonight.labeler.events import Events
from ethonight.labeler.night_program import NightProgram
from ethonight.labeler.refusal import NotYet
from ethonight.viewing.viewer import Viewed, Viewer
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class Services:
    """The workspace with its options, and what works on it for all pages together."""

    site: Site
    desk: Desk
    viewer: Viewer
    events: Events
    night: NightProgram

    @property
    def workspace(self) -> Workspace:
        return self.site.workspace

    def viewed(self, video: str) -> Viewed:
        """Return what is known of a video. Raises NotYet while its times are still being read; VideoError."""
        found = self.viewer.recording(video)
        if not isinstance(found, Viewed):
            raise NotYet(f"The times of {video}'s frames are still being read ({found.progress:.0%}). Wait a moment.")
        return found

    def edges(self, video: str) -> Edges:
        """Return the edges of a video's frames, (T + 1,) seconds. Raises as ``viewed``."""
        return self.viewed(video).edges


@contextmanager
def open_services(site: Site, scripts: Path) -> Iterator[Services]:
    """Yield the services of a workspace; what waits to be written is written at the end.

    ``scripts`` is the folder of the tasks' scripts.
    """
    events = Events()
    desk = Desk(site.workspace)
    viewer = Viewer(site.workspace)

    def tell(coding: Coding, delta: Delta) -> None:
        events.send("coding", video=coding.video, coder=coding.coder, delta=delta_json(delta))

    desk.on_change = tell
    try:
        yield Services(site, desk, viewer, events, NightProgram(site.workspace, scripts))
    finally:
        viewer.close()
        desk.close()


def services_of(request: Request) -> Services:
    """Return the services of the server that got this request."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services
