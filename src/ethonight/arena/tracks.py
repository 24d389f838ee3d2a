"""The positions of a made recording as a session of idtracker.ai: with its small errors and gaps, and its files."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.arena.movie import Made
from ethonight.files import replace_atomically, temporary_beside

Positions = NDArray[np.float64]

_ERROR = 0.2
"""Standard deviation of a tracked position, pixels."""
_GAPS_PER_MINUTE = 4.0
_MOST_GAP = 0.3
"""Seconds."""
_TOUCHING = 0.85
"""Body lengths between two animals below which one of them may be lost for a moment."""
_VERSION = "6.0.14"


def write_session(made: Made, folder: Path) -> Path:
    """Write the session of a recording into ``folder`` and return its trajectories file."""
    (folder / "trajectories").mkdir(parents=True, exist_ok=True)
    path = folder / "trajectories" / "trajectories.h5"
    temporary = temporary_beside(path)
    try:
        _write_trajectories(temporary, made, tracked_positions(made))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    replace_atomically(folder / "session.json", json.dumps(_document(made, folder), indent=4).encode())
    return path


def tracked_positions(made: Made) -> Positions:
    """Return what a tracker would find: (T, S, 2) pixels; NaN where it has lost an animal for a moment."""
    rng = np.random.default_rng([made.arena.seed, 6])
    positions = np.array(made.centers.transpose(1, 0, 2), np.float64)
    positions += rng.normal(0, _ERROR, positions.shape)
    for animal in range(positions.shape[1]):
        for first, stop in _gaps(made, rng):
            positions[first:stop, animal] = np.nan
    return positions


def _gaps(made: Made, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return the frames ``[first, stop)`` in which an animal is lost; it never is in the first frame."""
    frames, fps = made.arena.frames, made.arena.fps
    firsts = rng.integers(1, frames, rng.poisson(_GAPS_PER_MINUTE * frames / fps / 60)).tolist()
    if len(made.subjects) > 1:
        apart = np.hypot(*np.moveaxis(made.centers[0] - made.centers[1], -1, 0)) / np.mean(made.lengths)
        close = np.flatnonzero((apart < _TOUCHING) & (np.arange(frames) > 0))
        firsts += close[rng.random(len(close)) < 0.1].tolist()
    return [(first, first + max(1, round(rng.uniform(0, _MOST_GAP) * fps))) for first in firsts]


def _write_trajectories(path: Path, made: Made, positions: Positions) -> None:
    found = np.isfinite(positions).all(2)
    areas = np.array([0.26 * length**2 for length in made.lengths])
    labels = [str(number + 1) for number in range(len(made.subjects))]
    with h5py.File(path, "w") as file:
        file["trajectories"] = positions
        file["id_probabilities"] = np.where(found, 0.999, 0.0)[:, :, None]
        for name, values in (("mean", areas), ("median", areas), ("std", 0.06 * areas)):
            file[f"areas/{name}"] = values
        file.create_group("identities_groups")
        file.create_group("setup_points")
        text = h5py.string_dtype()
        file.attrs["identities_labels"] = np.array(labels, dtype=text)
        file.attrs["video_paths"] = np.array([str(made.video)], dtype=text)
        for name, value in _facts(made).items():
            file.attrs[name] = value
        file.attrs["body_length"] = float(np.median(made.lengths))
        file.attrs["fraction_identified"] = float(found.mean())
        file.attrs["length_unit"] = -1


def _facts(made: Made) -> dict[str, str | int | float]:
    width, height = made.arena.size
    return {
        "estimated_accuracy": 0.999,
        "frames_per_second": float(made.arena.fps),
        "width": width,
        "height": height,
        "version": _VERSION,
    }


def _document(made: Made, folder: Path) -> dict[str, object]:
    frames, length = made.arena.frames, float(np.median(made.lengths))
    return {
        "name": folder.name.removeprefix("session_"),
        "video_paths": [str(made.video)],
        "number_of_animals": len(made.subjects),
        "number_of_frames": frames,
        "number_of_error_frames": 0,
        "tracking_intervals": [[0, frames]],
        "track_wo_identities": False,
        "identities_labels": None,
        "identities_groups": {},
        "setup_points": {},
        "resolution_reduction": 1,
        "roi_list": None,
        "median_body_length": length,
        "session_folder": str(folder),
        "made_by": "ethonight.arena, from where the animals were drawn; idtracker.ai did not run",
        **_facts(made),
    }
