"""Networks that answer together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ethonight.temporal.network import Network, outputs_to_scores
from ethonight.temporal.normalise import Normaliser
from ethonight.temporal.sequence import Sequence

CHUNK = 16384
"""Steps that are looked at together; their neighbours come in addition."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What networks say of T steps: their mean, and how far they disagree."""

    scores: NDArray[np.float32]
    """(T, C), 0 to 1: the mean of the networks."""
    spread: NDArray[np.float16] | None
    """(T, C), 0 to 0.5: their standard deviation; None for one network."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Trained networks with what they need: features in, scores out. All on one device."""

    normaliser: Normaliser
    networks: tuple[Network, ...]
    labels: tuple[str, ...]
    exclusive: bool

    def of(self, sequence: Sequence) -> Answer:
        """Return what the networks say of a sequence. See ``answer``."""
        return self.answer(sequence.features, sequence.found)

    def answer(self, features: NDArray[np.float16], found: NDArray[np.bool_], chunk: int = CHUNK) -> Answer:
        """Return the networks' mean and spread for features (T, D) and found (T,).

        Sequences longer than ``chunk`` steps are taken piece by piece, each with as many steps around it as a score
        depends on. Raises ValueError where D is not what the model was trained on.
        """
        if features.ndim != 2 or features.shape[1] != self.normaliser.dimensions:
            raise ValueError(f"features of shape {features.shape} for a model of {self.normaliser.dimensions} channels")
        shape = (len(features), len(self.labels))
        scores = np.empty(shape, dtype=np.float32)
        spread = np.empty(shape, dtype=np.float16) if len(self.networks) > 1 else None
        for network in self.networks:
            network.eval()
        reach, grain = max(net.reach for net in self.networks), max(net.grain for net in self.networks)
        for part, around in _pieces(len(features), chunk, reach, grain):
            wanted = slice(part.start - around.start, part.stop - around.start)
            several = self._several(features[around], found[around])[:, wanted]
            scores[part] = several.mean(dim=0).cpu().numpy()
            if spread is not None:
                spread[part] = several.std(dim=0, correction=0).cpu().numpy()
        return Answer(scores, spread)

    @torch.inference_mode()
    def _several(self, features: NDArray[np.float16], found: NDArray[np.bool_]) -> torch.Tensor:
        """Return each network's scores (K, n, C) for n steps, float32."""
        device = self.normaliser.mean.device
        values = torch.from_numpy(np.ascontiguousarray(features, dtype=np.float16)).to(device)
        seen = torch.from_numpy(np.ascontiguousarray(found, dtype=np.bool_)).to(device)
        inputs = self.normaliser.inputs(values, seen).unsqueeze(0)  # (1, n, D + 1)
        inside = torch.ones(inputs.shape[:2], dtype=torch.bool, device=device)
        several = [outputs_to_scores(network(inputs, inside)[-1], self.exclusive)[0] for network in self.networks]
        return torch.stack(several).float()


def _pieces(total: int, chunk: int, reach: int, grain: int) -> Iterator[tuple[slice, slice]]:
    """Yield which steps to answer for and which to look at for it. Pieces begin at multiples of ``grain``."""
    size = max(grain, chunk // grain * grain)
    margin = -(-reach // grain) * grain
    for first in range(0, total, size):
        stop = min(first + size, total)
        yield slice(first, stop), slice(max(0, first - margin), min(total, stop + margin))
