"""What every temporal network is."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn


class Network(nn.Module, ABC):
    """Features over time become scores over time.

    The outputs at a step depend on nothing but the steps within ``reach`` of it, and on where the sequence begins and
    ends; not on what it is batched with or padded by.
    """

    reach: int
    """How many steps before and after a step its outputs depend on."""
    grain: int
    """Pieces of a sequence give the same numbers as the whole only where they begin at a multiple of this."""

    @abstractmethod
    def forward(self, features: Tensor, inside: Tensor) -> list[Tensor]:
        """Return the logits of every stage, the last one being the answer, each (B, T, K).

        ``features`` (B, T, D) float32; ``inside`` (B, T) bool is false where a row is padded, at its end.
        """


def output_count(classes: int, exclusive: bool) -> int:
    """Return how many logits there are: one for each class, and, where they exclude each other, "none" before them."""
    return classes + 1 if exclusive else classes


def probabilities(logits: Tensor, exclusive: bool) -> Tensor:
    """Return the probability (..., K) of every output of logits (..., K)."""
    return torch.softmax(logits, dim=-1) if exclusive else torch.sigmoid(logits)


def outputs_to_scores(logits: Tensor, exclusive: bool) -> Tensor:
    """Return the scores (..., C) in 0 to 1 of logits (..., K): "none" is left out."""
    return probabilities(logits, exclusive)[..., 1 if exclusive else 0 :]
