"""Moving blobs as subjects: each animal keeps its number from picture to picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.blobs_model import BlobsModel
from ethonight.subjects.boxes import Frames, Located, Scene
from ethonight.subjects.foreground import Foreground
from ethonight.subjects.matching import match
from ethonight.subjects.parting import part
from ethonight.subjects.pieces import Pieces, Values, ellipse, find_pieces, joined, spread_of, with_fragments

_LEAST = 0.04
"""Area of the smallest piece that is looked at, in typical areas."""
_ANIMAL = 0.15
"""Area of the smallest piece that may be an animal by itself, in typical areas."""
_NEWCOMER = 0.4
"""Area of the smallest piece that becomes an animal not seen before, in typical areas."""
_SHARED = 1.4
"""Area from which a piece may be of two animals, in typical areas; each further one needs one more."""
_NEAR = 0.8
"""How far from a piece an animal may be expected that hides in it, in body lengths."""
_KEEP = 0.8
"""How much of its speed an animal is expected to keep until the next step."""


class Blobs:
    """Follows the animals through grey pictures of one ``size`` (w, h). Where animals overlap they share a piece.

    The numbers are given from left to right in the order in which animals are first seen.
    """

    needs_pictures = True

    def __init__(self, model: BlobsModel, size: tuple[int, int]) -> None:
        self.model = model
        self._size = size
        self._foreground = Foreground(model, size)
        count, scene = len(model.scene.subjects), model.scene
        self._places = np.tile(np.array([(scene.width - 1) / 2, (scene.height - 1) / 2]), (count, 1))
        self._speeds = np.zeros((count, 2))
        self._axes = np.zeros((count, 2))
        self._angles = np.zeros(count)
        self._missed = np.full(count, -1.0)  # steps since it was last seen; -1: never seen

    @property
    def scene(self) -> Scene:
        return self.model.scene

    def locate(self, steps: range, pictures: Frames | None) -> Located:
        """Find the animals at consecutive time steps; ``pictures`` is (n, h, w) uint8. Raises ValueError without."""
        if pictures is None or pictures.shape != (len(steps), self._size[1], self._size[0]):
            raise ValueError(f"blobs need one grey picture of {self._size} pixels for each step")
        shape = (len(self._missed), len(steps))
        located = Located(
            np.empty((*shape, 2), np.float32), np.empty((*shape, 2), np.float32), np.empty(shape, np.float32),
            np.empty(shape, np.bool_),
        )  # fmt: skip
        for at, picture in enumerate(pictures):
            self._step(self._pieces(picture))
            located.centers[:, at], located.axes[:, at], located.angles[:, at] = self._places, self._axes, self._angles
            located.found[:, at] = self._missed == 0
        return located

    def state(self) -> dict[str, NDArray[np.float64]]:
        return {name: getattr(self, f"_{name}").copy() for name in ("places", "speeds", "axes", "angles", "missed")}

    def restore(self, state: dict[str, NDArray[np.float64]]) -> None:
        for name, values in state.items():
            setattr(self, f"_{name}", np.array(values, np.float64))

    def _pieces(self, picture: Frames) -> Pieces:
        crowded = _SHARED * self.model.area if len(self._missed) > 1 else np.inf
        return find_pieces(self._foreground.mask(picture), self._foreground.scale, _LEAST * self.model.area, crowded)

    def _step(self, pieces: Pieces) -> None:
        expected = self._places + _KEEP * self._speeds
        owners = match(expected, self._missed, pieces, self.model, _ANIMAL)
        self._hide(owners, expected, pieces)
        self._welcome(owners, expected, pieces)
        before = self._places.copy()
        known = self._missed >= 0
        self._move(owners, expected, pieces)
        seen = owners >= 0
        steady = seen & known & (self._missed <= 1)
        self._speeds = np.where(steady[:, None], self._places - before, 0.0)
        self._missed = np.where(seen, 0.0, np.where(known, self._missed + 1, -1.0))

    def _move(self, owners: NDArray[np.int64], expected: Values, pieces: Pieces) -> None:
        """Move every animal to its piece, with the fragments around it; those that share one part it."""
        owned = np.unique(owners[owners >= 0]).tolist()
        free = sorted(set(range(len(pieces))) - set(owned))
        for number in owned:
            subjects = np.flatnonzero(owners == number)
            if len(subjects) > 1:
                self._put(subjects, expected, pieces, number)
            else:
                whole = with_fragments(number, pieces, free, self.scene.body, self.model.area)
                self._set(int(subjects[0]), *joined(pieces, whole))

    def _room(self, pieces: Pieces, owners: NDArray[np.int64]) -> Values:
        """Return (K,) how many more animals each piece is large enough for."""
        taken = np.bincount(owners[owners >= 0], minlength=len(pieces))
        return np.floor(pieces.areas / self.model.area + 2 - _SHARED) - taken

    def _hide(self, owners: NDArray[np.int64], expected: Values, pieces: Pieces) -> None:
        """Let animals without a piece share a large one that they are expected at."""
        for subject in np.flatnonzero((owners < 0) & (self._missed >= 0)).tolist():
            room = self._room(pieces, owners)
            near = {
                number: float(((pieces.points[number] - expected[subject]) ** 2).sum(axis=1).min())
                for number in np.flatnonzero(room >= 1).tolist()
                if len(pieces.points[number])
            }
            nearest = min(near, key=lambda number: near[number], default=-1)
            if nearest >= 0 and near[nearest] <= (_NEAR * self.scene.body) ** 2:
                owners[subject] = nearest

    def _welcome(self, owners: NDArray[np.int64], expected: Values, pieces: Pieces) -> None:
        """Give pieces that nobody has, from left to right, to animals that were never seen."""
        unseen = np.flatnonzero((owners < 0) & (self._missed < 0)).tolist()
        if not unseen or len(pieces) == 0:
            return
        room = np.maximum(self._room(pieces, owners), ~np.isin(np.arange(len(pieces)), owners))
        free = np.where(pieces.areas >= _NEWCOMER * self.model.area, np.maximum(room, 0), 0).astype(np.int64)
        places = [number for number in np.argsort(pieces.centers[:, 0]).tolist() for _ in range(free[number])]
        for subject, number in zip(unseen, places, strict=False):
            owners[subject] = number
            expected[subject] = np.nan

    def _put(self, subjects: NDArray[np.intp], expected: Values, pieces: Pieces, number: int) -> None:
        """Move several animals to the piece ``number``, of which each gets its part."""
        axes = np.tile((self.scene.body, max(1.0, self.scene.short)), (len(subjects), 1))
        parts = part(pieces.points[number], expected[subjects], axes, self._angles[subjects])
        for subject, points in zip(subjects.tolist(), parts, strict=True):
            if len(points):
                self._set(subject, points.mean(axis=0), spread_of(points))

    def _set(self, subject: int, center: Values, spread: Values) -> None:
        long, short, self._angles[subject] = ellipse(spread)
        self._places[subject], self._axes[subject] = center, (long, short)
