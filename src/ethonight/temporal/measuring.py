"""How well scores tell steps at which a class is true from others: quick figures that steer the training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Figures:
    """Means over the classes that occur."""

    average_precision: float
    best_f1: float
    """With the best threshold of each class; on the data the thresholds are taken from, so a little too good."""


def measure(scores: NDArray[np.float32], targets: NDArray[np.bool_]) -> Figures | None:
    """Return the figures for scores (n, C) and targets (n, C); None where no class occurs."""
    pairs = [ranked(scores[:, place], targets[:, place]) for place in range(targets.shape[1])]
    found = [pair for pair in pairs if pair is not None]
    if not found:
        return None
    precision, f1 = np.mean(found, axis=0)
    return Figures(float(precision), float(f1))


def ranked(scores: NDArray[np.float32], targets: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return average precision and best F1 of one class; None where it does not occur. Ties share one threshold."""
    positives = int(targets.sum())
    if not positives:
        return None
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    true = np.cumsum(targets[order])[last]
    precision, recall = true / (last + 1), true / positives
    average = float(np.sum(np.diff(recall, prepend=0.0) * precision))
    return average, float(np.max(2 * true / (last + 1 + positives)))
