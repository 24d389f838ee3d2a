"""The identities that idtracker.ai has tracked as subjects."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ethonight.errors import SettingsError
from ethonight.recipe.stream import Subjects
from ethonight.subjects.boxes import Frames, Located, Scene
from ethonight.subjects.trajectories import Positions, Trajectories
from ethonight.video.timeline import Timeline

_SMOOTH = 5
"""Frames over which positions are averaged before the direction of movement is taken."""
_SLOW = 0.01
"""Below this speed, body lengths per frame, an animal is taken to point where it pointed before."""


def check_tracks(tracks: Trajectories, timeline: Timeline, path: Path) -> None:
    """Raise SettingsError where the trajectories are not of this recording."""
    stamps = timeline.parts[0].stamps
    if len(tracks) != len(timeline):
        raise SettingsError(
            f"The trajectories {path} have {len(tracks)} frames and the recording has {len(timeline)}. "
            "They are of another video, or the video was cut after it was tracked: track it again."
        )
    if tracks.size not in (None, (stamps.width, stamps.height)):
        raise SettingsError(
            f"The trajectories {path} are of a video of {tracks.size} pixels and the recording has "
            f"{stamps.width, stamps.height}. They are of another video: track this one."
        )


class Tracks:
    """One subject per identity, in the trajectories' order; a gap wherever its position is not known."""

    needs_pictures = False

    def __init__(self, tracks: Trajectories, size: tuple[int, int], subjects: Subjects) -> None:
        """``size`` is the upright picture's width and height, pixels."""
        names = tracks.labels if len(tracks.labels) > 1 else ("",)
        self.scene = Scene(names, *size, tracks.body, subjects.body_lengths * tracks.body)
        self._found = np.isfinite(tracks.positions[..., 0]).T
        self._centers = np.ascontiguousarray(_held(tracks.positions, size).transpose(1, 0, 2), np.float32)
        self._angles = _directions(tracks.positions, tracks.body).T.astype(np.float32)
        short = tracks.area * 4 / math.pi / tracks.body
        self._axes = (tracks.body, min(short, tracks.body) if math.isfinite(short) else 0.0)

    def locate(self, steps: range, pictures: Frames | None) -> Located:
        """Return where the identities are at ``steps``; ``pictures`` are not looked at."""
        at = np.asarray(steps, np.intp)
        axes = np.broadcast_to(np.array(self._axes, np.float32), (len(self._found), len(at), 2)).copy()
        return Located(self._centers[:, at], axes, self._angles[:, at], self._found[:, at])

    def state(self) -> dict[str, NDArray[np.float64]]:
        return {}

    def restore(self, state: dict[str, NDArray[np.float64]]) -> None:
        """Nothing is carried from step to step: all is in the trajectories."""


def _held(positions: Positions, size: tuple[int, int]) -> Positions:
    """Return positions (frames, N, 2) with each gap at the last known place; before the first, the middle."""
    known = np.isfinite(positions[..., 0])
    last = _last_true(known)
    middle = (np.array(size, np.float64) - 1) / 2
    held = np.take_along_axis(positions, np.maximum(last, 0)[..., None], axis=0)
    return np.where((last >= 0)[..., None], held, middle)


def _directions(positions: Positions, body: float) -> Positions:
    """Return (frames, N) direction of the smoothed movement, radians in [-pi/2, pi/2); 0 before the first one."""
    known = np.isfinite(positions[..., 0])
    frames = np.arange(len(positions))
    angles = np.zeros(known.shape)
    for animal in range(known.shape[1]):
        at = np.flatnonzero(known[:, animal])
        if len(at) < 2:
            continue
        path = [np.interp(frames, at, positions[at, animal, axis]) for axis in (0, 1)]
        speed = np.gradient(uniform_filter1d(np.stack(path, axis=1), _SMOOTH, axis=0, mode="nearest"), axis=0)
        angle = np.arctan2(speed[:, 1], speed[:, 0])
        moves = np.hypot(speed[:, 0], speed[:, 1]) >= _SLOW * body
        last = _last_true(moves[:, None])[:, 0]
        angles[:, animal] = np.where(last >= 0, angle[np.maximum(last, 0)], 0.0)
    return (angles + np.pi / 2) % np.pi - np.pi / 2


def _last_true(flags: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each row of (frames, N) the last row up to it that is true; -1 where there is none."""
    rows = np.where(flags, np.arange(len(flags))[:, None], -1)
    return np.maximum.accumulate(rows, axis=0)
