"""Frames of one file at the wanted size, with PyAV: slower than decord, and right for every file. Loads PyAV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ethonight.video.av_frames import AvFrames
from ethonight.video.timestamp_table import Timestamps

_TURNS: dict[int, list[str]] = {0: [], 90: ["cclock"], 180: ["clock", "clock"], 270: ["clock"]}
"""Steps of ``transpose`` that do what a player does for a rotation flag."""

Pixels = Literal["rgb", "grey", "planes"]
_STEPS: dict[Pixels, tuple[str, str]] = {
    "rgb": ("", "rgb24"),
    "grey": (":flags=area", "gray"),
    "planes": (":out_color_matrix=bt601:out_range=limited", "yuv420p"),
}
"""Options of ``scale``, and the format behind it."""


class AvDecoder:
    """Reads frames by their number; going forward costs no jump.

    ``size`` is width and height in pixels; ``grey`` delivers one value a pixel, for a third of the work.
    """

    def __init__(
        self, path: Path, stamps: Timestamps, size: tuple[int, int], threads: int = 0, *, grey: bool = False
    ) -> None:
        """Raises VideoError when the file cannot be opened."""
        self._frames = AvFrames(path, stamps, threads)
        self._scaler = Scaler(size, stamps.rotation, "grey" if grey else "rgb")

    def read(self, indices: Sequence[int]) -> tuple[list[int], NDArray[np.uint8]]:
        """Return which of the frames could be decoded, and them as (n, height, width, 3) RGB or (n, height, width).

        ``indices`` ascend; frames that are damaged are left out.
        """
        found: list[int] = []
        frames = np.empty((len(indices), *self._scaler.shape), np.uint8)
        for index in indices:
            frame = self._frames.find(index)
            if frame is not None:
                frames[len(found)] = self._scaler.scaled(frame)
                found.append(index)
        return found, frames[: len(found)]

    def close(self) -> None:
        self._frames.close()


class Scaler:
    """Turns a decoded frame upright and scales it.

    ``pixels`` "rgb" uses the same filters as decord. "grey": a pixel is the mean over what it covers, so that fine
    texture and noise do not flicker in small pictures. "planes" is YUV 4:2:0 as a television has it (BT.601), sizes
    even: half the work where the next step is a JPEG.
    """

    def __init__(self, size: tuple[int, int], rotation: int, pixels: Pixels = "rgb") -> None:
        shapes = {"rgb": (size[1], size[0], 3), "grey": (size[1], size[0]), "planes": (size[1] * 3 // 2, size[0])}
        self.shape = shapes[pixels]
        options, self._format = _STEPS[pixels]
        self._scale = f"{size[0]}:{size[1]}{options}"
        self._rotation = rotation
        self._graph: Graph | None = None
        self._made_for: tuple[int, int, str] | None = None

    def scaled(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """Return an array of ``shape``."""
        kind = (frame.width, frame.height, frame.format.name)
        if self._graph is None or kind != self._made_for:
            self._graph, self._made_for = self._new_graph(frame), kind
        self._graph.vpush(frame)
        return np.asarray(self._graph.vpull().to_ndarray(), np.uint8)

    def _new_graph(self, frame: VideoFrame) -> Graph:
        graph = Graph()
        source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        chain: list[FilterContext] = [source]
        chain += [graph.add("transpose", turn) for turn in _TURNS[self._rotation]]
        chain += [graph.add("scale", self._scale), graph.add("format", self._format)]
        graph.link_nodes(*chain, graph.add("buffersink")).configure()
        return graph
