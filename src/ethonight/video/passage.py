"""Reading a video from some place on, and what is met there. Only the probe's child imports this."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.stream import VideoStream

_NO_LIMIT = 1 << 62


@dataclass(frozen=True)
class Passage:
    """What was met from one place on."""

    frames: int = 0
    """How many were decoded."""
    end: float = -inf
    """The latest end of a frame's time among all packets, in seconds."""
    gap: float = 0.0
    """The longest time in which no frame began, in seconds."""
    failed: float | None = None
    """The time at which decoding failed although it had begun at a key frame."""
    given_up: bool = False
    """Whether patience ended before the stop was reached."""
    on_its_side: bool = False
    """Whether the pictures are marked to be shown turned by a quarter."""


@dataclass(frozen=True)
class Stop:
    """When to stop: at a time (s), after some frames; ``budget`` frames are decoded, the rest is only read over."""

    at: float = inf
    frames: int = _NO_LIMIT
    budget: int = _NO_LIMIT


class Reader:
    """Reads one video stream. ``deadline`` (``time.monotonic``) ends whatever takes too long."""

    def __init__(self, container: InputContainer, stream: VideoStream, deadline: float) -> None:
        self._container = container
        self._stream = stream
        self._deadline = deadline

    def read(self, stop: Stop) -> Passage:
        """Decode from where the file stands.

        Failures before the first frame are normal where a jump has not landed at a key frame.
        """
        frames, at, latest, end, gap = 0, -inf, inf, -inf, 0.0
        failed: float | None = None
        anchored: bool | None = None
        given_up = on_its_side = False
        for packet in self._packets():
            begin = _begin(packet)
            anchored = packet.is_keyframe if anchored is None else anchored
            if begin is not None:
                gap, latest = max(gap, begin - latest), begin
                end = max(end, begin + float((packet.duration or 0) * packet.time_base))
            if frames < stop.budget and failed is None:
                try:
                    for frame in packet.decode():
                        frames, at = frames + 1, at if frame.time is None else frame.time
                        on_its_side = abs(frame.rotation) == 90
                except FFmpegError:
                    failed = max(at, 0.0) if frames else (begin or 0.0) if anchored else None
            given_up = time.monotonic() > self._deadline
            if given_up or at >= stop.at or frames >= stop.frames:
                break
        return Passage(frames, end, gap, failed, given_up, on_its_side)

    def read_from_one_of(self, starts: Sequence[float], stop: Stop) -> Passage:
        """Return the first passage in which frames appear, beginning at ever earlier times (s).

        A jump in a file without an index may land where decoding cannot begin, or where nothing is left.
        """
        passage = Passage()
        for start in starts:
            self._jump(start)
            passage = self.read(stop)
            if passage.frames:
                break
        return passage

    def _jump(self, seconds: float) -> None:
        assert self._stream.time_base is not None
        try:
            self._container.seek(int(seconds / self._stream.time_base), stream=self._stream)
        except FFmpegError:
            self._container.seek(0)

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        """Yield packets up to the end of what can be read; where reading fails, the caller sees an early end."""
        try:
            yield from self._container.demux(self._stream)
        except FFmpegError:
            return


def _begin(packet: Packet[VideoStream]) -> float | None:
    stamp = packet.dts if packet.pts is None else packet.pts
    return None if stamp is None else float(stamp * packet.time_base)
