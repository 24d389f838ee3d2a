"""How far a pixel must differ from the background to be of an animal."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.background import Differences

_LEAST = 5.0
"""Grey levels below which a difference is never an animal."""
_NOISES = 5.0
"""A difference of so many standard deviations of the noise is none of the noise."""
_MOST = 0.5
"""No threshold lies above this share of the animals' own difference."""
_CHOICES = 8
_SPECK = 9
"""Pixels of the smallest piece that counts."""


def choose_threshold(away: Differences, noise: float, count: int) -> float:
    """Return the threshold, grey levels, at which the ``count`` animals look most alike from picture to picture.

    ``away`` (n, h, w) are differences in the animals' direction. Too high a threshold breaks dim animals into pieces
    or loses them, too low a one adds shadows and reflections: both change from picture to picture. So the one is
    taken at which the area of the ``count`` largest pieces varies least and holds most of the foreground.
    """
    least = max(_LEAST, _NOISES * noise)
    most = max(least, _MOST * _contrast(away, least))
    choices = np.geomspace(least, most, _CHOICES)
    return float(min(choices.tolist(), key=lambda threshold: _unsteadiness(away, threshold, count)))


def _unsteadiness(away: Differences, threshold: float, count: int) -> float:
    """Return the areas' standard deviation over their mean, plus the share of the foreground that is not of them."""
    areas, shares = [], []
    for difference in away:
        mask = (difference > threshold).view(np.uint8)
        stats = cv2.connectedComponentsWithStats(mask)[2]
        sizes = np.sort(stats[1:, cv2.CC_STAT_AREA])[::-1]
        sizes = sizes[sizes >= _SPECK]
        areas.append(float(sizes[:count].sum()))
        shares.append(areas[-1] / max(1.0, float(sizes.sum())))
    mean = float(np.mean(areas))
    return float(np.std(areas)) / mean + 1 - float(np.mean(shares)) if mean else np.inf


def _contrast(away: Differences, least: float) -> float:
    """Return how far animals are from the background: the median of the strong ones among the differences."""
    strong = away[away > least]
    if len(strong) == 0:
        return 0.0
    body = strong[strong > _otsu(np.bincount(np.minimum(strong, 255).astype(np.int64), minlength=256))]
    return float(np.median(body if len(body) else strong))


def _otsu(histogram: NDArray[np.int64]) -> int:
    """Return the level that parts a histogram (256,) into two groups with the greatest variance between them."""
    counts, levels = histogram.astype(np.float64), np.arange(256)
    below = np.cumsum(counts)
    above = below[-1] - below
    sums = np.cumsum(counts * levels)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return int(np.nanargmax(np.where(np.isfinite(between), between, -1.0)))
