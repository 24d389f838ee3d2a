"""Features of any scale become inputs of one scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ethonight.temporal.sequence import Sequence

CLIP = 6.0
"""Inputs end at this many standard deviations, so that one wild value does not rule a window."""
_CHUNK = 4096
_LEAST_SPREAD = 1e-4
"""A channel that varies less, relative to its size, says nothing and is switched off."""


@dataclass(frozen=True, eq=False)
class Normaliser:
    """Mean and spread of D channels, and how features become D + 1 inputs: the last one says "not found"."""

    mean: Tensor
    """(D,) float32."""
    scale: Tensor
    """(D,) float32, one over the standard deviation; 0 switches a channel off."""

    @property
    def dimensions(self) -> int:
        """D, the channels of the features."""
        return int(self.mean.shape[0])

    @property
    def width(self) -> int:
        """D + 1, the channels of the inputs."""
        return self.dimensions + 1

    def to(self, device: torch.device) -> Normaliser:
        return Normaliser(self.mean.to(device), self.scale.to(device))

    def inputs(self, features: Tensor, found: Tensor) -> Tensor:
        """Return (..., T, D + 1) float32 of features (..., T, D) float16 and found (..., T) bool.

        Steps at which the subject was not found, or whose features are not numbers, are zero but for the flag.
        """
        inputs = torch.empty((*features.shape[:-1], self.width), device=features.device)
        values = inputs[..., :-1]
        torch.sub(features, self.mean, out=values)
        values.mul_(self.scale).clamp_(-CLIP, CLIP)
        seen = found & values.sum(dim=-1).isfinite()
        if not seen.all():
            values[~seen] = 0
        inputs[..., -1] = (~seen).to(torch.float32)
        return inputs


def fit(sequences: Iterable[Sequence]) -> Normaliser:
    """Return mean and spread over the steps at which a subject was found and somebody watched.

    Raises ValueError where there is no such step.
    """
    count, total, squares = 0, np.zeros(0), np.zeros(0)
    for values in _seen(sequences):
        if not count:
            offset = values.mean(axis=0)  # Squares are summed around it, so that large means do not eat the digits.
            total, squares = np.zeros(values.shape[1]), np.zeros(values.shape[1])
        count += len(values)
        total += (values - offset).sum(axis=0)
        squares += np.square(values - offset).sum(axis=0)
    if not count:
        raise ValueError("no step at which a subject was found and somebody watched")
    mean = offset + total / count
    spread = np.sqrt(np.maximum(squares / count - np.square(total / count), 0))
    useful = spread > _LEAST_SPREAD * np.maximum(np.abs(mean), 1e-2)
    scale = np.where(useful, 1 / np.where(useful, spread, 1), 0)
    return Normaliser(torch.tensor(mean, dtype=torch.float32), torch.tensor(scale, dtype=torch.float32))


def _seen(sequences: Iterable[Sequence]) -> Iterable[NDArray[np.float64]]:
    """Yield the features that count, some thousand steps at a time."""
    for sequence in sequences:
        counts = sequence.found if sequence.scored is None else sequence.found & sequence.scored
        for first in range(0, len(sequence), _CHUNK):
            part = slice(first, first + _CHUNK)
            values = sequence.features[part][counts[part]].astype(np.float64)
            values = values[np.isfinite(values).all(axis=1)]
            if len(values):
                yield values
