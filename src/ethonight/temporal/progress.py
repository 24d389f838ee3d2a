"""How far a training is."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """After an epoch. Numbers count from 1. Figures of the validation are None where there is none."""

    seed: int
    seeds: int
    epoch: int
    epochs: int
    """At most; a training that no longer improves ends earlier."""
    loss: float
    f1: float | None
    """Best F1 on the validation's steps, mean over the classes that occur there."""
    precision: float | None
    """Average precision on them; it says when to stop."""
    seconds: float
    """That the epoch took."""
    remaining: float
    """Seconds to the end of the last network, at most, if it goes on like this."""


def remaining_seconds(log: list[Progress]) -> float:
    """Return how long the networks that are left will take, judged by the epochs so far; the last may not be over."""
    last = log[-1]
    pace = sum(entry.seconds for entry in log) / len(log)
    finished = len(log) - last.epoch
    usual = finished / (last.seed - 1) if last.seed > 1 else last.epochs
    return pace * (max(0.0, usual - last.epoch) + usual * (last.seeds - last.seed))


class Stopwatch:
    """Seconds since it was last asked."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    def lap(self) -> float:
        before, self._since = self._since, time.perf_counter()
        return self._since - before
