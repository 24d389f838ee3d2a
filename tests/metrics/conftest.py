"""Recordings to be evaluated, written down as bouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from ethonight.annotations.bouts import Bout
from ethonight.annotations.frames import active
from ethonight.metrics.evaluated import Evaluated

Rows = Sequence[tuple[str, float, float]]
Make = Callable[..., Evaluated]


@pytest.fixture
def make() -> Make:
    """A function that makes a recording of ten steps a second from (label, start, end[, score]) rows.

    ``unscored`` are stretches that nobody watched. Scores of steps are those of the predicted bouts, 0.9 by default.
    """

    def recording(
        truth: Sequence[tuple] = (),
        predicted: Sequence[tuple] = (),
        labels: Sequence[str] = ("a", "b"),
        seconds: float = 60.0,
        unscored: Sequence[tuple[float, float]] = (),
        video: str = "video",
        subject: str = "",
        group: str = "",
    ) -> Evaluated:
        edges = np.arange(round(seconds * 10) + 1) / 10
        true = tuple(Bout(*row[:3], subject=subject) for row in truth)
        found = tuple(Bout(*row[:3], subject=subject, score=row[3] if len(row) > 3 else 0.9) for row in predicted)
        scores = np.full((len(edges) - 1, len(labels)), 0.1, dtype=np.float32)
        for bout in found:
            scores[active([bout], labels, edges)] = bout.score
        middles = (edges[:-1] + edges[1:]) / 2
        scored = ~np.any([(start <= middles) & (middles < end) for start, end in [(-1, -1), *unscored]], axis=0)
        return Evaluated(
            video=video,
            subject=subject,
            edges=edges,
            truth=active(true, labels, edges),
            scored=scored,
            scores=scores,
            predicted=active(found, labels, edges),
            truth_bouts=true,
            predicted_bouts=found,
            group=group,
        )

    return recording


@pytest.fixture
def random_recordings(make: Make) -> list[Evaluated]:
    """Six recordings of two minutes, three labels, one at a time; predictions are shifted, dropped or renamed."""
    random = np.random.default_rng(7)
    recordings = []
    for number in range(6):
        truth, predicted, time = [], [], 0.0
        while time < 110:
            length = round(float(random.gamma(2, 1.5)) + 0.3, 1)
            label = "abc"[random.integers(3)]
            truth.append((label, time, time + length))
            if random.random() < 0.85:
                late = round(float(random.normal(0, 0.3)), 1)
                named = label if random.random() < 0.9 else "abc"[random.integers(3)]
                start = max(0.0, time + late)
                predicted.append((named, start, max(start + 0.1, time + length), float(random.random())))
            time = round(time + length + float(random.gamma(2, 1.0)) + 0.1, 1)
        recordings.append(make(truth, predicted, labels="abc", seconds=120, video=f"video{number}"))
    return recordings
