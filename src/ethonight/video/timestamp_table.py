"""The time of every frame of one video file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Progress = Callable[[float], None]
"""Is told how much has been read, from 0 to 1."""


@dataclass(frozen=True, eq=False)
class Timestamps:
    """The presentation timestamps of all frames of one file, in the order in which the frames are shown.

    ``n`` frames; frame ``i`` is shown during ``[seconds[i], seconds[i + 1])``, the last one up to ``end``.
    """

    time_base: Fraction
    """Seconds of one tick."""
    ticks: Ints
    """(n,) when each frame appears, never decreasing. As the file says, so the first may be above zero."""
    end_tick: int
    """When the last frame ends; above the last of ``ticks``."""
    labels: Ints
    """(n,) what the decoder calls each frame; the ticks, except in files without times of presentation (AVI)."""
    keyframes: Ints = field(default_factory=lambda: np.empty((0, 2), np.int64))
    """(k, 2) frames at which decoding can begin, ascending: index of the frame, and the tick to jump to."""
    width: int = 0
    """Pixels, of the picture as it is shown (rotation flag applied)."""
    height: int = 0
    rotation: int = 0
    """Degrees by which a player turns the stored picture counterclockwise: 0, 90, 180 or 270."""
    declared: int = 0
    """How many frames the file says it has, where these are more than there are; else ``n`` or 0."""

    def __len__(self) -> int:
        return len(self.ticks)

    @cached_property
    def seconds(self) -> Floats:
        """(n,) the time of each frame, strictly increasing: the float64 nearest to ``ticks * time_base``.

        Frames that a coarse clock gave one and the same tick share the time up to the next tick evenly.
        """
        exact = self.ticks * self.time_base.numerator / self.time_base.denominator
        return exact if np.all(np.diff(self.ticks) > 0) else self._spread()

    @cached_property
    def end(self) -> float:
        """When the last frame ends, in seconds."""
        return float(self.end_tick * self.time_base)

    @cached_property
    def seekable(self) -> bool:
        """Whether a decoded frame can be told by its label, so that decoding may begin at any key frame."""
        return len(self.keyframes) > 0 and len(np.unique(self.labels)) == len(self.labels)

    def _spread(self) -> Floats:
        first, counts = np.unique(self.ticks, return_index=True, return_counts=True)[1:]
        begin = np.repeat(self.ticks[first], counts)
        length = np.repeat(np.diff(np.append(self.ticks[first], self.end_tick)), counts)
        place = np.arange(len(self.ticks)) - np.repeat(first, counts)
        ticks = begin + length * place / np.repeat(counts, counts)
        return np.asarray(ticks * float(self.time_base), np.float64)
