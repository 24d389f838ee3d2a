"""Where the subjects of a recording are over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Frames = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Located:
    """Where S subjects are at n consecutive time steps, in pixels of the upright picture at its full resolution.

    (0, 0) is the middle of the first pixel, as in OpenCV and in idtracker.ai's trajectories.
    """

    centers: Floats
    """(S, n, 2) x and y. Always finite: where a subject is not found, its last known place (at first, the middle)."""
    axes: Floats
    """(S, n, 2) whole lengths of the subject's long and short axis; 0 where not known."""
    angles: Floats
    """(S, n) direction of the long axis, radians in [-pi/2, pi/2), x to the right and y down; 0 where not known."""
    found: Flags
    """(S, n) whether the subject was seen there; false marks a gap."""

    def __len__(self) -> int:
        """How many time steps."""
        return int(self.found.shape[1])


@dataclass(frozen=True)
class Scene:
    """What stays the same through a recording."""

    subjects: tuple[str, ...]
    """Names; the only subject of a recording is called ""."""
    width: int
    """Of the upright picture, pixels."""
    height: int
    """Of the upright picture, pixels."""
    body: float
    """Typical length of a subject, pixels; for the whole frame, its longer side."""
    side: float
    """Side of the square that is cropped around a subject, pixels: one for the whole recording."""
    short: float = 0.0
    """Typical short axis of a subject that is found by its pixels, full-resolution pixels; 0: does not matter."""


class Locator(Protocol):
    """Finds the subjects, step by step, in order. Made anew it starts where ``restore`` says."""

    @property
    def scene(self) -> Scene: ...

    @property
    def needs_pictures(self) -> bool:
        """Whether ``locate`` looks at the pictures; otherwise it may be given None."""
        ...

    def locate(self, steps: range, pictures: Frames | None) -> Located:
        """Find the subjects at consecutive time steps.

        ``steps`` are the numbers of the recording's frames at these steps (ascending, with the recording's stride).
        ``pictures`` (n, h, w) uint8 are grey pictures of the whole frame at any one size, chosen at construction.
        """
        ...

    def state(self) -> dict[str, NDArray[np.float64]]:
        """Return what a new locator needs to go on after the last step it was given."""
        ...

    def restore(self, state: dict[str, NDArray[np.float64]]) -> None: ...
