"""Made-up recordings with what a person marked and what a model found on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from ethonight.annotations.frames import bouts_of
from ethonight.metrics.evaluated import Evaluated
from ethonight.reports.about import About

RATE = 10
"""Time steps per second."""


def recording(video: str, labels: Sequence[str], seconds: int = 120, seed: int = 0) -> Evaluated:
    """Return a recording in which the model finds most bouts, misses some and invents some; the end is not watched."""
    random = np.random.default_rng(seed)
    shape = seconds * RATE, len(labels)
    edges = np.arange(shape[0] + 1) / RATE
    truth, predicted = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    for column in range(len(labels)):
        for begin in range(20 + 10 * column, shape[0] - 60, 110):
            length = int(random.integers(4, 40))
            kind = random.random()
            truth[begin : begin + length, column] = kind < 0.8
            shift = int(random.integers(-2, 3))
            predicted[begin + shift : begin + shift + length, column] = kind > 0.15
    scores = np.clip(predicted * 0.6 + random.random(shape) * 0.35, 0, 1).astype(np.float32)
    scored = np.arange(shape[0]) < shape[0] - 50
    bouts = [
        tuple(bout for place, label in enumerate(labels) for bout in bouts_of(mask[:, place], edges, label))
        for mask in (truth, predicted)
    ]
    found = tuple(replace(bout, score=0.5 + 0.4 * random.random()) for bout in bouts[1])
    return Evaluated(video, "", edges, truth, scored, scores, predicted, bouts[0], found)


@pytest.fixture
def recordings() -> Callable[..., list[Evaluated]]:
    """Return a maker of so many recordings with these labels."""
    return lambda number, labels, seconds=120: [recording(f"video{n}", labels, seconds, n) for n in range(number)]


@pytest.fixture
def about() -> Callable[..., About]:
    """Return a maker of what a report says besides its numbers."""

    def make(labels: Sequence[str], **more: object) -> About:
        values: dict[str, object] = {
            "model": "grooming_20260301_220400",
            "labels": tuple(labels),
            "made": datetime(2026, 3, 1, 22, 4),
            "parts": (("taught the model", ("teacher",)), ("held out", ("video0",))),
        }
        return About(**(values | more))  # type: ignore[arg-type]

    return make
