"""Frames of one file by their number, as PyAV decodes them. Loads PyAV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ethonight.video.decoding import jump, label, open_video, sound_frames
from ethonight.video.timestamp_table import Ints, Timestamps

Passed = Callable[[int, VideoFrame], None]
"""Is told every frame that is decoded on the way, with its number."""


_MOST_NOTED = 1000
"""Frames that were left out and lie behind are forgotten when there are so many."""

Wanted = Callable[[int], bool]
"""Whether a frame on the way is to be decoded, too."""


def _every(index: int) -> bool:
    """Every frame is wanted."""
    return True


def _not_kept(index: int, frame: VideoFrame) -> None:
    """Nobody wants the frames on the way."""


class AvFrames:
    """Finds frames by their number; going forward costs no jump.

    Frames that are not wanted are left out by the decoder where no other frame is built on them, so that all others
    look the same.
    """

    def __init__(self, path: Path, stamps: Timestamps, threads: int = 0, passed: Passed = _not_kept) -> None:
        """Raises VideoError when the file cannot be opened."""
        self._path, self._stamps, self._threads, self._passed = path, stamps, threads, passed
        self._key_labels: Ints = np.sort(stamps.labels[stamps.keyframes[:, 0]])
        self._by_label: Ints = np.argsort(stamps.labels, kind="stable")
        self._keys = frozenset(stamps.keyframes[:, 0].tolist())
        self._jumps, self._shown_is_late = stamps.seekable, False
        self._container, self._stream = open_video(path, threads)
        self._before, self._at = -1, -1
        self._frame: VideoFrame | None = None
        self._frames: Iterator[VideoFrame] = iter(())
        self._target = 0
        self._wanted: Wanted = _every
        self._left_out: set[int] = set()
        self._leaves_out = False
        self._pass_from(0)

    def reaches(self, index: int) -> bool:
        """Whether ``find`` needs no jump for a frame."""
        return self._before < index and self._key_of(index) <= self._at + 1 and index not in self._left_out

    def find(self, index: int, wanted: Wanted = _every) -> VideoFrame | None:
        """Return a frame; None where it is damaged. Others that are not ``wanted`` may be left out on the way."""
        self._target, self._wanted = index, wanted
        if len(self._left_out) > _MOST_NOTED:
            self._left_out = {one for one in self._left_out if one > self._before}
        if not self.reaches(index):
            self._begin_for(index)
        while self._at < index and self._step():
            pass
        return self._frame if self._at == index else None

    def close(self) -> None:
        self._container.close()

    def _key_of(self, index: int) -> int:
        """Return the last frame up to ``index`` at which decoding can begin."""
        row = int(np.searchsorted(self._stamps.keyframes[:, 0], index, side="right")) - 1
        return int(self._stamps.keyframes[row, 0]) if self._jumps and row >= 0 else 0

    def _begin_for(self, index: int) -> None:
        """Jump to the key frame before ``index``; where the file does not land there, begin at its start for good."""
        key = self._key_of(index)
        if key > 0:
            self._meet_first_frame()
            if any(self._lands_at(key, tick) for tick in self._ticks_of(key)):
                return
            self._jumps = False
        self._container.close()
        self._container, self._stream = open_video(self._path, self._threads)
        self._pass_from(0)

    def _ticks_of(self, key: int) -> Iterator[int]:
        """Yield where to jump to for a key frame: when it is shown, then when it is decoded.

        In an MP4 with B-frames, the latter lands one key frame early; in an MPEG, the former lands late.
        """
        if not self._shown_is_late:
            yield int(self._stamps.labels[key])
            self._shown_is_late = True
        row = int(np.searchsorted(self._stamps.keyframes[:, 0], key))
        yield int(self._stamps.keyframes[row, 1])

    def _lands_at(self, key: int, tick: int) -> bool:
        """Jump, and decode up to a key frame; False where that frame does not come."""
        if not jump(self._container, self._stream, tick):
            return False
        self._pass_from(key)
        while self._step() and self._at < key:
            pass
        self._before = key - 1
        return self._at == key

    def _meet_first_frame(self) -> None:
        """Decode the file's first frame before the first jump.

        Some encoders (x264 before 2017, with 4:4:4 colour) tell only there how the whole file is to be decoded.
        """
        if self._at < 0:
            self._step()

    def _pass_from(self, first: int) -> None:
        """Begin to count frames; those before ``first`` are not to be had from here."""
        self._frames = sound_frames(self._container, self._stream, self._key_labels, self._about_to_decode)
        self._before, self._at, self._frame = first - 1, first - 1, None
        self._left_out.clear()
        self._stream.codec_context.skip_frame = "DEFAULT"
        self._leaves_out = False

    def _step(self) -> bool:
        """Go on by one frame of the table; False at the end."""
        for frame in self._frames:
            index = self._index_of(frame)
            if index is not None:
                self._before, self._at, self._frame = self._at, index, frame
                self._passed(index, frame)
                return True
        return False

    def _about_to_decode(self, packet: Packet[VideoStream]) -> None:
        """Tell the decoder whether it may leave a packet's frame out."""
        leaves_out = self._wanted is not _every and self._is_needless(packet)
        if leaves_out != self._leaves_out:
            self._stream.codec_context.skip_frame = "NONREF" if leaves_out else "DEFAULT"
            self._leaves_out = leaves_out

    def _is_needless(self, packet: Packet[VideoStream]) -> bool:
        if packet.pts is None or not self._stamps.seekable:
            return False
        index = self._place_of(packet.pts)
        if index is None or index == self._target or index in self._keys or self._wanted(index):
            return False
        self._left_out.add(index)
        return True

    def _index_of(self, frame: VideoFrame) -> int | None:
        """Return the frame's number; None for one that is not in the table."""
        labels, mine, following = self._stamps.labels, label(frame), self._at + 1
        if following < len(labels) and labels[following] == mine:
            return following
        if not self._stamps.seekable:
            later = np.flatnonzero(labels[following:] == mine)
            return following + int(later[0]) if len(later) else None
        return self._place_of(mine)

    def _place_of(self, mine: int) -> int | None:
        """Return the number of the frame with this label, where labels tell frames apart."""
        labels = self._stamps.labels
        place = int(np.searchsorted(labels, mine, sorter=self._by_label))
        found = int(self._by_label[place]) if place < len(labels) else -1
        return found if found >= 0 and labels[found] == mine else None
