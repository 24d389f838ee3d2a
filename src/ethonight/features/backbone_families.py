"""What each family of pretrained networks wants to see, and how its tokens become vectors in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_UNCHANGED = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
_MOST_PICTURES = 16
"""Longest clip; networks without a fixed length are shown clips of this one."""
_DINO_SIDE = 224


@dataclass(frozen=True)
class View:
    """What one network looks at."""

    side: int
    """Of a picture, pixels."""
    pictures: int
    """Of a clip, F."""
    tubelet: int
    """Pictures behind one token in time."""


@dataclass(frozen=True)
class Family:
    """How to use the networks of one family."""

    view: Callable[[Any], View]
    """From a network's configuration."""
    describe: Callable[[Any, Tensor], Tensor]
    """From a network and clips (B, F, 3, P, P), normalized: vectors (B, F / tubelet, D), float32."""
    parts: tuple[str, ...] = ("",)
    """What the D dimensions are made of, each as wide as the network."""
    mean: tuple[float, float, float] = _IMAGENET[0]
    """Of red, green and blue between 0 and 1: taken off, then divided by ``spread``."""
    spread: tuple[float, float, float] = _IMAGENET[1]


def _first(size: Any) -> int:
    """Return the side of a square that a configuration gives as one number or several."""
    return int(size[0] if isinstance(size, (list, tuple)) else size)


def _over_space(tokens: Tensor, times: int) -> Tensor:
    """Return (B, times, D): the mean over space of tokens (B, times * places, D) that are ordered by time."""
    return tokens.float().reshape(len(tokens), times, -1, tokens.shape[-1]).mean(2)


def _videomae_view(config: Any) -> View:
    return View(_first(config.image_size), config.num_frames, config.tubelet_size)


def _videomae(network: Any, clips: Tensor) -> Tensor:
    tokens = network.videomae(pixel_values=clips).last_hidden_state
    pooled = _over_space(tokens, clips.shape[1] // network.config.tubelet_size)
    # Fine-tuned networks normalize after pooling; pretrained ones have done it before.
    norm = network.fc_norm
    return pooled if norm is None else norm.float()(pooled)


def _vjepa2_view(config: Any) -> View:
    pictures = min(_MOST_PICTURES, config.frames_per_clip) // config.tubelet_size * config.tubelet_size
    return View(_first(config.crop_size), pictures, config.tubelet_size)


def _vjepa2(network: Any, clips: Tensor) -> Tensor:
    tokens = network(pixel_values_videos=clips, skip_predictor=True).last_hidden_state
    return _over_space(tokens, clips.shape[1] // network.config.tubelet_size)


def _videoprism_view(config: Any) -> View:
    return View(_first(config.image_size), config.num_frames, 1)


def _videoprism(network: Any, clips: Tensor) -> Tensor:
    return _over_space(network(pixel_values_videos=clips).last_hidden_state, clips.shape[1])


def _dino_view(config: Any) -> View:
    patch = _first(config.patch_size)
    return View(min(_DINO_SIDE, _first(config.image_size)) // patch * patch, 1, 1)


def _dino(network: Any, clips: Tensor) -> Tensor:
    tokens = network(pixel_values=clips[:, 0]).last_hidden_state.float()
    registers = getattr(network.config, "num_register_tokens", 0)
    return torch.cat([tokens[:, 0], tokens[:, 1 + registers :].mean(1)], dim=-1)[:, None]


_VIDEOMAE = Family(_videomae_view, _videomae)
FAMILIES: Mapping[str, Family] = {
    "videomae": _VIDEOMAE,
    "mvd": _VIDEOMAE,
    "vjepa2": Family(_vjepa2_view, _vjepa2),
    "videoprism": Family(_videoprism_view, _videoprism, mean=_UNCHANGED[0], spread=_UNCHANGED[1]),
    "dino": Family(_dino_view, _dino, parts=("whole", "patches")),
}
