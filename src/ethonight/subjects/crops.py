"""Square cut-outs that follow a subject at one fixed scale, never stretched: one code for training and prediction."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Frames, Scene

Points = NDArray[np.floating]


def crop(pictures: Frames, centers: Points, side: float, pixels: int) -> Frames:
    """Return (n, pixels, pixels[, 3]) squares of side ``side`` around ``centers`` of (n, h, w[, 3]) pictures.

    ``centers`` (n, 2) x, y and ``side`` are in pixels of the pictures, where (0, 0) is the middle of the first pixel.
    Centers may be anything finite: outside of the picture its border goes on. Where the square is shrunk, all its
    pixels count (so that nothing flickers); the scale is the same everywhere.
    """
    if len(pictures) != len(centers):
        raise ValueError(f"{len(pictures)} pictures and {len(centers)} centers do not belong together")
    finer = max(1, math.ceil(side / pixels - 1e-6))
    grid = pixels * finer
    step = side / grid
    half = (grid - 1) / 2 * step
    crops = np.empty((len(pictures), pixels, pixels, *pictures.shape[3:]), np.uint8)
    for out, picture, (x, y) in zip(crops, pictures, np.asarray(centers, np.float64).tolist(), strict=True):
        found = _window(picture, (x - half, y - half), step, grid)
        out[...] = found if finer == 1 else cv2.resize(found, (pixels, pixels), interpolation=cv2.INTER_AREA)
    return crops


def _window(picture: Frames, corner: tuple[float, float], step: float, grid: int) -> Frames:
    """Return ``grid`` x ``grid`` points of the picture, ``step`` pixels apart, the first at ``corner``."""
    matrix = np.array([[step, 0.0, corner[0]], [0.0, step, corner[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (grid, grid), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def in_picture(centers: Points, scene: Scene, size: tuple[int, int]) -> Points:
    """Return places (..., 2) of the full picture as places of pictures of ``size`` (w, h)."""
    scale = np.array([size[0] / scene.width, size[1] / scene.height])
    return np.asarray((np.asarray(centers, np.float64) + 0.5) * scale - 0.5)


def side_in_picture(scene: Scene, size: tuple[int, int]) -> float:
    """Return the side of the crop in pixels of pictures of ``size`` (w, h)."""
    return scene.side * math.sqrt(size[0] / scene.width * size[1] / scene.height)
