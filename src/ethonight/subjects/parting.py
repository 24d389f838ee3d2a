"""Animals that touch make one piece of foreground: its pixels are parted among them."""

from __future__ import annotations

import numpy as np

from ethonight.subjects.pieces import Values

_ROUNDS = 8


def part(points: Values, starts: Values, axes: Values, angles: Values) -> list[Values]:
    """Part ``points`` (m, 2) among k animals that are expected at ``starts`` (k, 2); each gets its own (m_i, 2).

    ``axes`` (k, 2) are the whole lengths of the long and the short axis, ``angles`` (k,) the long axis's directions.
    K-means from where and as the animals are expected, with distances in halves of their axes, so that each part
    keeps to its animal also where long ones cross. An animal may get nothing.
    """
    centers = _moved_apart(starts, points)
    along = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    owners = np.full(len(points), -1)
    for _ in range(_ROUNDS):
        away = points[:, None] - centers[None]  # (m, k, 2)
        lengthwise = (away * along).sum(axis=2) / axes[:, 0]
        sideways = (away[..., 1] * along[:, 0] - away[..., 0] * along[:, 1]) / axes[:, 1]
        nearest = (lengthwise**2 + sideways**2).argmin(axis=1)
        if (nearest == owners).all():
            break
        owners = nearest
        for at in range(len(centers)):
            if (mine := points[owners == at]).size:
                centers[at] = mine.mean(axis=0)
                along[at] = _direction(mine)
    return [points[owners == at] for at in range(len(centers))]


def _direction(points: Values) -> Values:
    """Return the direction (2,) of the long axis of ``points``."""
    away = points - points.mean(axis=0)
    xx, yy, xy = (away[:, 0] ** 2).sum(), (away[:, 1] ** 2).sum(), (away[:, 0] * away[:, 1]).sum()
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    return np.array([np.cos(angle), np.sin(angle)])


def _moved_apart(starts: Values, points: Values) -> Values:
    """Return starts of which no two are alike: those that coincide are spread along the piece's longer side."""
    middle, spread = points.mean(axis=0), points.std(axis=0)
    ranks = np.arange(len(starts)) - (len(starts) - 1) / 2
    nudge = ranks[:, None] * spread[None] * 1e-3
    usable = np.where(np.isfinite(starts), starts, middle + ranks[:, None] * spread[None])
    return np.asarray(usable + nudge, np.float64)
