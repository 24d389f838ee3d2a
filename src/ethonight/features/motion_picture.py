"""Movement and appearance of crops on a grid of cells, in torch. Pictures are (m, S, S) of log light."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

GRID = 4
"""Cells along each side of a crop."""
_DARKEST = 0.1
"""Added to light of 0 to 1 before its logarithm, so that noise in black fur does not count as movement."""
_FLAT = 0.05
"""Least contrast, in log light: what is flatter is sensor noise."""


def log_light(crops: Tensor, side: int) -> Tensor:
    """Return crops (m, P, P) uint8 as logarithm of light at (m, side, side), each crop's mean taken away.

    A change of the lamp adds a constant to a logarithm, so that it leaves no trace.
    """
    light = crops.to(torch.float32).mul_(1 / 255).unsqueeze(1)
    small = functional.adaptive_avg_pool2d(light, side) if crops.shape[1] != side else light
    logs = small.squeeze(1).add_(_DARKEST).log_()
    return logs - logs.mean(dim=(1, 2), keepdim=True)


def contrasts(pictures: Tensor) -> Tensor:
    """Return (m,) the standard deviation of each picture's log light, never less than what noise gives."""
    return pictures.square().mean(dim=(1, 2)).sqrt_().clamp_(min=_FLAT)


def cell_windows(side: int, device: torch.device) -> Tensor:
    """Return (side * side, GRID * GRID): how much each pixel counts in each cell; every column sums to 1.

    Cells overlap by half, so that a shift by a pixel changes little.
    """
    width = side / GRID
    middle = (torch.arange(GRID) + 0.5) * width
    distance = (torch.arange(side) + 0.5 - middle[:, None]).abs()
    line = (1 - distance / width).clamp(min=0)
    square = torch.einsum("ay,bx->yxab", line, line).reshape(side * side, GRID * GRID)
    return (square / square.sum(dim=0)).to(device)


def slopes(pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return the change per pixel to the right and down, each (m, S, S)."""
    wide = functional.pad(pictures.unsqueeze(1), (1, 1, 1, 1), mode="replicate").squeeze(1)
    across = (wide[:, 1:-1, 2:] - wide[:, 1:-1, :-2]).mul_(0.5)
    down = (wide[:, 2:, 1:-1] - wide[:, :-2, 1:-1]).mul_(0.5)
    return across, down


def line_strengths(across: Tensor, down: Tensor, windows: Tensor) -> Tensor:
    """Return (m, 4, cells): gradients that run horizontally, vertically, rising with y, falling with y.

    Each is divided by the strength of gradients around its cell, so that dim and bright animals look alike.
    """
    size = torch.hypot(across, down).add_(1e-6)
    even = (across.square() - down.square()).div_(size)
    slanted = (across * down).mul_(2).div_(size)
    pooled = [
        pool(each, windows) for each in (even.relu(), even.neg_().relu_(), slanted.relu(), slanted.neg_().relu_())
    ]
    strengths = torch.stack(pooled, dim=1)
    energy = strengths.square().sum(dim=1).reshape(-1, 1, GRID, GRID)
    around = functional.avg_pool2d(functional.pad(energy, (1, 1, 1, 1), mode="replicate"), 3, 1).flatten(1)
    return strengths / (around.unsqueeze(1) + _FLAT**2 * 0.01).sqrt()


def pool(pictures: Tensor, windows: Tensor) -> Tensor:
    """Return (m, cells): the mean of each cell."""
    return pictures.reshape(len(pictures), -1) @ windows


def flow(pictures: Tensor, across: Tensor, down: Tensor, windows: Tensor) -> Tensor:
    """Return (m - 1, 2, cells): how each cell's content moved since the step before, pixels to the right and down.

    Least squares over the cell (Lucas and Kanade, 1981), drawn towards 0 where a cell shows little.
    """
    change = pictures[1:] - pictures[:-1]
    x, y = (across[1:] + across[:-1]).mul_(0.5), (down[1:] + down[:-1]).mul_(0.5)
    xx, yy, xy = (pool(each, windows) for each in (x * x, y * y, x * y))
    xt, yt = pool(x * change, windows), pool(y * change, windows)
    weak = (xx + yy).mean(dim=1, keepdim=True).mul_(0.1).add_(1e-5)
    xx, yy = xx + weak, yy + weak
    determinant = xx * yy - xy * xy
    return torch.stack([(xy * yt - yy * xt) / determinant, (xy * xt - xx * yt) / determinant], dim=1)


def changes(pictures: Tensor, lag: int, first: int, count: int) -> Tensor:
    """Return (count, S, S) absolute changes over ``lag`` steps around each of ``count`` steps from ``first`` on."""
    begin = first - lag // 2
    return (pictures[begin + lag : begin + lag + count] - pictures[begin : begin + count]).abs_()


def band(signals: Tensor, hertz: float, rate: float, reach: int) -> Tensor:
    """Return (n, ...) the amplitude of oscillation around ``hertz`` within ``reach`` steps before and after.

    ``signals`` (reach + n + reach, ...). At a rate that is too low for it, the fastest that the rate can show.
    """
    offset = torch.arange(-reach, reach + 1, dtype=torch.float64)
    window = torch.cos(offset * (math.pi / (2 * reach + 2))).square()
    phase = offset * (2 * math.pi * min(hertz, 0.4 * rate) / rate)
    waves = torch.stack([phase.cos(), phase.sin()]) * window
    waves[0] -= window * (waves[0].sum() / window.sum())
    waves = (waves * (2 / window.sum())).to(signals)
    flat = signals.flatten(1).t().unsqueeze(1)
    both = functional.conv1d(flat, waves.unsqueeze(1))
    return both.square().sum(dim=1).sqrt().t().reshape(-1, *signals.shape[1:])
