"""Boxes, names and tags of what the subjects do, on the pictures of a video. Loads cv2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ethonight.frame_times import frames_shown
from ethonight.reports.lane import Lane
from ethonight.reports.lettering import Picture, paste, tag
from ethonight.reports.palette import INK, PAPER, label_colours, rgb
from ethonight.subjects.boxes import Located, Scene

_CORNER = 10
_WHOLE = 0.95
"""A subject whose crop takes so much of the picture is the picture: no box is drawn."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is to be seen over a recording."""

    labels: tuple[str, ...]
    lanes: tuple[Lane, ...]
    """One per subject, all with the same T steps; in the order of the scene's subjects."""
    scene: Scene | None = None
    """None, or together with ``located``: without them, tags stand in the corner."""
    located: Located | None = None
    """Of the same T steps."""


class Marks:
    """Draws on pictures that are ``scale`` times as large as the upright video."""

    def __init__(self, shown: Shown, scale: float) -> None:
        self._shown, self._scale = shown, scale
        self._colours = label_colours(shown.labels)
        self._size = 15

    def draw(self, picture: Picture, seconds: float) -> None:
        """Draw what is so at a time of the recording, in place."""
        lanes = self._shown.lanes
        step = int(frames_shown(lanes[0].edges, seconds))
        boxed = self._boxed()
        y = _CORNER
        for place, lane in enumerate(lanes):
            active = [self._shown.labels[label] for label in np.flatnonzero(lane.predicted[step])]
            if boxed:
                self._draw_subject(picture, place, step, active)
            elif active:
                y = self._stack(picture, self._tags(lane.subject, active), (_CORNER, y))

    def _boxed(self) -> bool:
        scene = self._shown.scene
        if scene is None or self._shown.located is None:
            return False
        return scene.side < _WHOLE * max(scene.width, scene.height)

    def _draw_subject(self, picture: Picture, place: int, step: int, active: Sequence[str]) -> None:
        located, scene = self._shown.located, self._shown.scene
        assert located is not None and scene is not None
        center = located.centers[place, step] * self._scale
        seen = bool(located.found[place, step])
        axes = located.axes[place, step] if located.axes[place, step].min() > 0 else np.full(2, scene.body)
        size = np.maximum(axes * self._scale, 8)
        colour = self._colours[active[0]] if active else PAPER
        if seen:
            _outline(picture, center, size, float(located.angles[place, step]), colour)
        name = self._shown.lanes[place].subject
        tags = self._tags(name, active) if seen else [tag(f"{name} ?".strip(), "#5f6672", self._size)]
        half = int(size.max() / 2)
        height = sum(len(part) + 2 for part in tags)
        self._stack(picture, tags, (int(center[0]) + half // 2, int(center[1]) - half - height))

    def _tags(self, name: str, active: Sequence[str]) -> list[Picture]:
        named = [tag(name, INK, self._size)] if name else []
        return named + [tag(label, self._colours[label], self._size) for label in active]

    def _stack(self, picture: Picture, tags: Sequence[Picture], place: tuple[int, int]) -> int:
        """Lay tags one below the other; return where the next one goes."""
        height = sum(len(part) + 2 for part in tags)
        y = max(0, min(place[1], len(picture) - height))
        for part in tags:
            paste(picture, part, (place[0], y))
            y += len(part) + 2
        return y


def _outline(picture: Picture, center: np.ndarray, size: np.ndarray, angle: float, colour: str) -> None:
    """Draw a turned box with a dark edge, so that it is seen on every ground."""
    corners = cv2.boxPoints((tuple(map(float, center)), tuple(map(float, size)), float(np.degrees(angle))))
    points = np.rint(corners * 8).astype(np.int32).reshape(-1, 1, 2)
    for shade, width in ((INK, 4), (colour, 2)):
        cv2.polylines(picture, [points], True, rgb(shade), width, cv2.LINE_AA, 3)
