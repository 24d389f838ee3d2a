"""A trained model as a folder: ``weights.safetensors`` and ``model.toml``, and what its maker puts beside them."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from ethonight.files import replace_atomically
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.model_description import WEIGHTS, Description, ModelError, check_folder, write_description
from ethonight.temporal.networks import rebuild
from ethonight.temporal.normalise import Normaliser


@dataclass(frozen=True)
class Model:
    """A trained model and what is known about it."""

    description: Description
    ensemble: Ensemble


def save_model(folder: Path, model: Model, vouched: Iterable[str] = ()) -> Description:
    """Write the model into ``folder``, which may hold other files, and return its description as written.

    ``model.toml`` is written last; it vouches for the weights and for the files named in ``vouched``, which must be
    there already and must not change any more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    description = replace(model.description, versions={**_versions(), **model.description.versions})
    replace_atomically(folder / WEIGHTS, save(_tensors(model.ensemble)))
    write_description(folder, description, [WEIGHTS, *vouched])
    return description


def load_model(folder: Path, device: str = "cpu") -> Model:
    """Return the model of a folder, ready to use on ``device``.

    Raises ModelError where a file is missing or altered, or the weights are not those of the described network.
    """
    description = check_folder(folder)
    path = folder / WEIGHTS
    try:
        tensors = load(path.read_bytes())
        ensemble = _ensemble(description, tensors, torch.device(device))
    except (SafetensorError, RuntimeError, KeyError, ValueError) as problem:
        first = str(problem).strip().split("\n")[-1].strip()
        raise ModelError(
            f"{path} does not hold the network that model.toml describes ({first}). "
            "Copy the model's whole folder again from where it was made, or train the model again."
        ) from problem
    return Model(description, ensemble)


def _tensors(ensemble: Ensemble) -> dict[str, Tensor]:
    tensors = {"normaliser.mean": ensemble.normaliser.mean, "normaliser.scale": ensemble.normaliser.scale}
    for place, network in enumerate(ensemble.networks):
        tensors |= {f"networks.{place}.{name}": value for name, value in network.state_dict().items()}
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}


def _ensemble(description: Description, tensors: Mapping[str, Tensor], device: torch.device) -> Ensemble:
    """Raises RuntimeError, KeyError or ValueError where the tensors do not fit."""
    normaliser = Normaliser(tensors["normaliser.mean"], tensors["normaliser.scale"])
    shape = (sum(description.dimensions),)
    if normaliser.mean.shape != shape or normaliser.scale.shape != shape:
        raise ValueError(f"features of shape {tuple(normaliser.mean.shape)} instead of {shape}")
    parts: dict[str, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        kind, place, *rest = name.split(".")
        if kind == "networks":
            parts.setdefault(place, {})[".".join(rest)] = value
    places = [str(place) for place in range(description.training.seeds)]
    if sorted(parts) != sorted(places):
        raise ValueError(f"{len(parts)} networks instead of {description.training.seeds}")
    classes, width = len(description.labels), normaliser.width
    networks = tuple(
        rebuild(description.training, width, classes, description.exclusive, parts[place]).to(device)
        for place in places  # the file has no order, and sums of floats depend on it
    )
    return Ensemble(normaliser.to(device), networks, description.labels, description.exclusive)


def _versions() -> dict[str, str]:
    try:
        own = metadata.version("ethonight")
    except metadata.PackageNotFoundError:
        own = "not installed"  # run from its source
    return {
        "ethonight": own,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }
