"""Features from pretrained networks for video (VideoMAE, MVD, V-JEPA 2, VideoPrism) and pictures (DINO)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ethonight.errors import WeightsError
from ethonight.features.backbone_families import FAMILIES, Family
from ethonight.features.clips import Clips, Indices
from ethonight.features.extractor import Crops, Vectors
from ethonight.features.hub import load_pretrained
from ethonight.recipe.stream import Features
from ethonight.subjects.boxes import Located, Scene

SPACING = 1 / 15
"""Seconds from one picture of a clip to the next: 16 pictures show about a second, a token of VideoMAE 0.13 s."""
_LARGEST = float(np.finfo(np.float16).max)


class Backbone:
    """Describes crops by the tokens of a pretrained network, averaged over space (see ``Clips`` for the time).

    A network for pictures looks once every ``SPACING`` seconds, but not between steps; the other steps get what lies on
    the line between. On a GPU the network runs in half precision, on a CPU in float32.

    Clips are laid out from the first described step on: a recording described in pieces has exactly the vectors of
    one described at once where the pieces are whole multiples of ``clips.hop`` long, and otherwise close ones.
    """

    colour = True

    def __init__(self, name: str, network: nn.Module, rate: float, device: str = "cpu", batch: int = 8) -> None:
        """``rate`` is in time steps per second; ``batch`` clips are computed at a time."""
        self.name = name
        self.rate = rate
        self.batch = batch
        self.device = torch.device(device)
        self.precision = half_precision(self.device)
        self._family: Family = FAMILIES[name]
        self._network = network.to(self.device, self.precision).eval()
        config: Any = network.config
        self._view = self._family.view(config)
        self.clips = Clips(self._view.pictures, self._view.tubelet, max(1, round(rate * SPACING)))
        self.names: Sequence[str] = [
            " ".join(filter(None, (name, part, str(place))))
            for part in self._family.parts
            for place in range(config.hidden_size)
        ]

    @classmethod
    def pretrained(cls, features: Features, rate: float, device: str = "cpu", batch: int = 8) -> Backbone:
        """Load the weights that the settings name. Raises WeightsError."""
        network = load_pretrained(features.name, features.weights, features.revision)
        return cls(features.name, network, rate, device, batch)

    @property
    def dimensions(self) -> int:
        return len(self.names)

    @property
    def pixels(self) -> int:
        return self._view.side

    @property
    def before(self) -> int:
        return self.clips.before

    @property
    def after(self) -> int:
        return self.clips.after

    def compute(self, crops: Crops, located: Located, scene: Scene) -> Vectors:
        """Describe n steps from (before + n + after, P, P, 3) RGB crops: (n, D). Where the box is, is not looked at.

        Raises torch.cuda.OutOfMemoryError where ``batch`` is too large for the GPU.
        """
        steps = len(crops) - self.before - self.after
        vectors = self.clips.spread(self._tokens(crops, self.clips.windows(steps)), steps)
        if not np.isfinite(vectors).all():
            raise WeightsError(f"the {self.name} network computes values that are no numbers: its weights are damaged.")
        return np.clip(vectors, -_LARGEST, _LARGEST)

    @torch.inference_mode()
    def _tokens(self, crops: Crops, windows: Indices) -> Vectors:
        """Return (C, K, D) of the clips that show ``crops[windows]``, (C, F) indices."""
        # All crops go to the device once, as bytes, and nothing waits for it before the last clip is computed.
        seen = torch.tensor(crops, device=self.device)
        shown = torch.from_numpy(windows).to(self.device)
        parts = [shown[first : first + self.batch] for first in range(0, len(shown), self.batch)]
        tokens = [self._family.describe(self._network, self._normalized(seen[part])) for part in parts]
        return torch.cat(tokens).cpu().numpy()

    def _normalized(self, clips: Tensor) -> Tensor:
        """Return (B, F, 3, P, P) in the network's precision from (B, F, P, P, 3) uint8."""
        mean, spread = (
            torch.tensor(values, device=self.device)[:, None, None]
            for values in (self._family.mean, self._family.spread)
        )
        values = clips.movedim(-1, 2).float() / 255
        return ((values - mean) / spread).to(self.precision)


def half_precision(device: torch.device) -> torch.dtype:
    """Return the type of numbers to compute with: bfloat16 or float16 on a GPU, float32 on other devices."""
    if device.type != "cuda":
        return torch.float32
    # The wider range of bfloat16: some of these networks have values that float16 cannot hold.
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
