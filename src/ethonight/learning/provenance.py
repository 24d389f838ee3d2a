"""Where the numbers of a report come from: programs, device, seeds, files, and what is odd about the videos."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Several
from importlib import metadata

import torch

from ethonight.errors import VideoError
from ethonight.learning.order import Order
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import Training
from ethonight.temporal.sequence import Sequence
from ethonight.video.timeline import Timeline

_PROGRAMS = ("ethonight", "torch", "numpy", "scipy", "scikit-learn", "av", "h5py")
_MISSED = 0.05
"""Share of the watched time out of sight that is worth a sentence."""


def programs() -> dict[str, str]:
    """Return the versions of the programs that compute, by name."""
    return {"python": platform.python_version()} | {name: _version(name) for name in _PROGRAMS}


def device_words(device: str) -> str:
    """Return what computed: the GPU's name, or the processor."""
    if device == "cuda":
        return f"GPU {torch.cuda.get_device_name()}"
    return f"processor ({platform.machine() or 'unknown'}, {torch.get_num_threads()} threads)"


def made_with(training: Training, device: str) -> dict[str, str]:
    """Return what computed, and from which starts."""
    seeds = ", ".join(str(training.seed + place) for place in range(training.seeds))
    return {**programs(), "computed on": device_words(device), "seeds": seeds}


def sources(streams: Several[Recipe], pairs: Iterable[Order]) -> dict[str, str]:
    """Return the names of the features' recipes, and the SHA-256 of each bouts file."""
    hashes = {f"bouts in {pair.text('shown')}": f"SHA-256 {pair.text('sha256')}" for pair in pairs}
    return {"features": ", ".join(stream.name for stream in streams), **hashes}


def video_notes(order: Order, sequences: Mapping[str, Several[Sequence]]) -> tuple[str, ...]:
    """Return what is odd about the videos of the order's pairs: frames that are missing, animals out of sight."""
    notes: list[str] = []
    for pair in order.orders("pairs"):
        notes += _timeline_notes(pair, order)
        notes += [text for one in sequences[pair.text("video")] if (text := _out_of_sight(one))]
    return tuple(dict.fromkeys(notes))


def _timeline_notes(pair: Order, order: Order) -> tuple[str, ...]:
    try:
        return Timeline.read(pair.paths("files"), order.path("timestamps")).notes
    except VideoError:
        return (f"The video {pair.text('video')} was not there any more: its features were, and were used.",)


def _out_of_sight(one: Sequence) -> str:
    watched = one.found if one.scored is None else one.found[one.scored]
    missed = 1.0 - float(watched.mean()) if len(watched) else 0.0
    if missed <= _MISSED:
        return ""
    who = f"subject {one.subject}" if one.subject else "the animal"
    return f"In {one.video}, {who} is out of sight for {missed:.0%} of the watched time: nothing is learned there."


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
