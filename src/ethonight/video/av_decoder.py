"""Frames of one file at the wanted size, with PyAV: slower than decord, and right for every file. Loads PyAV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ethonight.video.decoding import jump, label, open_video, sound_frames
from ethonight.video.timestamp_table import Ints, Timestamps

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
        self._path, self._stamps, self._threads = path, stamps, threads
        self._scaler = Scaler(size, stamps.rotation, grey=grey)
        self._key_labels: Ints = np.sort(stamps.labels[stamps.keyframes[:, 0]])
        self._by_label: Ints = np.argsort(stamps.labels, kind="stable")
        self._jumps = stamps.seekable
        self._container, self._stream = open_video(path, threads)
        self._before, self._at = -1, -1
        self._frame: VideoFrame | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._pass_from(0)

    def read(self, indices: Sequence[int]) -> tuple[list[int], NDArray[np.uint8]]:
        """Return which of the frames could be decoded, and them as (n, height, width, 3) RGB or (n, height, width).

        ``indices`` ascend; frames that are damaged are left out.
        """
        found: list[int] = []
        frames = np.empty((len(indices), *self._scaler.shape), np.uint8)
        for index in indices:
            frame = self._find(index)
            if frame is not None:
                frames[len(found)] = self._scaler.scaled(frame)
                found.append(index)
        return found, frames[: len(found)]

    def close(self) -> None:
        self._container.close()

    def _find(self, index: int) -> VideoFrame | None:
        if index <= self._before or self._key_of(index) > self._at + 1:
            self._begin_for(index)
        while self._at < index and self._step():
            pass
        return self._frame if self._at == index else None

    def _key_of(self, index: int) -> int:
        """Return the last frame up to ``index`` at which decoding can begin."""
        row = int(np.searchsorted(self._stamps.keyframes[:, 0], index, side="right")) - 1
        return int(self._stamps.keyframes[row, 0]) if self._jumps and row >= 0 else 0

    def _begin_for(self, index: int) -> None:
        """Jump to the key frame before ``index``; where the file does not land there, begin at its start for good."""
        key = self._key_of(index)
        if key > 0:
            self._meet_first_frame()
            row = int(np.searchsorted(self._stamps.keyframes[:, 0], key))
            if jump(self._container, self._stream, int(self._stamps.keyframes[row, 1])):
                self._pass_from(key)
                while self._step() and self._at < key:
                    pass
                if self._at == key:
                    self._before = key - 1
                    return
            self._jumps = False
        self._container.close()
        self._container, self._stream = open_video(self._path, self._threads)
        self._pass_from(0)

    def _meet_first_frame(self) -> None:
        """Decode the file's first frame before the first jump.

        Some encoders (x264 before 2017, with 4:4:4 colour) tell only there how the whole file is to be decoded.
        """
        if self._at < 0:
            self._step()

    def _pass_from(self, first: int) -> None:
        """Begin to count frames; those before ``first`` are not to be had from here."""
        self._frames = sound_frames(self._container, self._stream, self._key_labels)
        self._before, self._at, self._frame = first - 1, first - 1, None

    def _step(self) -> bool:
        """Go on by one frame of the table; False at the end."""
        for frame in self._frames:
            index = self._index_of(frame)
            if index is not None:
                self._before, self._at, self._frame = self._at, index, frame
                return True
        return False

    def _index_of(self, frame: VideoFrame) -> int | None:
        """Return the frame's number; None for one that is not in the table."""
        labels, mine, following = self._stamps.labels, label(frame), self._at + 1
        if following < len(labels) and labels[following] == mine:
            return following
        if not self._stamps.seekable:
            later = np.flatnonzero(labels[following:] == mine)
            return following + int(later[0]) if len(later) else None
        place = int(np.searchsorted(labels, mine, sorter=self._by_label))
        found = int(self._by_label[place]) if place < len(labels) else -1
        return found if found >= 0 and labels[found] == mine else None


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
