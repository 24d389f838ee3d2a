"""Checkpoints of MVD (masked video distillation, Wang et al. 2023) as VideoMAE networks of ``transformers``.

The two networks differ in more than names: MVD marks places by a sine-cosine table over time, row and column, where
VideoMAE has one over the running number of the patch, and normalizes with another epsilon. The table is no part of a
network's saved state: ``set_positions`` has to follow every loading, also of an MVD network saved by ``transformers``.
"""

from __future__ import annotations

import argparse
import importlib
import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn

from ethonight.errors import WeightsError

_EPSILON = 1e-6
_WRAPPERS = ("model", "module", "state_dict")
_HEADS = {1280: 16}
"""Attention heads by width, where a head is not 64 wide."""
_OUTSIDE = {
    "patch_embed.proj": "videomae.embeddings.patch_embeddings.projection",
    "fc_norm": "fc_norm",
    "norm": "videomae.layernorm",
    "head": "classifier",
}
_INSIDE = {
    "norm1": "layernorm_before",
    "norm2": "layernorm_after",
    "attn.proj": "attention.output.dense",
    "mlp.fc1": "intermediate.dense",
    "mlp.fc2": "output.dense",
}
_LAYER = "videomae.encoder.layer"
_IGNORED = re.compile(r"(pos_embed|mask_token|down_|decoder|norm_).*")
"""What training needed besides the encoder."""


def read(path: Path, side: int = 224, frames: int = 16) -> nn.Module:
    """Return the VideoMAE network that computes what the checkpoint's network does, in evaluation mode.

    Small, base, large and huge are told by the tensors' shapes. ``side`` (pixels) and ``frames`` of a clip are not in
    the file. Pretrained and fine-tuned checkpoints both do. Raises WeightsError.
    """
    state = _encoder(read_state(path), path)
    transformers: Any = importlib.import_module("transformers")
    network = transformers.VideoMAEForVideoClassification(
        transformers.VideoMAEConfig(**_shape(state, path), image_size=side, num_frames=frames)
    )
    loaded = network.load_state_dict(convert(state, path), strict=False)
    lacking = [key for key in loaded.missing_keys if not key.startswith(("classifier.", "fc_norm."))]
    if lacking or loaded.unexpected_keys:
        raise WeightsError(f"{path}: no checkpoint of MVD: {(lacking or loaded.unexpected_keys)[0]} does not fit.")
    set_positions(network)
    return cast(nn.Module, network.eval())


def read_state(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a checkpoint by their names, in float32. No code that the file may hold is run."""
    try:
        # Training scripts of this family save their command line beside the weights, as an argparse.Namespace.
        with torch.serialization.safe_globals([argparse.Namespace]):
            held: object = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"{path} cannot be read as a checkpoint ({told}). Copy it again; if it holds more than weights, save "
            'its weights alone: torch.save({"model": weights}, path).'
        ) from error
    for wrapper in _WRAPPERS:
        if isinstance(held, Mapping) and isinstance(held.get(wrapper), Mapping):
            held = held[wrapper]
    if not isinstance(held, Mapping):
        raise WeightsError(f"{path}: no table of tensors in it, nor under {' or '.join(_WRAPPERS)}.")
    tensors = {str(name): value for name, value in held.items() if isinstance(value, Tensor)}
    return {name: value.float() for name, value in tensors.items()}


def convert(state: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """Return the tensors of an MVD encoder under the names of VideoMAE, those of attention split into three.

    ``norm`` is left out where ``fc_norm`` stands in its place. Raises WeightsError for a tensor that VideoMAE lacks.
    """
    out: dict[str, Tensor] = {}
    for name, value in state.items():
        stem, _, kind = name.rpartition(".")
        block = re.fullmatch(r"blocks\.(\d+)\.(.+)", name)
        if block:
            out |= _inside(f"{_LAYER}.{block[1]}", block[2], value, path)
        elif stem in _OUTSIDE:
            out[f"{_OUTSIDE[stem]}.{kind}"] = value
        elif not _IGNORED.fullmatch(name):
            raise WeightsError(f"{path}: no checkpoint of MVD that VideoMAE can stand for: it holds '{name}'.")
    if "fc_norm.weight" in out:
        out = {name: value for name, value in out.items() if not name.startswith(_OUTSIDE["norm"])}
    return out


def position_table(width: int, times: int, rows: int, columns: int) -> Tensor:
    """Return MVD's table of places, (1, times * rows * columns, width) float32, width a multiple of 16.

    The first quarter of a place's vector tells the time, the next three eighths the column, the last the row.
    """
    time, row, column = torch.meshgrid(
        torch.arange(times), torch.arange(rows), torch.arange(columns), indexing="ij"
    )  # each (times, rows, columns)
    across = width * 3 // 8
    parts = [_waves(time, width // 4), _waves(column, across), _waves(row, across)]
    return torch.cat(parts, dim=-1).reshape(1, -1, width).float()


def set_positions(network: nn.Module) -> None:
    """Give a VideoMAE network the places and the epsilon of MVD."""
    model: Any = network
    config, embeddings = model.config, model.videomae.embeddings
    (high, wide), (tall, broad) = embeddings.patch_embeddings.image_size, embeddings.patch_embeddings.patch_size
    times = config.num_frames // config.tubelet_size
    embeddings.position_embeddings = position_table(config.hidden_size, times, high // tall, wide // broad)
    if model.fc_norm is not None:
        model.fc_norm.eps = _EPSILON


def _waves(places: Tensor, width: int) -> Tensor:
    """Return (..., width): sines, then cosines of each place at ``width / 2`` frequencies from 1 down to 1/10000."""
    frequencies = 10000.0 ** -(torch.arange(width // 2, dtype=torch.float64) / (width // 2))
    angles = places[..., None].double() * frequencies
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


def _encoder(state: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """Return the encoder's tensors without what wrappers put before their names."""
    plain = {re.sub(r"^(module\.)?(backbone\.|encoder\.)?", "", name): value for name, value in state.items()}
    for wanted in ("patch_embed.proj.weight", "blocks.0.mlp.fc1.weight"):
        if wanted not in plain:
            raise WeightsError(f"{path}: no checkpoint of MVD: it holds no '{wanted}'.")
    return plain


def _shape(state: Mapping[str, Tensor], path: Path) -> dict[str, object]:
    """Return the settings of the VideoMAE network that has tensors of these shapes."""
    width, _, tubelet, patch, _ = state["patch_embed.proj.weight"].shape
    if width % 64:
        raise WeightsError(f"{path}: no checkpoint of MVD: its vectors are {width} long, no multiple of 64.")
    numbers = [int(name.split(".")[1]) for name in state if name.startswith("blocks.")]
    return {
        "hidden_size": width,
        "num_hidden_layers": max(numbers) + 1,
        "num_attention_heads": _HEADS.get(width, width // 64),
        "intermediate_size": state["blocks.0.mlp.fc1.weight"].shape[0],
        "patch_size": patch,
        "tubelet_size": tubelet,
        "num_labels": state["head.weight"].shape[0] if "head.weight" in state else 2,
        "layer_norm_eps": _EPSILON,
        "qv_bias": "blocks.0.attn.q_bias" in state,
        "use_mean_pooling": "fc_norm.weight" in state,
    }


def _inside(layer: str, name: str, value: Tensor, path: Path) -> dict[str, Tensor]:
    """Return one tensor of a block under its new name, or the three that it holds."""
    attention = f"{layer}.attention.attention"
    if name == "attn.qkv.weight":
        parts = zip(("query", "key", "value"), value.chunk(3), strict=True)
        return {f"{attention}.{part}.weight": tensor.clone() for part, tensor in parts}
    if name in ("attn.q_bias", "attn.v_bias"):
        return {f"{attention}.{'query' if 'q_' in name else 'value'}.bias": value}
    stem, _, kind = name.rpartition(".")
    if stem not in _INSIDE:
        raise WeightsError(f"{path}: no checkpoint of MVD that VideoMAE can stand for: its blocks hold '{name}'.")
    return {f"{layer}.{_INSIDE[stem]}.{kind}": value}
