"""Which temporal networks there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ethonight.recipe.training import Training
from ethonight.temporal.network import Network
from ethonight.temporal.tcn import TemporalConvolutions

_KINDS: dict[str, Callable[[Training, int, int, bool], Network]] = {"tcn": TemporalConvolutions}
"""The kinds of networks, by the word that ``Training.network`` may hold."""


def build(training: Training, inputs: int, classes: int, exclusive: bool) -> Network:
    """Return a new network of ``training``'s kind and size, with weights drawn from torch's random numbers.

    ``inputs`` are the channels it is given (see ``Normaliser.width``). It has ``output_count`` outputs.
    """
    return _KINDS[training.network](training, inputs, classes, exclusive)


def rebuild(training: Training, inputs: int, classes: int, exclusive: bool, weights: Mapping[str, Tensor]) -> Network:
    """Return a network with these weights, ready to answer. Raises RuntimeError where they do not fit exactly."""
    with torch.random.fork_rng(devices=[]):
        network = build(training, inputs, classes, exclusive)
    network.load_state_dict(dict(weights), strict=True)
    return network.eval()
