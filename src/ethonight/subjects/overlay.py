"""Pictures for people: where the subjects were found."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Frames, Located, Scene

_COLOURS = (
    (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167),
    (255, 255, 255),
)  # fmt: skip
"""Okabe and Ito's colours: told apart by everyone."""
_GAP = (255, 60, 60)
_SLIM = 12
"""Animals less wide than so many pixels of the drawn picture get thin lines, so that they stay to be seen."""


def draw(frame: Frames, scene: Scene, located: Located, at: int) -> Frames:
    """Return a copy of ``frame`` (h, w, 3) RGB, of any size, with the subjects of the step ``at`` of ``located``.

    Each has its ellipse, its long axis where there is room, the square that is cropped, and its name; where it was
    not found, a red cross at its last known place.
    """
    picture = np.ascontiguousarray(frame).copy()
    scale = np.array([frame.shape[1] / scene.width, frame.shape[0] / scene.height])
    for number, name in enumerate(scene.subjects):
        center = (located.centers[number, at].astype(np.float64) + 0.5) * scale - 0.5
        if not located.found[number, at]:
            _label(picture, f"{name} ?".strip(), _cross(picture, center), _GAP)
            continue
        colour = _COLOURS[number % len(_COLOURS)]
        if scene.side < max(scene.width, scene.height):
            _square(picture, center, scene.side / 2 * scale, colour)
        _ellipse(
            picture, center, located.axes[number, at] * float(scale.mean()), float(located.angles[number, at]), colour
        )
        _label(picture, name, center + np.array([0.0, -0.3 * scene.body * scale[1] - 6]), colour)
    return picture


def contact_sheet(frames: Sequence[Frames], columns: int, margin: int = 4) -> Frames:
    """Return pictures of one size side by side in rows of ``columns``, ``margin`` white pixels between them."""
    height, width = frames[0].shape[:2]
    rows = -(-len(frames) // columns)
    shape = rows * (height + margin) - margin, columns * (width + margin) - margin, 3
    sheet = np.full(shape, 255, np.uint8)
    for place, frame in enumerate(frames):
        top, left = place // columns * (height + margin), place % columns * (width + margin)
        sheet[top : top + height, left : left + width] = frame
    return sheet


def _square(picture: Frames, center: NDArray[np.float64], half: NDArray[np.float64], colour: tuple[int, ...]) -> None:
    cv2.rectangle(picture, _whole(center - half), _whole(center + half), colour, 1, cv2.LINE_AA)


def _ellipse(
    picture: Frames, center: NDArray[np.float64], axes: NDArray[np.float64], angle: float, colour: tuple[int, ...]
) -> None:
    if axes[0] <= 0:
        cv2.circle(picture, _whole(center), 4, colour, 2, cv2.LINE_AA)
        return
    along = np.array([math.cos(angle), math.sin(angle)]) * axes[0] / 2
    if axes[1] >= _SLIM:
        cv2.line(picture, _whole(center - along), _whole(center + along), colour, 1, cv2.LINE_AA)
    halves = max(1, round(float(axes[0]) / 2)), max(1, round(float(axes[1]) / 2))
    thickness = 1 if axes[1] < _SLIM else 2
    cv2.ellipse(picture, _whole(center), halves, math.degrees(angle), 0, 360, colour, thickness, cv2.LINE_AA)


def _cross(picture: Frames, center: NDArray[np.float64]) -> NDArray[np.float64]:
    cv2.drawMarker(picture, _whole(center), _GAP, cv2.MARKER_TILTED_CROSS, 14, 2, cv2.LINE_AA)
    return np.asarray(center + np.array([10.0, -4.0]))


def _label(picture: Frames, text: str, place: NDArray[np.float64], colour: tuple[int, ...]) -> None:
    for thickness, shade in ((3, (0, 0, 0)), (1, colour)):
        cv2.putText(picture, text, _whole(place), cv2.FONT_HERSHEY_SIMPLEX, 0.5, shade, thickness, cv2.LINE_AA)


def _whole(place: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))
