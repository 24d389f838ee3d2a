"""Frames of one file at the wanted size, with decord: fast, and checked before it is believed. Loads decord."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import decord
import numpy as np
from numpy.typing import NDArray

from ethonight.video.decoder import DecordFailed
from ethonight.video.timestamp_table import Floats

_NO_STAND_INS = 1e-9
"""Share of frames that decord may replace by their neighbours without saying so: none."""


class DecordDecoder:
    """Reads frames by their number. ``size`` is width and height in pixels, of the picture as it is shown.

    Everything raises DecordFailed where decord fails.
    """

    def __init__(self, path: Path, size: tuple[int, int], threads: int = 0) -> None:
        decord.logging.set_level(decord.logging.QUIET)
        self._size = size
        width, height = size
        with _under_one_name():
            self._reader: Any = decord.VideoReader(
                str(path), width=width, height=height, num_threads=threads, fault_tol=_NO_STAND_INS
            )

    def __len__(self) -> int:
        return len(self._reader)

    def times(self) -> Floats:
        """Return (n,) when decord believes each frame to appear, in seconds, of 32 bits' precision."""
        with _under_one_name():
            return np.asarray(self._reader.get_frame_timestamp(range(len(self)))[:, 0], np.float64)

    def read(self, indices: Sequence[int]) -> tuple[list[int], NDArray[np.uint8]]:
        """Return ``indices`` and the frames as (n, height, width, 3) RGB."""
        wanted = list(indices)
        with _under_one_name():
            frames = self._reader.get_batch(wanted).asnumpy()
        if frames.shape != (len(wanted), self._size[1], self._size[0], 3):
            raise DecordFailed(f"frames of shape {frames.shape} instead of the wanted {self._size}")
        return wanted, frames

    def close(self) -> None:
        self._reader = None


@contextmanager
def _under_one_name() -> Iterator[None]:
    """Turn decord's failures into DecordFailed; an AssertionError is how it says that there is no frame."""
    try:
        yield
    except (decord.DECORDError, decord.DECORDLimitReachedError, RuntimeError, AssertionError) as error:
        lines = str(error).strip().splitlines()
        raise DecordFailed(lines[0] if lines else type(error).__name__) from error
