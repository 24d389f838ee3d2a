"""Features from places alone: how each subject moves, and how it moves relative to the others.

Lengths are in body lengths, times in seconds. Gaps of up to half a second are bridged by a straight line (and
flagged), longer ones keep the last place. The number of dimensions does not depend on how many subjects there are:
of the others, there are the nearest one and the mean over all. The walls are the picture's edges.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethonight.features.around import Around
from ethonight.features.kinematics_own import OWN, of_subject
from ethonight.features.kinematics_pair import PAIRS, of_pairs, reach_of_pairs
from ethonight.features.paths import bridged, gap_steps
from ethonight.features.symmetry import Dimension, symmetries
from ethonight.subjects.boxes import Located, Scene

DIMENSIONS: tuple[Dimension, ...] = (*OWN, *PAIRS)


class Kinematics:
    """The ``kinematics`` features for one rate (time steps per second)."""

    name = "kinematics"
    names: tuple[str, ...] = tuple(dimension.name for dimension in DIMENSIONS)
    dimensions = len(DIMENSIONS)

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.before = self.after = reach_of_pairs(rate) + gap_steps(rate) + 1
        """How many steps before the first and after the last described one are looked at."""

    def compute(self, located: Located, scene: Scene) -> NDArray[np.float32]:
        """Describe n steps of all S subjects: (S, n, D), from ``before + n + after`` steps.

        Where the recording begins or ends within them, its first or last step is repeated.
        """
        around = Around(self.rate, slice(self.before, len(located) - self.after))
        paths = zip(located.centers.astype(np.float64) / scene.body, located.found, strict=True)
        places = np.stack([bridged(path, found, gap_steps(self.rate)) for path, found in paths])
        described = [
            np.concatenate(
                [of_subject(places, located, scene, around, at), of_pairs(places, located.found, around, at)], axis=1
            )
            for at in range(len(places))
        ]
        return np.stack(described).astype(np.float32)

    @staticmethod
    def symmetries() -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
        """Return (permutation, sign) of the dimensions for the eight symmetries of the square."""
        return symmetries(DIMENSIONS, 1)
