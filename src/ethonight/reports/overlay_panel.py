"""The ethogram under an annotated video: it moves from right to left under a line that marks now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ethonight.reports.clock import clock
from ethonight.reports.lane import Lane
from ethonight.reports.lettering import Picture, text_width, write
from ethonight.reports.palette import DIM, INK, PAPER, label_colours, rgb
from ethonight.reports.strips import Heights, Pixels, now_line, row_pixels

SPAN = 20.0
"""Seconds that are seen at a time, now in the middle."""
_TILE = 256
_TILES = 12
_FOOT = 24
_HIGH, _FLAT, _ROOM = 16, 4, 200
"""Pixels of a row, at most and at least, and of all rows together."""
_LEGIBLE = 11
_GAP = 2


class Panel:
    """Draws the strip for any time. ``width`` in pixels; ``height`` follows from the rows."""

    def __init__(self, labels: Sequence[str], lanes: Sequence[Lane], width: int) -> None:
        self._colours = list(label_colours(labels).values())
        self._rows = _rows(labels, lanes)
        self._row = max(_FLAT, min(_HIGH, _ROOM // max(1, len(self._rows))))
        self.width, self.height = width, (self._row * len(self._rows) + _FOOT + 6) // 2 * 2
        self._margin = self._left()
        self._columns = width - self._margin
        self._seconds = SPAN / self._columns
        self._blank = self._empty()
        self._tile = lru_cache(maxsize=_TILES)(self._new_tile)

    def at(self, seconds: float) -> Picture:
        """Return the strip (height, width, 3) at a time of the recording."""
        picture = self._blank.copy()
        middle = self._columns // 2
        first = int(np.floor(seconds / self._seconds)) - middle
        strip = self._between(first, first + self._columns)
        now_line(strip, middle)
        picture[4 : 4 + len(strip), self._margin :] = strip
        words = clock(seconds, 1)
        place = self._margin + middle - text_width(words, 15) // 2
        write(picture, words, (place, self.height - 7), 15, INK)
        return picture

    def _left(self) -> int:
        if self._row < _LEGIBLE:
            return 0
        return min(self.width // 3, 16 + max(text_width(name, self._row - 3) for name, _, _ in self._rows))

    def _empty(self) -> Picture:
        """Return the strip with nothing but names on it."""
        picture = np.full((self.height, self.width, 3), rgb(PAPER), np.uint8)
        if self._margin:
            for place, (name, _, _) in enumerate(self._rows):
                base = 4 + (place + 1) * self._row - 4
                write(picture[:, : self._margin - 6], name, (8, base), self._row - 3, DIM)
        return picture

    def _between(self, first: int, stop: int) -> Pixels:
        """Return columns of the whole recording's strip; what lies outside of the recording is white."""
        tiles = range(first // _TILE, (stop - 1) // _TILE + 1)
        pixels = np.concatenate([self._tile(tile) for tile in tiles], axis=1)
        begin = first - tiles[0] * _TILE
        return pixels[:, begin : begin + stop - first].copy()

    def _new_tile(self, tile: int) -> Pixels:
        edges = np.asarray((tile * _TILE + np.arange(_TILE + 1)) * self._seconds, np.float64)
        heights = Heights(0, 0, self._row - _GAP)
        pixels = np.full((self._row * len(self._rows), _TILE, 3), rgb(PAPER), np.uint8)
        for place, (_, lane, label) in enumerate(self._rows):
            near = lane.between(float(edges[0]), float(edges[-1]))
            row = row_pixels(near, label, self._colours[label], edges, heights)
            row[:, (edges[1:] <= lane.start) | (edges[:-1] >= lane.end)] = rgb(PAPER)
            pixels[place * self._row : place * self._row + len(row)] = row
        return pixels


def _rows(labels: Sequence[str], lanes: Sequence[Lane]) -> list[tuple[str, Lane, int]]:
    """Return name, lane and label of each row; where there are too many, the subjects are laid over each other."""
    found = [Lane(lane.subject, lane.edges, lane.predicted, None, None, lane.scores, lane.found) for lane in lanes]
    if len(found) * len(labels) * _FLAT > _ROOM:
        every = np.logical_or.reduce([lane.predicted for lane in found])
        found = [Lane("", lanes[0].edges, every)]
    names = [lane.subject for lane in found]
    return [
        (" · ".join(filter(None, [name, label])), lane, place)
        for name, lane in zip(names, found, strict=True)
        for place, label in enumerate(labels)
    ]
