"""Values around time steps: changes, means and oscillations at scales in seconds; numpy only."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Scene

Array = NDArray[np.float64]
SCALES = (0.1, 0.3, 1.0)
"""Seconds."""
_FAST = 7.0
"""Oscillations per second of grooming, about."""


def reach_of_scales(rate: float) -> int:
    """Return how many steps before and after a step ``Around`` looks at."""
    return max(2, math.ceil(0.5 * rate) + 1)


class Around:
    """Looks around each ``inner`` step of values whose first axis is time, ``rate`` steps per second.

    ``reach_of_scales`` more steps lie on both sides of the inner ones.
    """

    def __init__(self, rate: float, inner: slice) -> None:
        self.rate, self.inner = rate, inner
        self.half = max(1, math.ceil(0.5 * rate))

    @property
    def count(self) -> int:
        """How many inner steps there are."""
        return int(self.inner.stop - self.inner.start)

    def widened(self) -> Around:
        """Return the same with half a second more of inner steps on both sides."""
        return Around(self.rate, slice(self.inner.start - self.half, self.inner.stop + self.half))

    def mean_of_widened(self, values: Array) -> Array:
        """Return the mean over the second around each inner step, from ``values`` of the widened inner steps."""
        return _running_mean(values, 2 * self.half + 1)

    def steps(self, places: Array) -> Array:
        """Return the velocity between each place and the one before, of all steps."""
        return np.asarray(np.diff(places, axis=0, prepend=places[:1]) * self.rate)

    def jerk(self, places: Array) -> Array:
        """Return by how much the velocity changes at each step."""
        steps = self.steps(places[self.inner.start - 1 : self.inner.stop + 1])
        return np.asarray(np.linalg.norm(steps[2:] - steps[1:-1], axis=-1))

    def ends(self, values: Array, seconds: float) -> tuple[Array, Array, float]:
        """Return the values before and after each step, and how many seconds lie between them."""
        lag = min(max(1, round(seconds * self.rate)), 2 * self.half)
        first = self.inner.start - lag // 2
        return values[first : first + self.count], values[first + lag : first + lag + self.count], lag / self.rate

    def change(self, values: Array, seconds: float) -> Array:
        """Return the change per second."""
        before, after, between = self.ends(values, seconds)
        return (after - before) / between

    def mean(self, values: Array, seconds: float = 1.0) -> Array:
        """Return the mean over the steps around each."""
        half = min(max(1, round(seconds * self.rate / 2)), self.half)
        near = values[self.inner.start - half : self.inner.stop + half]
        return _running_mean(near, 2 * half + 1)

    def velocities(self, places: Array) -> tuple[Array, Array]:
        """Return the mean velocity in the 0.15 s before and after each step."""
        lag = min(max(1, round(0.15 * self.rate)), self.half)
        first, stop = self.inner.start, self.inner.stop
        here = places[first:stop]
        before, after = here - places[first - lag : stop - lag], places[first + lag : stop + lag] - here
        return before * (self.rate / lag), after * (self.rate / lag)

    def fast(self, values: Array) -> Array:
        """Return the amplitude of fast oscillation around each step."""
        offset = np.arange(-self.half, self.half + 1)
        window = np.cos(offset * (np.pi / (2 * self.half + 2))) ** 2
        wave = window * np.exp(2j * np.pi * offset * min(_FAST, 0.4 * self.rate) / self.rate)
        wave -= window * (wave.sum() / window.sum())
        near = values[self.inner.start - self.half : self.inner.stop + self.half]
        spans = np.lib.stride_tricks.sliding_window_view(near, len(wave), axis=0)
        return np.asarray(np.abs(spans @ wave) * (2 / window.sum()))


def typical_axes(scene: Scene) -> NDArray[np.float32]:
    """Return (2,) the usual length and width of a subject of this recording, pixels: thin and round ones look alike."""
    return np.array([scene.body, scene.short or scene.body], np.float32)


def drawn_in(values: Array) -> Array:
    """Return values with large ones drawn in, the sign kept."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)), np.float64)


def turning(before: Array, after: Array) -> Array:
    """Return the sine of the turn between vectors (..., 2), positive clockwise as seen; 0 for vectors near 0."""
    crossed = before[..., 0] * after[..., 1] - before[..., 1] * after[..., 0]
    return np.asarray(crossed / (np.linalg.norm(before, axis=-1) * np.linalg.norm(after, axis=-1) + 0.05))


def _running_mean(values: Array, width: int) -> Array:
    """Return the mean of each ``width`` consecutive values, ``width - 1`` fewer than there are."""
    sums = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    return np.asarray((sums[width:] - sums[:-width]) / width)
