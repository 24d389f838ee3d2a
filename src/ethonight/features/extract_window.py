"""What is held of a recording while it is described: the places and crops around the step that is next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethonight.features.extract_pictures import Block, Pictures
from ethonight.features.extractor import Crops, Extractor
from ethonight.features.kinematics import Kinematics
from ethonight.features.store import Piece, compact
from ethonight.subjects.boxes import Located, Scene
from ethonight.subjects.crops import crop, in_picture, side_in_picture

SMOOTHING = 0.1
"""Seconds before and after a step over which a crop's centre is smoothed, so that crops do not tremble with the box."""
_BOXES = ("centers", "axes", "angles", "found")


def smoothed(centers: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    """Return (S, n, 2) from (S, reach + n + reach, 2): the weighted mean around each step."""
    weights = np.hanning(2 * reach + 3)[1:-1]
    count = centers.shape[1] - 2 * reach
    wide = centers.astype(np.float64)
    total = sum(weight * wide[:, at : at + count] for at, weight in enumerate(weights))
    return np.asarray(total / weights.sum(), np.float64)


class Window:
    """Takes blocks of steps in order; gives the features of steps as soon as all that they look at is there.

    ``steps`` is how many time steps the recording has, ``rate`` how many a second. Beyond its ends, its first and last
    step are repeated.
    """

    def __init__(
        self, describer: Extractor | Kinematics, scene: Scene, size: tuple[int, int], steps: int, rate: float
    ) -> None:
        self._describer, self._scene, self._size, self._steps = describer, scene, size, steps
        self._smoothing = 0 if isinstance(describer, Kinematics) else round(SMOOTHING * rate)
        self._places: list[NDArray[np.generic]] = []
        self._first_place = self._first_crop = 0
        """The steps with which the held places and crops begin."""
        self._part = 0
        """The first step of the part that is not finished."""
        self._described = 0
        """The first step that is not described yet."""
        self._waiting: list[Block] = []
        self._crops: list[Crops] = []

    @property
    def reach(self) -> int:
        """How many steps before a part must be known to go on with it."""
        return self._describer.before + self._describer.after + 2 * self._smoothing

    def resume(self, begin: int, places: Located | None) -> int:
        """Go on at step ``begin``, after steps whose ``places`` are known; return the first step to be decoded."""
        self._part = begin
        if places is not None:
            self._keep(places)
            self._first_place = begin - len(places)
        self._described = max(0, begin - self._smoothing - self._describer.after)
        self._first_crop = max(0, self._described - self._describer.before)
        return begin if isinstance(self._describer, Kinematics) else self._first_crop

    def add(self, block: Block, located: Located | None) -> None:
        """Take a block, and where its subjects are unless that was known from ``resume``."""
        if located is not None:
            self._keep(located)
        if isinstance(self._describer, Kinematics):
            return
        self._waiting.append(block)
        self._cut_out()

    def part(self) -> Piece:
        """Return the places of the steps since the last part, and the features of all steps that can be described."""
        end = self._known
        located = self._located(np.arange(self._part, end))
        self._part = end
        lag = self._smoothing + self._describer.after
        stop = end if end == self._steps else max(self._described, end - lag)
        features = self._describe(self._described, stop)
        self._described = stop
        self._forget()
        return Piece(located, features)

    @property
    def _known(self) -> int:
        """The step up to which places are known."""
        return self._first_place + (self._places[3].shape[1] if self._places else 0)

    def _keep(self, located: Located) -> None:
        new = [getattr(located, name) for name in _BOXES]
        held = self._places or [values[:, :0] for values in new]
        self._places = [np.concatenate(pair, axis=1) for pair in zip(held, new, strict=True)]

    def _located(self, steps: NDArray[np.int64]) -> Located:
        inside = np.clip(steps, 0, self._steps - 1) - self._first_place
        return Located(*(values[:, inside] for values in self._places))  # type: ignore[arg-type]

    def _cut_out(self) -> None:
        """Crop the waiting pictures around which enough places are known."""
        known, steps = self._known, self._steps
        while self._waiting and (known == steps or self._waiting[0].first < known - self._smoothing):
            block = self._waiting.pop(0)
            assert block.pictures is not None
            stop = block.stop if known == steps else min(block.stop, known - self._smoothing)
            if stop < block.stop:
                rest = stop - block.first
                self._waiting.insert(0, Block(stop, block.pictures[rest:], block.present[rest:]))
            self._crops.append(self._cropped(block.pictures[: stop - block.first], block.first))

    def _cropped(self, pictures: Pictures, first: int) -> Crops:
        """Return (S, n, P, P[, 3])."""
        assert not isinstance(self._describer, Kinematics)
        steps = np.arange(first - self._smoothing, first + len(pictures) + self._smoothing)
        centers = in_picture(smoothed(self._located(steps).centers, self._smoothing), self._scene, self._size)
        side = side_in_picture(self._scene, self._size)
        return np.stack([crop(pictures, each, side, self._describer.pixels) for each in centers])

    def _describe(self, first: int, stop: int) -> NDArray[np.float16]:
        """Return (S, n, D) features of the steps from ``first`` to before ``stop``."""
        describer, subjects = self._describer, range(len(self._scene.subjects))
        if stop == first:
            return np.empty((len(subjects), 0, len(describer.names)), np.float16)
        steps = np.arange(first - describer.before, stop + describer.after)
        located = self._located(steps)
        if isinstance(describer, Kinematics):
            return compact(describer.compute(located, self._scene))
        self._crops = [np.concatenate(self._crops, axis=1)]
        inside = np.clip(steps, 0, self._steps - 1) - self._first_crop
        vectors = []
        for subject in subjects:
            own = Located(*(getattr(located, name)[subject : subject + 1] for name in _BOXES))
            vectors.append(compact(describer.compute(self._crops[0][subject, inside], own, self._scene)))
        return np.stack(vectors)

    def _forget(self) -> None:
        """Let go of what later steps do not look at."""
        place = max(0, self._known - self.reach)
        if place > self._first_place:
            self._places = [values[:, place - self._first_place :].copy() for values in self._places]
            self._first_place = place
        first = max(0, self._described - self._describer.before)
        if self._crops and first > self._first_crop:
            self._crops = [self._crops[0][:, first - self._first_crop :].copy()]
            self._first_crop = first
