"""The locator that a recipe asks for: what it decides before the pass is one set of arrays, to be stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ethonight.errors import SettingsError
from ethonight.recipe.stream import Subjects
from ethonight.subjects.blobs import Blobs
from ethonight.subjects.blobs_model import BlobsModel
from ethonight.subjects.boxes import Locator
from ethonight.subjects.frame import WholeFrame
from ethonight.subjects.look import look
from ethonight.subjects.tracks import Tracks, check_tracks
from ethonight.subjects.trajectories import read_trajectories
from ethonight.subjects.working_size import working_size
from ethonight.video.timeline import Timeline

Decided = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Sources:
    """Files beside the video that say where the subjects are."""

    backgrounds: tuple[Path, ...] = ()
    """Pictures without animals, for ``blobs``."""
    trajectories: Path | None = None
    """``trajectories.h5``, for ``tracks``."""


def decide(timeline: Timeline, subjects: Subjects, sources: Sources) -> Decided:
    """Look at the recording once and return what ``open_locator`` needs to be told, also after a kill.

    Empty for subjects about which nothing is to be decided. Raises VideoError and SettingsError.
    """
    return look(timeline, subjects, sources.backgrounds).arrays() if subjects.kind == "blobs" else {}


def open_locator(
    timeline: Timeline, subjects: Subjects, sources: Sources, decided: Decided, pixels: int
) -> tuple[Locator, tuple[int, int]]:
    """Return the locator, and the size (w, h) of the pictures that it is given and that are cropped to ``pixels``.

    Raises SettingsError where trajectories are missing or not of this recording.
    """
    stamps = timeline.parts[0].stamps
    full = stamps.width, stamps.height
    if subjects.kind == "blobs":
        model = BlobsModel.from_arrays(decided)
        size = working_size(model.scene, pixels)
        return Blobs(model, size), size
    locator: Locator = WholeFrame(*full) if subjects.kind == "frame" else _tracks(timeline, subjects, sources, full)
    return locator, working_size(locator.scene, pixels)


def _tracks(timeline: Timeline, subjects: Subjects, sources: Sources, full: tuple[int, int]) -> Tracks:
    if sources.trajectories is None:
        raise SettingsError("Subjects 'tracks' need an idtracker.ai session of this video. Track it first.")
    tracks = read_trajectories(sources.trajectories)
    check_tracks(tracks, timeline, sources.trajectories)
    return Tracks(tracks, full, subjects)
