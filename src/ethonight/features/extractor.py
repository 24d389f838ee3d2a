"""What turns the crops of one subject into one vector per time step, whichever method stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ethonight.subjects.boxes import Located, Scene

Crops = NDArray[np.uint8]
"""(m, P, P) grey, or (m, P, P, 3) RGB where ``colour``."""
Vectors = NDArray[np.float32]


class Extractor(Protocol):
    """Describes the crops of one subject, step by step.

    An extractor is made for one rate (time steps per second), since scales in seconds become steps, and for one
    device. The same input gives the same numbers, to the bit on a CPU; nothing is remembered between calls.
    """

    @property
    def name(self) -> str:
        """As in the recipe: "motion", "videomae", ..."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """What each dimension is called, D different texts."""
        ...

    @property
    def dimensions(self) -> int:
        """D, the length of ``names``."""
        ...

    @property
    def pixels(self) -> int:
        """P, the side of a crop in pixels."""
        ...

    @property
    def colour(self) -> bool:
        """Whether crops are RGB; otherwise they are grey."""
        ...

    @property
    def before(self) -> int:
        """How many steps before the first described one are looked at."""
        ...

    @property
    def after(self) -> int:
        """How many steps after the last described one are looked at."""
        ...

    def compute(self, crops: Crops, located: Located, scene: Scene) -> Vectors:
        """Describe n consecutive steps: (n, D), finite, within the range of float16.

        ``crops`` and ``located`` hold ``before + n + after`` consecutive steps of one subject (``located``: S = 1).
        Where the recording begins or ends within them, its first or last crop and place are repeated.
        """
        ...
