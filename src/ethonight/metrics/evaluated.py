"""What there is to be evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout
from ethonight.frame_times import Edges

_NEARLY = 1e-3
"""By how much rounded scores may lie outside of 0 to 1."""


@dataclass(frozen=True, eq=False)
class Evaluated:
    """One subject of one recording: what a person marked, and what the model found on it.

    T time steps of ``[edges[i], edges[i + 1])`` seconds, C classes in the order of the labels.
    """

    video: str
    subject: str
    edges: Edges
    """(T + 1,) seconds."""
    truth: NDArray[np.bool_]
    """(T, C)."""
    scored: NDArray[np.bool_]
    """(T,) which steps a person watched; only these count."""
    scores: NDArray[np.float32]
    """(T, C) 0 to 1; NaN where nothing is known, which counts as 0."""
    predicted: NDArray[np.bool_]
    """(T, C) what the decoded bouts say."""
    truth_bouts: tuple[Bout, ...] = ()
    """As the person marked them; where empty, ``truth`` says where they are."""
    predicted_bouts: tuple[Bout, ...] = ()
    """As they were decoded; where empty, ``predicted`` says where they are."""
    group: str = ""


def validate(recordings: Sequence[Evaluated], labels: Sequence[str]) -> None:
    """Raise ValueError unless there are labels, and recordings whose arrays belong together."""
    if not labels or len(set(labels)) < len(labels):
        raise ValueError(f"labels must be there, each once: {list(labels)}")
    if not recordings:
        raise ValueError("no recordings to evaluate")
    seen = set()
    for recording in recordings:
        where = f"{recording.video}, subject {recording.subject!r}"
        _validate_shapes(recording, (len(recording.edges) - 1, len(labels)), where)
        if (recording.video, recording.subject) in seen:
            raise ValueError(f"{where}: there twice")
        seen.add((recording.video, recording.subject))


def _validate_shapes(recording: Evaluated, shape: tuple[int, int], where: str) -> None:
    for name in ("truth", "scores", "predicted"):
        if (found := getattr(recording, name).shape) != shape:
            raise ValueError(f"{where}: {name} has shape {found}, not {shape}")
    if recording.scored.shape != shape[:1]:
        raise ValueError(f"{where}: scored has shape {recording.scored.shape}, not {shape[:1]}")
    for name in ("truth", "scored", "predicted"):
        if getattr(recording, name).dtype != np.bool_:
            raise ValueError(f"{where}: {name} is {getattr(recording, name).dtype}, not bool")
    watched = recording.scores[recording.scored]
    if ((watched < -_NEARLY) | (watched > 1 + _NEARLY)).any():
        raise ValueError(f"{where}: scores outside of 0 to 1")
    if not (np.diff(recording.edges) > 0).all():
        raise ValueError(f"{where}: edges do not increase")
