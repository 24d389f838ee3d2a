"""A descriptor of appearance and movement that needs no weights: what a crop shows and how it changes.

Groups of dimensions, in this order (cells: a 4 x 4 grid over the crop; changes are of log light, so that a lamp's
brightness leaves no trace, and relative to the crop's contrast around the step):

- ``lines`` (4 directions x 16 cells): gradients along a direction, relative to those around the cell: posture
- ``light`` (16): mean log light of a cell relative to the crop's
- ``change`` since the step before, to the step after, over 0.1, 0.3 and 1 s around the step (5 x 16): a twitch of two
  frames is in the first two, slow displacement in the last
- ``jerk`` (16): second difference over three steps, large where something jumps and comes back
- ``flow`` (2 x 16): movement of a cell's content in body lengths per second
- ``fast``, ``slow`` (2 x 16): amplitude of oscillation of the flow around 7 per second (grooming) and 2.5 per second
- ``total``, ``most``, ``inner`` (3 x 8): of the changes, the jerk and the oscillations: mean, largest cell, share of
  the four inner cells; these do not depend on where the subject faces
- ``contrast`` (1): of the crop
- the box (``motion_box``): speed, turning, shape and their changes, in body lengths and seconds
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ethonight.features import motion_box, motion_picture
from ethonight.features.extractor import Crops, Vectors
from ethonight.features.motion_picture import GRID
from ethonight.features.symmetry import Dimension, symmetries
from ethonight.one_thread import one_thread
from ethonight.subjects.boxes import Located, Scene

_CHANGES = ("since the step before", "to the step after", "0.1 s", "0.3 s", "1 s")
_SECONDS = (0.1, 0.3, 1.0)
_BANDS = {"fast": 7.0, "slow": 2.5}
_ENERGIES = (*(f"change {name}" for name in _CHANGES), "jerk", *_BANDS)
_BATCH = 64
"""Steps described at a time: what is computed of them stays in the processor's cache."""


def _cells(kind: str, directions: Sequence[str] = ("",)) -> list[Dimension]:
    places = [(row, column) for row in range(GRID) for column in range(GRID)]
    return [Dimension(kind, cell, direction) for direction in directions for cell in places]


DIMENSIONS: tuple[Dimension, ...] = (
    *_cells("lines", ("horizontal", "vertical", "rising", "falling")),
    *_cells("light"),
    *(dimension for energy in _ENERGIES[:6] for dimension in _cells(energy)),
    *_cells("flow", ("x", "y")),
    *(dimension for name in _BANDS for dimension in _cells(name)),
    *(Dimension(f"{summary} {energy}") for summary in ("total", "most", "inner") for energy in _ENERGIES),
    Dimension("contrast"),
    *motion_box.DIMENSIONS,
)


class Motion:
    """The ``motion`` extractor for one rate (time steps per second); ``pixels`` is the side of its crops."""

    name = "motion"
    names: tuple[str, ...] = tuple(dimension.name for dimension in DIMENSIONS)
    dimensions = len(DIMENSIONS)
    colour = False

    def __init__(self, rate: float, pixels: int = 64, device: str = "cpu") -> None:
        self.rate, self.pixels = rate, pixels
        self.before = self.after = motion_box.reach(rate)
        self._device = torch.device(device)
        self._side = max(16, pixels // 2 // GRID * GRID)
        self._windows = motion_picture.cell_windows(self._side, self._device)
        self._half = max(1, math.ceil(0.5 * rate))

    def compute(self, crops: Crops, located: Located, scene: Scene) -> Vectors:
        """Describe n steps; see ``Extractor``."""
        count = len(crops) - self.before - self.after
        box = motion_box.describe(located, scene, self.rate, slice(self.before, self.before + count))
        pictures = [
            self._of_pictures(crops[first : min(first + _BATCH, count) + self.before + self.after], scene)
            for first in range(0, count, _BATCH)
        ]
        return np.concatenate([np.concatenate(pictures), box], axis=1)

    def _of_pictures(self, crops: Crops, scene: Scene) -> NDArray[np.float32]:
        with torch.inference_mode(), one_thread():
            pictures = motion_picture.log_light(torch.from_numpy(crops).to(self._device), self._side)
            groups = self._groups(pictures, scene)
            return np.asarray(torch.cat([group.flatten(1) for group in groups], dim=1).cpu().numpy())

    def _groups(self, pictures: Tensor, scene: Scene) -> list[Tensor]:
        """Return the groups of dimensions in their order, each (n, ...)."""
        reach, windows = self.before, self._windows
        count = len(pictures) - 2 * reach
        here = slice(reach, reach + count)
        contrast = self._contrast(pictures)
        across, down = motion_picture.slopes(pictures)
        lines = motion_picture.line_strengths(across[here] / contrast, down[here] / contrast, windows)
        light = motion_picture.pool(pictures[here], windows) / contrast.flatten(1)
        energies = [energy / contrast.flatten(1) for energy in self._changes(pictures, count)]
        flow = motion_picture.flow(pictures, across, down, windows)
        flow = flow * (self.rate * scene.side / scene.body / self._side)
        bands = self._oscillations(flow, count)
        energies = [torch.log1p(20 * energy) for energy in energies]
        moved = flow[reach - 1 : reach - 1 + count]
        signed = moved.sign() * moved.abs().log1p()
        summaries = _summaries([*energies, *bands])
        return [lines, light, *energies, signed, *bands, *summaries, contrast.log().flatten(1)]

    def _contrast(self, pictures: Tensor) -> Tensor:
        """Return (n, 1, 1): the mean contrast in the second around each step."""
        each = motion_picture.contrasts(pictures)
        spans = each.unfold(0, 2 * self._half + 1, 1).mean(dim=1)
        spare = self.before - self._half
        return spans[spare : len(spans) - spare, None, None]

    def _changes(self, pictures: Tensor, count: int) -> list[Tensor]:
        """Return the cells' means of absolute changes and of the jerk, each (n, cells)."""
        first, windows = self.before, self._windows
        steps = pictures[first - 1 : first + count + 1].diff(dim=0)
        each = motion_picture.pool(steps.abs(), windows)
        found = [each[:-1], each[1:]]
        for seconds in _SECONDS:
            lag = min(max(1, round(seconds * self.rate)), 2 * self._half)
            found.append(motion_picture.pool(motion_picture.changes(pictures, lag, first, count), windows))
        return [*found, motion_picture.pool(steps.diff(dim=0).abs_(), windows)]

    def _oscillations(self, flow: Tensor, count: int) -> list[Tensor]:
        """Return the amplitudes of the flow's oscillations in each cell, each (n, cells)."""
        reach = self._half
        first = self.before - 1 - reach
        near = flow[first : first + count + 2 * reach]
        return [
            motion_picture.band(near, hertz, self.rate, reach).square().sum(dim=1).sqrt().log1p()
            for hertz in _BANDS.values()
        ]

    @staticmethod
    def symmetries() -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return (permutation, sign) of the dimensions for the eight symmetries of the square."""
        return symmetries(DIMENSIONS, GRID)


def _summaries(energies: Sequence[Tensor]) -> list[Tensor]:
    """Return mean, largest and inner share over the cells, each (n, energies)."""
    stacked = torch.stack(list(energies), dim=1)
    inside = stacked.reshape(*stacked.shape[:2], GRID, GRID)[:, :, 1:-1, 1:-1].mean(dim=(2, 3))
    mean = stacked.mean(dim=2)
    return [mean, stacked.amax(dim=2), inside / (mean + 0.05)]
