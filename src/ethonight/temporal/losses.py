"""What a network is punished for: wrong scores where somebody watched, and scores that flicker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

_MOST_WEIGHT = 100.0
"""The rarest class counts at most so many times as much."""
_BALANCE = 0.75
"""Of the imbalance, as a power: 1 gives every class the same say. With 0.5, two-frame twitches were not learned."""
_SMOOTHING = 0.02
_TRUNCATED = 4.0
"""Jumps of the log-probability above this are taken for real changes: their punishment no longer grows."""


@dataclass(frozen=True, eq=False)
class Criterion:
    """The loss of all stages. ``weights`` (K,) weigh a class where it is true; with ``exclusive``, "none" is first.

    ``focal`` above 0 lowers the weight of what is already known well (Lin et al. 2017).
    """

    weights: Tensor
    exclusive: bool
    focal: float = 0.0

    def __call__(self, stages: list[Tensor], targets: Tensor, weight: Tensor) -> Tensor:
        """Return one number for logits (B, T, K) of each stage and targets (B, T, C) bool.

        ``weight`` (B, T, C) float says how much each answer counts; 0 where nobody watched: it contributes nothing.
        """
        losses = [self._stage(logits, targets, weight) for logits in stages]
        return torch.stack(losses).sum()

    def _stage(self, logits: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
        if self.exclusive:
            return self._one_of(logits, targets, weight)
        errors = functional.binary_cross_entropy_with_logits(
            logits, targets.to(logits.dtype), pos_weight=self.weights, reduction="none"
        )
        if self.focal:
            errors = errors * (torch.sigmoid(logits) - targets.to(logits.dtype)).abs() ** self.focal
        return _mean(errors, weight) + _SMOOTHING * _flicker(functional.logsigmoid(logits), targets, weight)

    def _one_of(self, logits: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
        known = torch.log_softmax(logits, dim=-1)
        choice = first_active(targets)  # (B, T)
        errors = -known.gather(-1, choice.unsqueeze(-1)).squeeze(-1)
        if self.focal:
            errors = errors * (1 - torch.exp(-errors)) ** self.focal
        least = weight.amin(dim=-1)  # (B, T)
        smooth = _flicker(known, functional.one_hot(choice, logits.shape[-1]), least.unsqueeze(-1).expand_as(known))
        return _mean(errors * self.weights[choice], least) + _SMOOTHING * smooth


def first_active(targets: Tensor) -> Tensor:
    """Return which of "none" (0) and the classes (1 ...) is true: (..., C) bool -> (...) int64."""
    none = ~targets.any(dim=-1, keepdim=True)
    return torch.cat([none, targets], dim=-1).to(torch.uint8).argmax(dim=-1)


def class_weights(true: NDArray[np.int64], steps: int, exclusive: bool) -> NDArray[np.float32]:
    """Return how much each class counts where it is true: (C,), or (C + 1,) with "none" first where exclusive.

    ``true`` (C,) are the steps at which each class is true, of ``steps``. A power of the imbalance, within bounds: a
    class that never occurs counts as if it did once.
    """
    happening = np.maximum(true.astype(np.float64), 1)
    if not exclusive:
        ratio = (np.maximum(steps - happening, 0) / happening) ** _BALANCE
        return np.asarray(np.clip(ratio, 1, _MOST_WEIGHT), dtype=np.float32)
    happening = np.concatenate([[max(steps - happening.sum(), 1)], happening])
    return np.asarray(np.clip((happening.max() / happening) ** _BALANCE, 1, _MOST_WEIGHT), dtype=np.float32)


def _mean(errors: Tensor, weight: Tensor) -> Tensor:
    """Return the weighted mean; what has no weight contributes nothing, not even where it is infinite."""
    counted = torch.where(weight > 0, errors * weight, torch.zeros_like(errors))
    return counted.sum() / weight.sum().clamp(min=1e-6)


def _flicker(known: Tensor, targets: Tensor, weight: Tensor) -> Tensor:
    """Return the truncated mean square of jumps between steps whose targets are the same (Farha and Gall 2019)."""
    jumps = (known[:, 1:] - known[:, :-1].detach()).abs().clamp(max=_TRUNCATED) ** 2
    same = (targets[:, 1:] == targets[:, :-1]) & (weight[:, 1:] > 0) & (weight[:, :-1] > 0)
    return _mean(jumps, same.to(known.dtype))
