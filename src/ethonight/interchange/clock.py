"""When the frames are shown that a file counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ethonight.errors import UsageError
from ethonight.frame_times import Edges
from ethonight.settings.recording import read_recording
from ethonight.video.timeline import Timeline
from ethonight.workspace import Workspace

_MOST = 100_000
"""Frames per second that no camera exceeds here."""


@dataclass(frozen=True)
class Clock:
    """When frames are shown: those of a recording (``edges``), or equally long ones (``fps``), or unknown."""

    edges: Edges | None = None
    fps: float | None = None
    media: tuple[str, ...] = ()

    def lasting(self, seconds: float) -> Edges | None:
        """Return the edges of the recording, or of as many equal frames as fit into ``seconds``."""
        if self.edges is not None or self.fps is None:
            return self.edges
        return np.arange(max(1, round(seconds * self.fps)) + 1, dtype=np.float64) / self.fps


def clock_of(workspace: Workspace, video: str, fps: float | None) -> Clock:
    """Return the frames of ``fps`` if it is given, else those of the recording ``video``; for "" they are unknown.

    Raises UsageError for an impossible ``fps``, SettingsError and VideoError for a recording that cannot be read.
    """
    if fps is not None:
        if not 0 < fps < _MOST:
            raise UsageError(f"--fps must be the number of frames in a second, found {fps:g}.")
        return Clock(fps=fps)
    if not video:
        return Clock()
    recording = read_recording(workspace, video)
    timeline = Timeline.read(recording.files, workspace.timestamps)
    return Clock(timeline.edges, media=tuple(map(str, recording.files)))
