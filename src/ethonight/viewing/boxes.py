"""Who is where in a recording's frames, as far as it is known: from cached features and idtracker.ai's sessions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath, PureWindowsPath
from typing import Protocol

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.errors import SettingsError
from ethonight.features.store import FeaturesError, FeaturesFile
from ethonight.settings.recording import read_recording
from ethonight.subjects.trajectories import Trajectories, read_trajectories
from ethonight.workspace import Workspace

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Places:
    """Places of S subjects in n consecutive frames; NaN where one is not found or a value is not known."""

    subjects: tuple[str, ...]
    x: Floats
    """(S, n) pixels of the upright picture at its full resolution; so are all that follow."""
    y: Floats
    long: Floats
    """(S, n) length of the long axis."""
    short: Floats
    """(S, n) length of the short axis."""
    angle: Floats
    """(S, n) direction of the long axis, radians, x to the right and y down."""


class BoxSource(Protocol):
    """One file that knows places."""

    @property
    def name(self) -> str: ...

    @property
    def subjects(self) -> tuple[str, ...]: ...

    def places(self, first: int, stop: int) -> Places:
        """Return the places in the frames ``[first, stop)``. Raises EthonightError for a file that became unusable."""
        ...


def boxes(workspace: Workspace, video: str) -> tuple[BoxSource, ...]:
    """Return what knows places in a recording, sessions first. Files that cannot be used are left out."""
    return (*_sessions(workspace, video), *_features(workspace, video))


@dataclass(frozen=True)
class _FeaturesSource:
    """The places that features were computed at; they hold from one time step to the next."""

    name: str
    path: Path
    subjects: tuple[str, ...]
    stride: int

    def places(self, first: int, stop: int) -> Places:
        frames = np.arange(first, stop) // self.stride
        steps = slice(int(frames[0]), int(frames[-1]) + 1) if len(frames) else slice(0, 0)
        with FeaturesFile(self.path) as file:
            located = [file.located(subject, steps) for subject in range(len(self.subjects))]
        found = np.array([one.found[0] for one in located]).reshape(len(self.subjects), -1)
        at = np.minimum(frames - steps.start, found.shape[1])
        unknown = np.full((len(self.subjects), 1), np.nan, np.float32)

        def column(values: list[Floats]) -> Floats:
            rows = np.array(values, np.float32).reshape(len(self.subjects), -1)
            return np.append(np.where(found, rows, np.float32(np.nan)), unknown, axis=1)[:, at]

        return Places(
            self.subjects,
            column([one.centers[0, :, 0] for one in located]),
            column([one.centers[0, :, 1] for one in located]),
            column([one.axes[0, :, 0] for one in located]),
            column([one.axes[0, :, 1] for one in located]),
            column([one.angles[0] for one in located]),
        )


@dataclass(frozen=True)
class _SessionSource:
    """The identities of a session; idtracker.ai gives points, so axes and angles are not known."""

    name: str
    path: Path
    subjects: tuple[str, ...]

    def places(self, first: int, stop: int) -> Places:
        positions = _trajectories(self.path, self.path.stat().st_mtime_ns).positions[first:stop].astype(np.float32)
        unknown = np.full((len(self.subjects), stop - first), np.nan, np.float32)
        seen = np.full((2, len(self.subjects), stop - first), np.nan, np.float32)
        seen[:, :, : len(positions)] = positions.transpose(2, 1, 0)
        return Places(self.subjects, seen[0], seen[1], unknown, unknown, unknown)


@lru_cache(maxsize=2)
def _trajectories(path: Path, stamp: int) -> Trajectories:
    """Return a session's trajectories; ``stamp`` (when the file was changed) makes a validated one read again."""
    return read_trajectories(path)


def _features(workspace: Workspace, video: str) -> Iterator[BoxSource]:
    for path in sorted((workspace.features / video).glob("*.h5")):
        try:
            with FeaturesFile(path) as file:
                about, subjects = file.about, file.scene.subjects
        except FeaturesError:
            continue
        if about.recipe.subjects.kind != "frame":
            yield _FeaturesSource(path.stem, path, subjects, about.stride)


def _sessions(workspace: Workspace, video: str) -> Iterator[BoxSource]:
    try:
        files = [os.path.normcase(path.name) for path in read_recording(workspace, video).files]
    except SettingsError:
        return
    for path in sorted(workspace.sessions.glob("session_*/trajectories/trajectories.h5")):
        name = path.parent.parent.name
        try:
            if _videos_of(path) == files:
                labels = _trajectories(path, path.stat().st_mtime_ns).labels
                yield _SessionSource(name, path, labels)
        except (SettingsError, OSError):
            continue


def _videos_of(path: Path) -> list[str]:
    """Return the names of the video files that were tracked, whatever computer they lay on. Raises OSError."""
    with h5py.File(path, "r", locking=False) as file:
        texts = [one.decode() if isinstance(one, bytes) else str(one) for one in file.attrs.get("video_paths", ())]
    kinds = [PureWindowsPath(text) if "\\" in text else PurePath(text) for text in texts]
    return [os.path.normcase(kind.name) for kind in kinds]
