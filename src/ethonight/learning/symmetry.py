"""What a mirrored recording does to the features that a model looks at, put side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ethonight.features.kinematics import Kinematics
from ethonight.features.motion import Motion
from ethonight.recipe.stream import Recipe
from ethonight.temporal.windows import Symmetry

_KNOWN = {"motion": Motion.symmetries, "kinematics": Kinematics.symmetries}


def symmetries_of(streams: Sequence[Recipe]) -> tuple[Symmetry, ...]:
    """Return (permutation, sign), each (D,), of the features side by side; nothing where it is not known of one."""
    if any(stream.features.name not in _KNOWN for stream in streams):
        return ()
    several = [_KNOWN[stream.features.name]() for stream in streams]
    return tuple(_together(parts) for parts in zip(*several, strict=True))


def _together(parts: Sequence[Symmetry]) -> Symmetry:
    starts = np.cumsum([0, *(len(permutation) for permutation, _ in parts)])
    shifted = [permutation + start for (permutation, _), start in zip(parts, starts, strict=False)]
    return np.concatenate(shifted), np.concatenate([sign for _, sign in parts])
