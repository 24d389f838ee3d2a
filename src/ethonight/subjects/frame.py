"""The whole frame as the only subject."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Frames, Located, Scene


class WholeFrame:
    """A subject that is always there and as large as the picture."""

    needs_pictures = False

    def __init__(self, width: int, height: int) -> None:
        longer = float(max(width, height))
        self.scene = Scene(("",), width, height, longer, longer)

    def locate(self, steps: range, pictures: Frames | None) -> Located:
        """Return the middle of the picture for each step; ``pictures`` are not looked at."""
        shape = 1, len(steps)
        centers = np.empty((*shape, 2), np.float32)
        axes = np.empty((*shape, 2), np.float32)
        width, height = self.scene.width, self.scene.height
        centers[:] = (width - 1) / 2, (height - 1) / 2
        axes[:] = max(width, height), min(width, height)
        upright = -np.pi / 2 if height > width else 0.0
        return Located(centers, axes, np.full(shape, upright, np.float32), np.ones(shape, np.bool_))

    def state(self) -> dict[str, NDArray[np.float64]]:
        return {}

    def restore(self, state: dict[str, NDArray[np.float64]]) -> None:
        """Nothing is carried from step to step."""
