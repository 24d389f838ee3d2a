"""A model's scores for a recording, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from ethonight.errors import EthonightError
from ethonight.frame_times import Edges, frame_edges


class ScoresError(EthonightError):
    """A file of scores that is not there or cannot be used."""


@dataclass(frozen=True, eq=False)
class ScoresFile:
    """What is stored beside the bouts of a prediction.

    Datasets: ``scores`` float16 (T, C), or (S, T, C) where there are several subjects, NaN where a subject was out of
    sight; ``spread`` float16 of the same shape, where several networks have answered; ``times`` (T,) seconds, when
    each step begins; ``labels`` (C,); ``subjects`` (S,). Attributes: ``end`` (seconds, of the last step), ``video``,
    ``model`` (its folder's name), ``threshold`` (0: the model's own), ``features`` (what they were made from).
    """

    scores: NDArray[np.float32]
    """(S, T, C), 0 to 1: the mean of the model's networks."""
    edges: Edges
    """(T + 1,) seconds."""
    labels: Sequence[str]
    subjects: Sequence[str]
    video: str
    model: str
    threshold: float
    features: str
    spread: NDArray[np.float16] | None = None
    """(S, T, C), 0 to 0.5: the standard deviation of the networks; None for a model of one network."""

    def write(self, path: Path) -> None:
        """Write a new file."""
        with h5py.File(path, "w") as file:
            self._write_steps(file, "scores", self.scores)
            if self.spread is not None:
                self._write_steps(file, "spread", self.spread)
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

    def _write_steps(self, file: h5py.File, name: str, values: NDArray[np.floating]) -> None:
        single = values[0] if len(self.subjects) == 1 else values
        file.create_dataset(name, data=single.astype(np.float16), compression="gzip", shuffle=True)

    @classmethod
    def read(cls, path: Path) -> ScoresFile:
        """Read a file. Raises ScoresError for one that is not there, is damaged, or does not fit together."""
        try:
            with h5py.File(path, "r") as file:
                return cls._read(file)
        except FileNotFoundError as error:
            raise ScoresError(f"There are no scores beside the prediction ({path.name} is missing).") from error
        except (OSError, KeyError, ValueError, TypeError) as error:
            raise ScoresError(f"{path.name} cannot be read ({error}). Run the prediction again.") from error

    @classmethod
    def _read(cls, file: h5py.File) -> ScoresFile:
        subjects, labels = tuple(file["subjects"].asstr()), tuple(file["labels"].asstr())
        edges = frame_edges(file["times"][:], float(file.attrs["end"]))
        shape = (len(subjects), len(edges) - 1, len(labels))
        scores = np.asarray(file["scores"][:], dtype=np.float32).reshape(shape)
        spread = np.asarray(file["spread"][:], dtype=np.float16).reshape(shape) if "spread" in file else None
        return cls(
            scores=scores,
            edges=edges,
            labels=labels,
            subjects=subjects,
            video=str(file.attrs["video"]),
            model=str(file.attrs["model"]),
            threshold=float(file.attrs["threshold"]),
            features=str(file.attrs["features"]),
            spread=spread,
        )
