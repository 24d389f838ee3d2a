"""Decoding one file with PyAV from some place on: only sound frames, each with its label. Loads PyAV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ethonight.errors import VideoError
from ethonight.video import sentences
from ethonight.video.timestamp_table import Ints

NO_LABEL = -(1 << 62)
"""Stands for a timestamp that the file does not give."""


def open_video(path: Path, threads: int = 0) -> tuple[InputContainer, VideoStream]:
    """Open the file and its first video stream; ``threads`` 0 leaves their number to the decoder.

    Raises VideoError with a sentence for the person.
    """
    if not path.is_file():
        raise VideoError(sentences.missing(path))
    try:
        container = av.open(str(path), metadata_errors="replace")
    except FFmpegError as error:
        raise VideoError(_why_not_opened(path)) from error
    if not container.streams.video:
        container.close()
        raise VideoError(sentences.no_pictures(path))
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = threads
    return container, stream


def label(frame: VideoFrame) -> int:
    """Return what the decoder calls this frame."""
    if frame.pts is not None:
        return frame.pts
    return NO_LABEL if frame.dts is None else frame.dts


def packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yield packets up to the end of what can be read; the last one is empty and drains the decoder."""
    try:
        yield from container.demux(stream)
    except FFmpegError:
        return


def _nothing(packet: Packet[VideoStream]) -> None:
    """Nobody wants to know of the packets."""


def sound_frames(
    container: InputContainer,
    stream: VideoStream,
    key_labels: Ints,
    before: Callable[[Packet[VideoStream]], None] = _nothing,
) -> Iterator[VideoFrame]:
    """Yield the frames that decode, in the order in which they are shown.

    What follows a failure is built on pictures that are lost, so frames count again from the next key frame on.
    A decoder with several threads reports a failure some packets late, and more frames before that key frame are
    lost then. ``key_labels`` are the labels of all key frames, ascending. ``before`` is called with each packet that
    is about to be decoded.
    """
    begun = False
    resume: float = -inf
    for packet in packets(container, stream):
        before(packet)
        try:
            frames = packet.decode()
        except FFmpegError:
            if begun:  # a failure before the first frame is usual after a jump
                resume = max(resume, _next_above(key_labels, _packet_label(packet)))
            continue
        for frame in frames:
            begun = True
            if label(frame) >= resume:
                resume = -inf
                yield frame


def _packet_label(packet: Packet[VideoStream]) -> float:
    if packet.pts is not None:
        return packet.pts
    return inf if packet.dts is None else packet.dts


def jump(container: InputContainer, stream: VideoStream, tick: int) -> bool:
    """Go to the last place at or before ``tick`` where decoding can begin; False where the file cannot do that."""
    try:
        container.seek(tick, stream=stream)
    except FFmpegError:
        return False
    return True


def _next_above(key_labels: Ints, failed: float) -> float:
    """Return the first key label above ``failed``, inf where there is none."""
    at = int(np.searchsorted(key_labels, failed, side="right"))
    return float(key_labels[at]) if at < len(key_labels) else inf


def _why_not_opened(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 20)
    except OSError as error:
        return sentences.unreadable(path, error.strerror or str(error))
    return sentences.no_video(path, head) if head else sentences.empty(path)
