"""The picture without animals, and in which direction and how far animals differ from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.errors import SettingsError
from ethonight.subjects.boxes import Frames

_LEAST = 8.0
"""Grey levels below which a difference is never an animal."""
_NOISES = 5.0
"""A difference of so many standard deviations of the noise is none of the noise."""
_RESTING = 85.0
"""An animal may rest in one place for this share of the recording, percent, before it becomes background."""
_ASPECT = 0.03
"""How much the shape of a background picture may differ from the video's, relative."""

Differences = NDArray[np.int16]


def read_backgrounds(files: Sequence[Path], size: tuple[int, int]) -> Frames | None:
    """Return the picture (h, w), the median where there are several, scaled to ``size`` (w, h); None without files.

    Raises SettingsError for a file that is no picture, or whose shape is another than the video's.
    """
    pictures = [_read(path, size) for path in files]
    return np.median(pictures, axis=0).round().astype(np.uint8) if pictures else None


def _read(path: Path, size: tuple[int, int]) -> Frames:
    data = np.frombuffer(path.read_bytes(), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if len(data) else None
    if picture is None:
        raise SettingsError(f"The background {path} is not a picture that can be read. Save it again, or remove it.")
    height, width = picture.shape
    if abs(width * size[1] / (height * size[0]) - 1) > _ASPECT:
        raise SettingsError(
            f"The background {path} has {width} x {height} pixels, another shape than the video's. "
            "Is it of another video? Put the right picture there, or remove it."
        )
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def animals_are_dark(pictures: Frames, background: Frames) -> bool:
    """Whether more of the picture is at some time darker than the background than is brighter.

    Counted in places, not in time: an animal that rests in one place for most of the recording leaves a bright
    "ghost" there when it walks off, but it walks over many places.
    """
    darkest = background.astype(np.int16) - pictures.min(axis=0)
    brightest = pictures.max(axis=0) - background.astype(np.int16)
    level = max(_LEAST, 0.25 * float(max(np.percentile(darkest, 99.5), np.percentile(brightest, 99.5))))
    return _places(darkest, level) >= _places(brightest, level)


def _places(difference: Differences, level: float) -> int:
    mask = (difference > level).astype(np.uint8)
    return int(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).sum())


def without_resting(pictures: Frames, background: Frames, dark: bool) -> Frames:
    """Return the median ``background`` with those places mended in which an animal rested most of the time."""
    empty = np.percentile(pictures, _RESTING if dark else 100 - _RESTING, axis=0)
    rested = differences(background[None], np.asarray(empty), dark)[0]
    level = max(3 * _LEAST, 3 * _NOISES * noise(pictures, background))
    mask = cv2.morphologyEx((rested > level).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    around = cv2.dilate(mask, np.ones((9, 9), np.uint8)) > 0
    return np.where(around, empty.round(), background).astype(np.uint8)


def differences(pictures: Frames, background: NDArray[np.floating] | Frames, dark: bool) -> Differences:
    """Return (n, h, w) how far pictures lie from the background in the animals' direction, grey levels."""
    away = background.round().astype(np.int16) - pictures.astype(np.int16)
    return away if dark else -away


def noise(pictures: Frames, background: Frames) -> float:
    """Return the standard deviation of a pixel without animals, grey levels, at least 0.5."""
    away = np.abs(pictures[:, ::3, ::3].astype(np.int16) - background[::3, ::3].astype(np.int16))
    return max(0.5, 1.4826 * float(np.mean(np.median(away, axis=(1, 2)))))
