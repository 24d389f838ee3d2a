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
class Ensemble:
    """Trained networks with what they need: features in, scores out. All on one device."""

    normaliser: Normaliser
    networks: tuple[Network, ...]
    labels: tuple[str, ...]
    exclusive: bool

    def scores(
        self, features: NDArray[np.float16], found: NDArray[np.bool_], chunk: int = CHUNK
    ) -> NDArray[np.float32]:
        """Return the networks' mean scores (T, C) in 0 to 1 for features (T, D) and found (T,).

        Sequences longer than ``chunk`` steps are taken piece by piece, each with as many steps around it as a score
        depends on. Raises ValueError where D is not what the model was trained on.
        """
        if features.ndim != 2 or features.shape[1] != self.normaliser.dimensions:
            raise ValueError(f"features of shape {features.shape} for a model of {self.normaliser.dimensions} channels")
        scores = np.empty((len(features), len(self.labels)), dtype=np.float32)
        for network in self.networks:
            network.eval()
        reach, grain = max(net.reach for net in self.networks), max(net.grain for net in self.networks)
        for part, around in _pieces(len(features), chunk, reach, grain):
            piece = self._mean(features[around], found[around])
            scores[part] = piece[part.start - around.start : part.stop - around.start]
        return scores

    def of(self, sequence: Sequence) -> NDArray[np.float32]:
        """Return the scores (T, C) of a sequence."""
        return self.scores(sequence.features, sequence.found)

    @torch.inference_mode()
    def _mean(self, features: NDArray[np.float16], found: NDArray[np.bool_]) -> NDArray[np.float32]:
        device = self.normaliser.mean.device
        values = torch.from_numpy(np.ascontiguousarray(features, dtype=np.float16)).to(device)
        seen = torch.from_numpy(np.ascontiguousarray(found, dtype=np.bool_)).to(device)
        inputs = self.normaliser.inputs(values, seen).unsqueeze(0)  # (1, n, D + 1)
        inside = torch.ones(inputs.shape[:2], dtype=torch.bool, device=device)
        several = [outputs_to_scores(network(inputs, inside)[-1], self.exclusive) for network in self.networks]
        mean = torch.stack(several).mean(dim=0)[0]  # (n, C)
        return np.asarray(mean.cpu().numpy(), dtype=np.float32)


def _pieces(total: int, chunk: int, reach: int, grain: int) -> Iterator[tuple[slice, slice]]:
    """Yield which steps to answer for and which to look at for it. Pieces begin at multiples of ``grain``."""
    size = max(grain, chunk // grain * grain)
    margin = -(-reach // grain) * grain
    for first in range(0, total, size):
        stop = min(first + size, total)
        yield slice(first, stop), slice(max(0, first - margin), min(total, stop + margin))
