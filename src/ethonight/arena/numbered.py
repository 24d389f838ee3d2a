"""Test videos whose frames carry their number as a picture, to prove that what is seen is the frame that is meant.

The picture is divided into 8 columns and 4 rows of equal cells. The upper two rows hold the frame's number, 16 bits,
the highest first, white for 1; the lower two rows hold the same bits inverted. A cell is read at its middle, so
compression, scaling and a canvas do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

COLUMNS, ROWS = 8, 4
BITS = 16
_SHARE = 0.5
"""Of a cell, in both directions, that is looked at around its middle."""


@dataclass(frozen=True)
class Numbered:
    """How a numbered video is made. ``ticks`` are the frames' times in units of ``time_base`` seconds, ascending."""

    ticks: tuple[int, ...]
    time_base: Fraction = Fraction(1, 90000)
    size: tuple[int, int] = (320, 240)
    """Pixels, each side even."""
    codec: str = "libx264"
    gop: int = 12
    """Frames from one key frame to the next."""
    b_frames: int = 0
    first: int = 0
    """The number on the first frame."""

    @classmethod
    def constant(cls, frames: int, fps: int = 30, start: float = 0.0) -> Numbered:
        """Return a video of a constant rate that begins at ``start`` seconds."""
        begin, length = round(start * 90000), 90000 // fps
        return cls(tuple(begin + at * length for at in range(frames)))


def write_numbered(path: Path, numbered: Numbered) -> None:
    """Write the video; its container is told by the ending. An existing file is replaced."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(numbered.codec, rate=30)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = numbered.size
        stream.pix_fmt = "yuv420p"
        stream.time_base = numbered.time_base
        codec = stream.codec_context
        codec.time_base, codec.gop_size, codec.max_b_frames = numbered.time_base, numbered.gop, numbered.b_frames
        codec.thread_count = 1
        if numbered.codec == "libx264":
            codec.options = {"sc_threshold": "0"}  # Each number is a new scene, and no reason for a key frame.
        for at, tick in enumerate(numbered.ticks):
            frame = av.VideoFrame.from_ndarray(draw_number(numbered.first + at, numbered.size), "gray8")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = tick, numbered.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def draw_number(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the picture (height, width) of a number below 65,536."""
    if not 0 <= number < 1 << BITS:
        raise ValueError(f"a number from 0 to {(1 << BITS) - 1}, not {number}")
    bits = np.array([number >> (BITS - 1 - place) & 1 for place in range(BITS)], np.uint8)
    cells = np.concatenate([bits, 1 - bits]).reshape(ROWS, COLUMNS) * 219 + 16
    width, height = size
    rows = np.arange(height) * ROWS // height
    columns = np.arange(width) * COLUMNS // width
    return np.asarray(cells[np.ix_(rows, columns)], np.uint8)


def read_number(picture: NDArray[np.uint8]) -> int:
    """Return the number on a picture (height, width[, channels]). Raises ValueError where there is none."""
    grey = picture if picture.ndim == 2 else picture[..., :3].mean(axis=2)
    height, width = grey.shape
    bits = [
        _cell(grey, row, column, height / ROWS, width / COLUMNS) for row in range(ROWS) for column in range(COLUMNS)
    ]
    upper, lower = bits[:BITS], bits[BITS:]
    if any(one == other for one, other in zip(upper, lower, strict=True)):
        raise ValueError("the picture does not show a number")
    return int("".join("1" if bit else "0" for bit in upper), 2)


def _cell(grey: NDArray[np.generic], row: int, column: int, height: float, width: float) -> bool:
    top, left = (row + (1 - _SHARE) / 2) * height, (column + (1 - _SHARE) / 2) * width
    inner = grey[
        int(top) : max(int(top) + 1, int(top + _SHARE * height)),
        int(left) : max(int(left) + 1, int(left + _SHARE * width)),
    ]
    return bool(np.asarray(inner, np.float64).mean() > 127)


def of_pixels(pixels: Sequence[int], width: int) -> NDArray[np.uint8]:
    """Return the picture (height, width, 4) that a canvas gave as its list of RGBA values."""
    return np.array(pixels, np.uint8).reshape(-1, width, 4)
