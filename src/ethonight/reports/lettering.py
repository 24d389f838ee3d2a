"""Words on pictures, in every script that OpenCV's own font has. Loads cv2."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.reports.palette import rgb, text_on

Picture = NDArray[np.uint8]
"""(height, width, 3) RGB, contiguous; drawn on in place."""


@lru_cache(maxsize=1)
def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")


def text_width(text: str, size: int, weight: int = 500) -> int:
    """Return how wide the text is, in pixels; ``size`` is the height of letters, pixels."""
    box = cv2.getTextSize((4096, 256), text, (0, 128), _font(), size, weight)
    return int(box[2])


def write(picture: Picture, text: str, place: tuple[int, int], size: int, colour: str) -> None:
    """Write with the left end of the base line at ``place`` (x, y)."""
    cv2.putText(picture, text, place, rgb(colour), _font(), size, 500)


@lru_cache(maxsize=512)
def tag(text: str, colour: str, size: int) -> Picture:
    """Return a plate of the colour with the text on it; not to be changed."""
    pad = max(4, size // 2)
    height, width = round(size * 1.3) + pad, text_width(text, size) + 2 * pad
    plate = np.full((height, width, 3), rgb(colour), np.uint8)
    write(plate, text, (pad, height - pad // 2 - round(size * 0.27)), size, text_on(colour))
    plate.flags.writeable = False
    return plate


def paste(picture: Picture, part: Picture, place: tuple[int, int]) -> None:
    """Lay ``part`` with its upper left corner at ``place`` (x, y), moved so that it lies inside where it fits."""
    height, width = picture.shape[:2]
    x = max(0, min(place[0], width - part.shape[1]))
    y = max(0, min(place[1], height - part.shape[0]))
    shown = part[: height - y, : width - x]
    picture[y : y + len(shown), x : x + shown.shape[1]] = shown
