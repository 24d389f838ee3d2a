"""Rows of an ethogram as pixels: what was marked above what was found, the score faintly behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.frame_times import Edges
from ethonight.reports.lane import Lane, Shares, shares, visible
from ethonight.reports.palette import INK, LIGHT, PAPER, mixed, rgb

Pixels = NDArray[np.uint8]
_Canvas = NDArray[np.float64]

UNSCORED = "#8b93a1"
"""The hatching of time that nobody watched."""
GAP = "#c3c8d1"
"""Time in which the subject was not seen."""


@dataclass(frozen=True)
class Heights:
    """Pixels of the parts of a row."""

    truth: int = 9
    between: int = 1
    predicted: int = 9

    def row(self, lane: Lane) -> int:
        """How high a row of this lane is."""
        return self.predicted + (self.truth + self.between if lane.truth is not None else 0)


def row_pixels(lane: Lane, label: int, colour: str, columns: Edges, heights: Heights) -> Pixels:
    """Return the row of one label, (height, W, 3) RGB, for columns of time (W + 1,) in seconds.

    Top to bottom: truth where there is one, hatched where nobody watched; then the prediction over its score,
    grey where the subject was not seen.
    """
    below = _predicted(lane, label, colour, columns, heights.predicted)
    if lane.truth is None:
        return _rounded(below)
    above = _truth(lane, label, colour, columns, heights.truth)
    line = np.full((heights.between, len(columns) - 1, 3), rgb(PAPER), np.float64)
    return _rounded(np.concatenate([above, line, below]))


def _truth(lane: Lane, label: int, colour: str, columns: Edges, height: int) -> _Canvas:
    assert lane.truth is not None
    canvas = _empty(height, columns)
    _paint(canvas, visible(shares(lane.truth[:, label], lane.edges, columns)), colour)
    if lane.scored is not None:
        _hatch(canvas, shares(~lane.scored, lane.edges, columns))
    return canvas


def _predicted(lane: Lane, label: int, colour: str, columns: Edges, height: int) -> _Canvas:
    canvas = _empty(height, columns)
    if lane.found is not None:
        _paint(canvas, visible(shares(~lane.found, lane.edges, columns)), GAP)
    if lane.scores is not None:
        score = shares(np.nan_to_num(lane.scores[:, label].astype(np.float64)), lane.edges, columns)
        _fill(canvas, score, mixed(colour, PAPER, 0.62))
    _paint(canvas, visible(shares(lane.predicted[:, label], lane.edges, columns)), colour)
    return canvas


def _empty(height: int, columns: Edges) -> _Canvas:
    return np.full((height, len(columns) - 1, 3), rgb(LIGHT), np.float64)


def _paint(canvas: _Canvas, strength: Shares, colour: str) -> None:
    """Lay ``colour`` over whole columns, with a strength (W,) of 0 to 1 each."""
    canvas += strength[None, :, None] * (np.array(rgb(colour), np.float64) - canvas)


def _fill(canvas: _Canvas, share: Shares, colour: str) -> None:
    """Fill columns from below up to a share (W,) of the height, with a soft upper edge."""
    height = len(canvas)
    from_below = height - 1 - np.arange(height)
    cover = np.clip(share[None, :] * height - from_below[:, None], 0, 1)
    canvas += cover[:, :, None] * (np.array(rgb(colour), np.float64) - canvas)


def _hatch(canvas: _Canvas, share: Shares) -> None:
    """Draw slanted lines over columns of which most is in ``share``; a bout under them stays visible."""
    place = np.add.outer(np.arange(len(canvas))[::-1], -np.arange(canvas.shape[1])) % 6 < 1.5
    where = (share >= 0.5)[None, :]
    canvas[np.broadcast_to(where, place.shape) & ~place] *= 0.97
    canvas[where & place] = rgb(UNSCORED)


def _rounded(canvas: _Canvas) -> Pixels:
    return np.asarray(np.rint(np.clip(canvas, 0, 255)), np.uint8)


def now_line(pixels: Pixels, column: int) -> None:
    """Draw a dark line of two pixels at ``column``, in place."""
    pixels[:, max(0, column - 1) : column + 1] = rgb(INK)
