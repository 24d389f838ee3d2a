"""The videos that idtracker.ai brings along, and a writer of videos whose frames carry their number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import av
import numpy as np
import pytest
from av.container import OutputContainer
from numpy.typing import NDArray


@pytest.fixture
def idtracker_video() -> Callable[[str], Path]:
    """Return a video of the installed idtracker.ai by name; idtracker.ai itself is not imported."""
    spec = find_spec("idtrackerai")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("idtracker.ai is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    return lambda name: folder / name


@pytest.fixture
def numbered_video() -> Callable[..., Path]:
    """Return a writer of videos in which each picture shows its own number as two rows of eight black or white blocks.

    ``ticks`` are the frames' times in units of ``time_base``; the file's ending names the container. ``mux`` are
    options of the container, ``shift`` is added to all ticks of the finished packets.
    """
    return write_numbered


def write_numbered(
    path: Path,
    ticks: Sequence[int],
    time_base: Fraction,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    mux: dict[str, str] | None = None,
    shift: int = 0,
    pixels: str = "yuv420p",
) -> Path:
    with av.open(str(path), "w", options=mux or {}) as container:
        stream = container.add_stream(codec, rate=max(1, round(1 / time_base / max(1, ticks[1] - ticks[0]))))
        stream.width, stream.height, stream.pix_fmt = 256, 64, pixels
        stream.time_base = stream.codec_context.time_base = time_base
        stream.codec_context.options = options or {}
        stream.bit_rate = 2_000_000
        for number, tick in enumerate(ticks):
            frame = av.VideoFrame.from_ndarray(picture_of(number), "rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = tick, time_base
            write_packets(container, stream.encode(frame), shift, time_base)
        write_packets(container, stream.encode(None), shift, time_base)
    return path


def write_packets(container: OutputContainer, packets: Sequence[av.Packet], shift: int, time_base: Fraction) -> None:
    for packet in packets:
        if shift:
            ratio = time_base / packet.time_base
            packet.pts, packet.dts = packet.pts + int(shift * ratio), packet.dts + int(shift * ratio)
        container.mux(packet)


def picture_of(number: int) -> NDArray[np.uint8]:
    bits = np.array([number >> place & 1 for place in range(16)], np.uint8).reshape(2, 8)
    return np.repeat((bits.repeat(32, 0).repeat(32, 1) * 220 + 16)[:, :, None], 3, axis=2)
