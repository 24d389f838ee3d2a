"""Which pixels of a picture are of animals."""

from __future__ import annotations

import cv2
import numpy as np

from ethonight.subjects.blobs_model import BlobsModel
from ethonight.subjects.boxes import Frames
from ethonight.subjects.light import Light

_THIN = 0.4
"""Parts thinner than this share of the short axis (tails, legs) are not of the body."""
_ENOUGH = 12.0
"""Pixels across the short axis that are enough to find an animal."""
_HOLE, _HOLE_ALONE = 0.25, 0.5
"""Cracks narrower than this share of the short axis are of the body; wider ones where no other animal is near."""


class Foreground:
    """Parts pictures of one ``size`` (w, h) into animals and background.

    Where animals are larger than is needed to find them, it looks at pictures that are smaller by a whole number.
    """

    def __init__(self, model: BlobsModel, size: tuple[int, int]) -> None:
        across = model.scene.short * size[0] / model.scene.width
        smaller = max(1, int(across / _ENOUGH))
        self._size = max(1, size[0] // smaller), max(1, size[1] // smaller)
        self._shrink = smaller > 1
        self.scale = (model.scene.width / self._size[0], model.scene.height / self._size[1])
        self._light = Light(_scaled(model.background, self._size))
        self._dark = model.dark
        self._threshold = model.threshold
        self._steps = _cleaning(model.scene.short / max(self.scale), len(model.scene.subjects))

    def mask(self, picture: Frames) -> Frames:
        """Return uint8, 255 where an animal's body is; each of its pixels is ``scale`` ones of the full picture."""
        if self._shrink:
            picture = _scaled(picture, self._size)
        background = self._light.background(picture)
        away = cv2.subtract(background, picture) if self._dark else cv2.subtract(picture, background)
        mask = np.asarray(cv2.threshold(away, self._threshold, 255, cv2.THRESH_BINARY)[1], np.uint8)
        if self._steps:
            self._clean(mask)
        return mask

    def _clean(self, mask: Frames) -> None:
        """Close cracks and take thin parts away, in place and only where there is something."""
        left, top, width, height = cv2.boundingRect(mask)
        margin = sum(len(kernel) for _, kernel in self._steps)
        part = mask[max(0, top - margin) : top + height + margin, max(0, left - margin) : left + width + margin]
        for how, kernel in self._steps if part.size else ():
            part[:] = cv2.morphologyEx(part, how, kernel)


def _cleaning(short: float, count: int) -> list[tuple[int, Frames]]:
    """Return what is done to masks in which ``count`` animals are ``short`` pixels wide."""
    hole = _HOLE_ALONE if count == 1 else _HOLE
    steps = (cv2.MORPH_CLOSE, _disk(short * hole)), (cv2.MORPH_OPEN, _disk(short * _THIN))
    return [(how, kernel) for how, kernel in steps if kernel is not None]


def _disk(diameter: float) -> Frames | None:
    """Return a round kernel of an odd size; None where it would be a single pixel."""
    size = 2 * round((diameter - 1) / 2) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8) if size > 1 else None


def _scaled(picture: Frames, size: tuple[int, int]) -> Frames:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
