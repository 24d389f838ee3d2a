"""Frames of one file at the wanted size, with PyAV: slower than decord, and right for every file. Loads PyAV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ethonight.video.av_frames import AvFrames
from ethonight.video.timestamp_table import Timestamps

_TURNS: dict[int, list[str]] = {0: [], 90: ["cclock"], 180: ["clock", "clock"], 270: ["clock"]}
"""Steps of ``transpose`` that do what a player does for a rotation flag."""


class AvDecoder:
    """Reads frames by their number; going forward costs no jump.

    ``size`` is width and height in pixels; ``grey`` delivers one value a pixel, for a third of the work.
    """

    def __init__(
        self, path: Path, stamps: Timestamps, size: tuple[int, int], threads: int = 0, *, grey: bool = False
    ) -> None:
        """Raises VideoError when the file cannot be opened."""
        self._frames = AvFrames(path, stamps, threads)
        self._scaler = Scaler(size, stamps.rotation, grey=grey)

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
    """Turns a decoded frame upright and scales it: to RGB by the same filters that decord uses, or to grey.

    A grey pixel is the mean over what it covers, so that fine texture and noise do not flicker in small pictures.
    """

    def __init__(self, size: tuple[int, int], rotation: int, *, grey: bool = False) -> None:
        self.shape = (size[1], size[0]) if grey else (size[1], size[0], 3)
        self._steps = (f"{size[0]}:{size[1]}:flags=area", "gray") if grey else (f"{size[0]}:{size[1]}", "rgb24")
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
        chain += [graph.add("scale", self._steps[0]), graph.add("format", self._steps[1])]
        graph.link_nodes(*chain, graph.add("buffersink")).configure()
        return graph
