"""Dilated convolutions over time in stages, each of which refines the scores of the one before it.

After Farha and Gall 2019 (MS-TCN: dilated residual layers, stages that refine) and Li et al. 2020 (MS-TCN++: two
dilations in one layer, so that every layer sees near and far). Different here: the wide layers look at means of
``pooling`` steps, which costs a quarter; layers at the full rate around them keep the onset of a twitch in its frame.
Dropout leaves out whole channels of a window, which costs nothing and does not blur time.

Inside, everything has the shape (B, W, 1, T) with the channels last in memory: torch convolves that two to three
times as fast on a CPU as (B, W, T).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ethonight.recipe.training import Training
from ethonight.temporal.network import Network, output_count, probabilities

_NEAR = (1, 2)
"""Dilations of the first stage's layers at the full rate, before the wide ones; refinements have the first only."""


class TemporalConvolutions(Network):
    """The first stage sees the features; the others see only the scores before them, and add what corrects them."""

    def __init__(self, training: Training, inputs: int, classes: int, exclusive: bool) -> None:
        super().__init__()
        outputs, width = output_count(classes, exclusive), training.width
        self.exclusive = exclusive
        self.stem = nn.Linear(inputs, width)
        self.norm = nn.LayerNorm(width)
        self.first = _Stage(training, _NEAR, outputs)
        self.entries = nn.ModuleList(nn.Linear(outputs, width) for _ in range(training.refinements))
        self.stages = nn.ModuleList(_Stage(training, _NEAR[:1], outputs) for _ in range(training.refinements))
        self.grain = training.pooling
        self.reach = self.first.reach * (1 + training.refinements)

    def forward(self, features: Tensor, inside: Tensor) -> list[Tensor]:
        steps = features.shape[1]
        spare = -steps % self.grain
        keep = functional.pad(inside, (0, spare))[:, None, None].to(features.dtype)  # (B, 1, 1, T')
        hidden = functional.gelu(self.norm(self.stem(features)))  # (B, T, W)
        logits = [self.first(functional.pad(hidden, (0, 0, 0, spare)), keep)]  # (B, T', K)
        for entry, stage in zip(self.entries, self.stages, strict=True):
            logits.append(logits[-1] + stage(entry(probabilities(logits[-1], self.exclusive)), keep))
        return [stage[:, :steps] for stage in logits]


class _Stage(nn.Module):
    def __init__(self, training: Training, near: tuple[int, ...], outputs: int) -> None:
        super().__init__()
        width, dropout, pairs = training.width, training.dropout, dilation_pairs(training.layers)
        self.pooling = training.pooling
        self.near = nn.ModuleList(_Layer(width, (dilation,), dropout) for dilation in near)
        self.wide = nn.ModuleList(_Layer(width, pair, dropout) for pair in pairs)
        self.blend = _Layer(width, (1,), dropout)
        self.head = nn.Linear(width, outputs)
        self.reach = sum(near) + 1 + (sum(map(max, pairs)) + 1) * training.pooling

    def forward(self, hidden: Tensor, keep: Tensor) -> Tensor:
        """(B, T', W) and which steps are inside (B, 1, 1, T') -> (B, T', K)."""
        hidden = _to_picture(hidden) * keep
        for layer in self.near:
            hidden = layer(hidden, keep)
        filled = functional.avg_pool2d(keep, (1, self.pooling))  # (B, 1, 1, T' / p) share of a cell that is inside
        cells = functional.avg_pool2d(hidden, (1, self.pooling)) / filled.clamp(min=1 / self.pooling)
        inside = (filled > 0).to(keep.dtype)
        for layer in self.wide:
            cells = layer(cells, inside)
        hidden = hidden + self._spread(cells) * keep
        logits: Tensor = self.head(_to_rows(self.blend(hidden, keep)))
        return logits

    def _spread(self, cells: Tensor) -> Tensor:
        """(B, W, 1, T' / p) -> (B, W, 1, T'): every step has its cell's."""
        rows = _to_rows(cells)
        repeated = rows.unsqueeze(2).expand(-1, -1, self.pooling, -1)
        return _to_picture(repeated.reshape(len(rows), -1, rows.shape[2]))


class _Layer(nn.Module):
    """A residual layer that looks at one or two distances at once. Zero outside of the sequence, before and after."""

    def __init__(self, width: int, dilations: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.looks = nn.ModuleList(
            nn.Conv2d(width, width, (1, 3), padding=(0, far), dilation=(1, far)) for far in dilations
        )
        self.mix = nn.Linear(width, width)
        self.dropout = nn.Dropout2d(dropout)

    def forward(self, hidden: Tensor, keep: Tensor) -> Tensor:
        seen: Tensor = self.looks[0](hidden)
        for look in list(self.looks)[1:]:
            seen = seen + look(hidden)
        changed: Tensor = hidden + self.dropout(_to_picture(self.mix(_to_rows(torch.relu(seen)))))
        return changed * keep


def dilation_pairs(layers: int) -> list[tuple[int, ...]]:
    """Return what each wide layer looks at: growing and shrinking distances, ``(1, 16), (2, 8), (4,), (8, 2), ...``."""
    pairs = [(2**place, 2 ** (layers - 1 - place)) for place in range(layers)]
    return [tuple(dict.fromkeys(pair)) for pair in pairs]


def _to_picture(rows: Tensor) -> Tensor:
    """(B, T, W) -> (B, W, 1, T), without a copy."""
    return rows.transpose(1, 2).unsqueeze(2)


def _to_rows(picture: Tensor) -> Tensor:
    """(B, W, 1, T) -> (B, T, W), without a copy."""
    return picture.squeeze(2).transpose(1, 2)
