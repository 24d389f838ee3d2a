"""A model's scores for a recording, as a file."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.frame_times import Edges


@dataclass(frozen=True, eq=False)
class ScoresFile:
    """What is stored beside the bouts of a prediction.

    Datasets: ``scores`` float16 (T, C), or (S, T, C) where there are several subjects, NaN where a subject was out of
    sight; ``times`` (T,) seconds, when each step begins; ``labels`` (C,); ``subjects`` (S,). Attributes: ``end``
    (seconds, of the last step), ``video``, ``model`` (its folder's name), ``threshold`` (0: the model's own),
    ``features`` (what they were made from).
    """

    scores: NDArray[np.float32]
    """(S, T, C)."""
    edges: Edges
    labels: Several[str]
    subjects: Several[str]
    video: str
    model: str
    threshold: float
    features: str

    def write(self, path: Path) -> None:
        """Write a new file."""
        single = self.scores[0] if len(self.subjects) == 1 else self.scores
        with h5py.File(path, "w") as file:
            file.create_dataset("scores", data=single.astype(np.float16), compression="gzip", shuffle=True)
            file.create_dataset("times", data=self.edges[:-1])
            file.create_dataset("labels", data=list(self.labels), dtype=h5py.string_dtype())
            file.create_dataset("subjects", data=list(self.subjects), dtype=h5py.string_dtype())
            file.attrs.update(
                end=float(self.edges[-1]),
                video=self.video,
                model=self.model,
                threshold=self.threshold,
                features=self.features,
            )
