"""What a decoder of one file does, whichever library stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Decoder(Protocol):
    """Delivers frames of one file by their number."""

    def read(self, indices: Sequence[int]) -> tuple[list[int], NDArray[np.uint8]]:
        """Return those of the ascending ``indices`` that could be decoded, and them.

        (n, height, width, 3) RGB, or (n, height, width) where the decoder was made for grey.
        """
        ...

    def close(self) -> None: ...


class DecordFailed(Exception):
    """decord cannot be used for a file; the message says why."""
