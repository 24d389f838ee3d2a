"""Light that changes while one films: the background as it looks in a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Frames

_GRID = 7
"""The light is measured at every 7th pixel both ways."""
_MOST = 1500
"""Pixels at which the light is measured."""
_FINEST = 1 / 256
"""Steps of the gain, so that a steady light costs nothing."""


class Light:
    """Finds how much brighter a picture is than the background, from the bright half of the background.

    The gain is the median over pixels of their ratios, so that animals over less than half of them do not count.
    """

    def __init__(self, background: Frames) -> None:
        """``background`` is (h, w) uint8."""
        self._background = background
        coarse = background[_GRID // 2 :: _GRID, _GRID // 2 :: _GRID]
        bright = np.flatnonzero(coarse >= max(1.0, float(coarse.mean()))) if coarse.size else np.empty(0, np.int64)
        self._pixels: NDArray[np.intp] = bright[:: max(1, len(bright) // _MOST)]
        self._inverse = 1.0 / np.maximum(coarse.ravel()[self._pixels], 1).astype(np.float32)
        self._lit = {1.0: background}

    def gain(self, picture: Frames) -> float:
        """Return how many times brighter ``picture`` (h, w) is, in steps of 1/256."""
        if len(self._pixels) == 0:
            return 1.0
        seen = picture[_GRID // 2 :: _GRID, _GRID // 2 :: _GRID].ravel()[self._pixels]
        ratios = seen * self._inverse
        middle = len(ratios) // 2
        return max(_FINEST, round(float(np.partition(ratios, middle)[middle]) / _FINEST) * _FINEST)

    def background(self, picture: Frames) -> Frames:
        """Return the background (h, w) in the light of ``picture``."""
        gain = self.gain(picture)
        if gain not in self._lit:
            self._lit = {1.0: self._background, gain: _scaled(self._background, gain)}
        return self._lit[gain]


def evened(pictures: Frames) -> Frames:
    """Return (n, h, w) pictures as if all were taken in the light of their own median."""
    reference = np.median(pictures, axis=0).astype(np.uint8)
    light = Light(reference)
    return np.stack([_scaled(picture, 1.0 / light.gain(picture)) for picture in pictures])


def _scaled(picture: Frames, gain: float) -> Frames:
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain), np.uint8)
