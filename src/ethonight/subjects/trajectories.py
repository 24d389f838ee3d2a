"""idtracker.ai's ``trajectories.h5``: where each identity is in every frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.errors import SettingsError

Positions = NDArray[np.float64]
_UNREADABLE = (OSError, KeyError, RuntimeError, ValueError, TypeError)
"""What h5py raises for a file that is damaged, cut off, or being written."""
_SLENDER = 4.0
"""How many times longer than wide an animal is taken to be where only its area is known."""


@dataclass(frozen=True, eq=False)
class Trajectories:
    """Positions in pixels of the full picture, (0, 0) the middle of its first pixel."""

    positions: Positions
    """(frames, N, 2) x and y; NaN where an identity is not known."""
    probabilities: Positions
    """(frames, N) how sure idtracker.ai is of the identity, 0 to 1; NaN where it does not say."""
    labels: tuple[str, ...]
    """Names of the N identities, as in idtracker.ai; no two alike."""
    body: float
    """Length of an animal, pixels."""
    area: float
    """Median area of an animal, square pixels; NaN where not known."""
    size: tuple[int, int] | None
    """Width and height of the video; None where the file does not say."""

    def __len__(self) -> int:
        """How many frames."""
        return len(self.positions)


def read_trajectories(path: Path) -> Trajectories:
    """Read a session's ``trajectories.h5``. Raises SettingsError for a file that is missing or cannot be used.

    The file is opened without HDF5's lock, so that the validator can save it meanwhile.
    """
    if not path.is_file():
        raise SettingsError(f"The trajectories {path} are missing. Track the video first, or name another session.")
    try:
        with h5py.File(path, "r", locking=False) as file:
            positions = _positions(file, path)
            area = _area(file)
            return Trajectories(
                positions=positions,
                probabilities=_probabilities(file, positions),
                labels=_labels(file, positions.shape[1]),
                body=_body(file, area, path),
                area=area,
                size=(int(file.attrs["width"]), int(file.attrs["height"])) if "width" in file.attrs else None,
            )
    except _UNREADABLE as error:
        raise SettingsError(f"The trajectories {path} cannot be read ({error}). Track the video again.") from error


def _positions(file: h5py.File, path: Path) -> Positions:
    data = file.get("trajectories")
    if not isinstance(data, h5py.Dataset) or data.ndim != 3 or data.shape[2] != 2 or 0 in data.shape:
        found = f"the shape {data.shape}" if isinstance(data, h5py.Dataset) else "no dataset of that name"
        raise SettingsError(f"The trajectories {path} need 'trajectories' of (frames, animals, 2); they have {found}.")
    positions = np.asarray(data[()], np.float64)
    positions[~np.isfinite(positions).all(axis=2)] = np.nan
    return positions


def _probabilities(file: h5py.File, positions: Positions) -> Positions:
    data = file.get("id_probabilities")
    if not isinstance(data, h5py.Dataset) or data.shape[:2] != positions.shape[:2]:
        return np.full(positions.shape[:2], np.nan)
    return np.asarray(data[()], np.float64).reshape(positions.shape[:2])


def _labels(file: h5py.File, count: int) -> tuple[str, ...]:
    """Return the names that a person gave the identities; numbers where they are missing or two are alike."""
    named = [
        item.decode() if isinstance(item, bytes) else str(item) for item in file.attrs.get("identities_labels", ())
    ]
    usable = len(named) == count == len(set(named)) and all(named)
    return tuple(named) if usable else tuple(str(number) for number in range(1, count + 1))


def _area(file: h5py.File) -> float:
    data = file.get("areas/median")
    values = np.asarray(data[()], np.float64) if isinstance(data, h5py.Dataset) else np.empty(0)
    known = values[np.isfinite(values) & (values > 0)]
    return float(np.median(known)) if len(known) else math.nan


def _body(file: h5py.File, area: float, path: Path) -> float:
    body = float(file.attrs.get("body_length", math.nan))
    if not math.isfinite(body) or body <= 0:
        body = math.sqrt(area * _SLENDER * 4 / math.pi)
    if not math.isfinite(body):
        raise SettingsError(f"The trajectories {path} say neither how long nor how large an animal is. Track again.")
    return body
