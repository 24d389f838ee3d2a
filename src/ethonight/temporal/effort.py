"""How much work a training is, and how strongly it is held back, by how much there is to learn from."""

from __future__ import annotations

import math
from collections.abc import Sequence as Several
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ethonight.recipe.training import Training
from ethonight.temporal.sequence import Sequence
from ethonight.temporal.windows import Augmentation

_LEAST_BATCHES, _MOST_BATCHES = 12, 18
_LEAST_WINDOW, _MOST_WINDOW = 32, 8192
_PLENTY = 60
"""Bouts of a class from which on a training need not be held back."""


@dataclass(frozen=True)
class Effort:
    """What follows from the settings and the data."""

    training: Training
    """With the dropout that suits the amount of data."""
    length: int
    """Of a window, steps."""
    batches: int
    """In an epoch: about as many as show every watched step once, within bounds, so that an epoch takes seconds."""
    weight_decay: float
    augmentation: Augmentation


def effort_for(sequences: Several[Sequence], training: Training) -> Effort:
    """Return the effort for sequences with targets, of one rate."""
    rate = float(np.median([sequence.rate for sequence in sequences]))
    length = int(np.clip(round(training.window * rate), _LEAST_WINDOW, _MOST_WINDOW))
    steps = sum(int(sequence.scored.sum()) for sequence in sequences if sequence.scored is not None)
    batches = int(np.clip(math.ceil(steps / (length * training.batch)), _LEAST_BATCHES, _MOST_BATCHES))
    lack = lack_of_data(sequences)
    plain = Augmentation()
    return Effort(
        training=replace(training, dropout=min(0.9, training.dropout + 0.2 * lack * (training.dropout > 0))),
        length=length,
        batches=batches,
        weight_decay=0.02 * (1 + 9 * lack),
        augmentation=replace(plain, silent=plain.silent + 0.2 * lack, drift=plain.drift + 0.2 * lack),
    )


def lack_of_data(sequences: Several[Sequence]) -> float:
    """Return 0 where the classes that occur have plenty of bouts, up to 1 where they have next to none."""
    counts = sum((bout_counts(sequence) for sequence in sequences), start=np.zeros(1, dtype=np.int64))
    counts = counts[counts > 0]
    if not len(counts):
        return 1.0
    return float(np.mean(1 - np.minimum(counts / _PLENTY, 1)))


def bout_counts(sequence: Sequence) -> NDArray[np.int64]:
    """Return how many bouts of each class begin in watched time: (C,)."""
    if sequence.targets is None or sequence.scored is None:
        return np.zeros(1, dtype=np.int64)
    active = sequence.targets & sequence.scored[:, None]
    return np.asarray((np.diff(active.astype(np.int8), axis=0, prepend=0) > 0).sum(axis=0), dtype=np.int64)
