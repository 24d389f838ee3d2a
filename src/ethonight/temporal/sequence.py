"""One subject of one recording as a model sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout
from ethonight.frame_times import Edges


@dataclass(frozen=True, eq=False)
class Sequence:
    """T time steps of one subject. Step ``i`` lasts ``[edges[i], edges[i + 1])`` seconds.

    ``targets`` and ``scored`` are None where nobody has marked bouts.
    """

    video: str
    subject: str
    features: NDArray[np.float16]
    """(T, D)."""
    found: NDArray[np.bool_]
    """(T,) whether the subject was seen; where it was not, the features say nothing."""
    edges: Edges
    """(T + 1,) seconds."""
    targets: NDArray[np.bool_] | None = None
    """(T, C) which labels are active."""
    scored: NDArray[np.bool_] | None = None
    """(T,) which steps somebody watched; elsewhere ``targets`` says nothing."""
    bouts: tuple[Bout, ...] = ()
    """What somebody marked, exact to their file; ``targets`` are the steps of it."""
    group: str = ""
    """Animal, cage, day ...: recordings of one group are never on both sides of a split."""

    def __len__(self) -> int:
        return int(self.features.shape[0])

    @property
    def rate(self) -> float:
        """Time steps per second."""
        return len(self) / float(self.edges[-1] - self.edges[0])
