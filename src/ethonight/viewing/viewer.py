"""Looking at the recordings of a workspace."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator

from ethonight.settings.recording import read_recording
from ethonight.viewing.picture import Picture, Reading, Request, Viewed
from ethonight.viewing.projector import Projector
from ethonight.workspace import Workspace

__all__ = ["Picture", "Reading", "Request", "Viewed", "Viewer"]

_MOST_OPEN = 3
"""Recordings; each has a process with decoded frames in memory."""


class Viewer:
    """Pictures and frame times of a workspace's recordings, by their names. Safe for several threads."""

    def __init__(self, workspace: Workspace, most_open: int = _MOST_OPEN) -> None:
        self._workspace = workspace
        self._most_open = most_open
        self._projectors: OrderedDict[str, Projector] = OrderedDict()
        self._lock = threading.Lock()

    def recording(self, video: str) -> Viewed | Reading:
        """Return what is known of a recording; the first time, its frames' times have to be read.

        Raises VideoError where it cannot be opened, SettingsError where its ``video.toml`` is wrong.
        """
        return self._projector(video).recording()

    def pictures(self, video: str, request: Request) -> Iterator[Picture]:
        """Yield pictures; closing the generator takes back what is left. Raises VideoError."""
        return self._projector(video).pictures(request)

    def close(self) -> None:
        """End all child processes."""
        with self._lock:
            while self._projectors:
                self._projectors.popitem()[1].close()

    def _projector(self, video: str) -> Projector:
        with self._lock:
            found = self._projectors.pop(video, None)
            if found is not None and found.ended:
                found.close()
                found = None
            if found is None:
                found = Projector(read_recording(self._workspace, video), self._workspace.timestamps)
            self._projectors[video] = found
            self._close_some()
            return found

    def _close_some(self) -> None:
        """Close what was not looked at for longest, if possible what nobody is looking at now."""
        while len(self._projectors) > self._most_open:
            others = list(self._projectors)[:-1]
            idle = [name for name in others if not self._projectors[name].busy]
            self._projectors.pop((idle or others)[0]).close()
