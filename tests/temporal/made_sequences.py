"""Made sequences: what an animal does is known, and features follow from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ethonight.temporal.sequence import Sequence

LABELS = ("groom", "rear", "twitch")
LASTS = (60, 30, 2)
"""Steps that a bout of each class lasts, about: the last class is a twitch."""
_RATE = 30.0


def made_sequence(seed: int, steps: int = 3000, width: int = 16, bouts: int | None = None, name: str = "") -> Sequence:
    """One subject of a recording at 30 steps per second, completely scored.

    Class 0 changes the mean of some channels, class 1 makes others swing, class 2 is a spike of two steps. Every
    recording has an offset of its own, as if its light differed, and correlated noise.
    """
    random = np.random.default_rng(seed)
    targets = _bouts(random, steps, bouts)
    fixed = np.random.default_rng(1000)  # What a class looks like is the same in all recordings.
    looks = fixed.standard_normal((len(LASTS), width)) * 1.2
    swing = np.sin(np.arange(steps) * 1.3)[:, None]
    features = targets[:, :1] * looks[0] + targets[:, 1:2] * swing * looks[1] + targets[:, 2:] * looks[2] * 2
    noise = random.standard_normal((steps, width))
    noise[1:] = 0.6 * noise[:-1] + 0.8 * noise[1:]
    features = features + noise + 0.3 * random.standard_normal(width)
    return Sequence(
        video=name or f"video{seed:02d}",
        subject="",
        features=(features * 3 + 5).astype(np.float16),
        found=np.ones(steps, dtype=np.bool_),
        edges=np.arange(steps + 1) / _RATE,
        targets=targets,
        scored=np.ones(steps, dtype=np.bool_),
    )


def _bouts(random: np.random.Generator, steps: int, most: int | None) -> NDArray[np.bool_]:
    """Return bouts one after the other with pauses between them: (T, 3), at most ``most`` of each class."""
    targets = np.zeros((steps, len(LASTS)), dtype=np.bool_)
    left = [steps if most is None else most] * len(LASTS)
    now = int(random.integers(20, 60))
    while now < steps and any(left):
        kind = int(random.choice(np.flatnonzero(left)))
        lasts = LASTS[kind] if kind == 2 else int(LASTS[kind] * random.uniform(0.6, 1.4))
        targets[now : now + lasts, kind] = True
        left[kind] -= 1
        now += lasts + int(random.integers(15, 60))
    return targets
