"""Which pictures a clip is made of, and how the vectors of clips become one vector per time step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Clips:
    """Overlapping clips over consecutive time steps, for networks that look at several pictures at once.

    A network makes one vector ("token") of each ``tubelet`` pictures of a clip. Tokens lie on one grid in time, a
    token every ``pitch`` steps, the first at step 0 or half a step before it. Of a clip only the middle half of its
    tokens is taken, which have seen what was before and after them; so clips overlap by half, and a pass through the
    network serves ``hop`` steps. The steps between two tokens get what lies on the line between them.
    """

    pictures: int
    """Pictures of a clip, F."""
    tubelet: int
    """Pictures behind one token."""
    stride: int
    """Steps from one picture of a clip to the next."""

    @property
    def tokens(self) -> int:
        """Tokens of a clip, K."""
        return self.pictures // self.tubelet

    @property
    def kept(self) -> int:
        """How many of them are taken, from ``lead`` on."""
        return (self.tokens + 1) // 2

    @property
    def lead(self) -> int:
        return (self.tokens - self.kept) // 2

    @property
    def pitch(self) -> int:
        """Steps from one token to the next."""
        return self.tubelet * self.stride

    @property
    def hop(self) -> int:
        """Steps from one clip to the next."""
        return self.kept * self.pitch

    @property
    def before(self) -> int:
        """Steps before the first described one that are looked at."""
        return self.lead * self.pitch - self._offset

    @property
    def after(self) -> int:
        """Steps after the last described one that are looked at, at most."""
        return self.pitch * (1 + self.tokens - self.lead) - (self.tubelet + 1) * self.stride // 2 - 1

    def windows(self, steps: int) -> Indices:
        """Return (C, F): which of ``before + steps + after`` steps each clip shows."""
        last_token = -((self._centre2 - 2 * (steps - 1)) // (2 * self.pitch))
        starts = np.arange(last_token // self.kept + 1) * self.hop
        return starts[:, None] + np.arange(self.pictures) * self.stride

    def spread(self, tokens: Vectors, steps: int) -> Vectors:
        """Return (steps, D) from the tokens (C, K, D) of all clips."""
        taken = tokens[:, self.lead : self.lead + self.kept].reshape(-1, tokens.shape[-1])
        places = (np.arange(steps) - self._centre2 / 2) / self.pitch
        left = places.astype(np.int64)
        right = np.minimum(left + 1, len(taken) - 1)
        share = (places - left).astype(np.float32)[:, None]
        return taken[left] * (1 - share) + taken[right] * share

    @property
    def _offset(self) -> int:
        """The step of the first picture behind token 0, so that the middle of its pictures is at 0 or -1/2."""
        return -(((self.tubelet - 1) * self.stride + 1) // 2)

    @property
    def _centre2(self) -> int:
        """Twice the middle of token 0's pictures: 0 or -1."""
        return 2 * self._offset + (self.tubelet - 1) * self.stride
