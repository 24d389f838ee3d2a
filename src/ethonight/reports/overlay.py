"""A video with its subjects, their behaviour and a moving ethogram drawn on it. Loads PyAV and cv2."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec import codecs_available
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from ethonight.errors import VideoError
from ethonight.files import sync_folder, temporary_beside
from ethonight.reports.lettering import Picture
from ethonight.reports.overlay_marks import Marks, Shown
from ethonight.reports.overlay_panel import Panel
from ethonight.video.frames import FrameReader
from ethonight.video.timeline import Timeline

LARGEST = 1280
"""Pixels of the longer side of the new video, at most."""
_LEGIBLE = 640
"""Small videos are enlarged to this width, so that words can be read."""
_BATCH = 16
_CLOCK = Fraction(1, 90000)
_ENCODERS = ("libx264", "h264_videotoolbox", "h264_mf", "libopenh264", "mpeg4")
_OPTIONS = {"libx264": {"crf": "22", "preset": "veryfast", "bf": "0", "g": "120"}}

Ticks = NDArray[np.int64]


def write_overlay(
    path: Path, timeline: Timeline, shown: Shown, progress: Callable[[int], None] | None = None
) -> tuple[str, ...]:
    """Write an MP4 (H.264) with a frame for each frame of the recording that decodes, at its own time.

    ``progress`` is told how many frames are done. The file is there whole or not at all. Returns sentences about
    frames that could not be decoded. Raises VideoError, OSError.
    """
    temporary = temporary_beside(path)
    try:
        with FrameReader(timeline, _picture_size(timeline, shown), decoder="av") as reader:  # little memory
            _write(temporary, reader, shown, progress or (lambda done: None))
            notes = reader.notes
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return notes


def _picture_size(timeline: Timeline, shown: Shown) -> tuple[int, int]:
    """Return width and height of the video's picture inside the new one: even numbers."""
    stamps = timeline.parts[0].stamps
    room = LARGEST - Panel(shown.labels, shown.lanes, LARGEST).height
    scale = min(max(1.0, _LEGIBLE / stamps.width), LARGEST / stamps.width, room / stamps.height)
    return max(2, int(stamps.width * scale) // 2 * 2), max(2, int(stamps.height * scale) // 2 * 2)


def _write(path: Path, reader: FrameReader, shown: Shown, progress: Callable[[int], None]) -> None:
    base, ticks, ends = _clock(reader.timeline)
    codec = next((name for name in _ENCODERS if name in codecs_available), "")
    if not codec:
        raise VideoError("No encoder for MP4 is there: install PyAV from its wheel (pip install av).")
    options = {"movflags": "+faststart", "movie_timescale": str(base.denominator)}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        writer = _Writer(container, codec, base, _rate(reader.timeline))
        done = 0
        for index, picture in _drawn(reader, shown):
            writer.add(picture, int(ticks[index]), int(ends[index]))
            done += 1
            progress(done)
        if not done:
            raise VideoError(f"{reader.timeline.parts[0].path}: not one frame can be decoded.")
        writer.finish()


def _drawn(reader: FrameReader, shown: Shown) -> Iterator[tuple[int, Picture]]:
    """Yield each frame's number and picture, (height, width, 3) RGB."""
    width, height = reader.size
    broad = max(width, min(_LEGIBLE, LARGEST))
    panel = Panel(shown.labels, shown.lanes, broad)
    marks = Marks(shown, width / reader.timeline.parts[0].stamps.width)
    left = (broad - width) // 2
    for batch in reader.batches(_BATCH):
        for index, time, frame in zip(batch.indices.tolist(), batch.times.tolist(), batch.frames, strict=True):
            picture = frame.copy()
            marks.draw(picture, time)
            canvas = np.zeros((height + panel.height, broad, 3), np.uint8)
            canvas[:height, left : left + width] = picture
            canvas[height:] = panel.at(time)
            yield index, canvas


def _clock(timeline: Timeline) -> tuple[Fraction, Ticks, Ticks]:
    """Return the unit of time, and when each frame begins and ends in it: the source's own where that is possible."""
    stamps = timeline.parts[0].stamps
    own = len(timeline.parts) == 1 and stamps.time_base.denominator <= 1_000_000
    if own and stamps.ticks[0] >= 0 and (np.diff(stamps.ticks) > 0).all():
        return stamps.time_base, stamps.ticks, np.append(stamps.ticks[1:], stamps.end_tick)
    edges = np.rint((timeline.edges - min(0.0, timeline.start)) / float(_CLOCK)).astype(np.int64)
    edges = np.maximum.accumulate(edges - np.arange(len(edges))) + np.arange(len(edges))  # one tick each, at least
    return _CLOCK, edges[:-1], edges[1:]


def _rate(timeline: Timeline) -> Fraction:
    """Return about how many frames there are per second; only a hint for the encoder."""
    rate = len(timeline) / max(timeline.end - timeline.start, 1e-6)
    return Fraction(min(max(rate, 1.0), 1000.0)).limit_denominator(1001)


class _Writer:
    """Encodes pictures with times of their own. The first picture says how large all are."""

    def __init__(self, container: OutputContainer, codec: str, base: Fraction, rate: Fraction) -> None:
        self._container, self._base = container, base
        stream = container.add_stream(codec, rate=rate, options=dict(_OPTIONS.get(codec, {})))
        assert isinstance(stream, VideoStream)
        self._stream = stream
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = self._stream.codec_context.time_base = base
        self._durations: dict[int, int] = {}

    def add(self, picture: Picture, begin: int, end: int) -> None:
        """Encode (height, width, 3) RGB, shown from ``begin`` to ``end`` ticks."""
        if not self._stream.codec_context.is_open:
            self._stream.height, self._stream.width = picture.shape[:2]
        frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = begin, self._base
        self._durations[begin] = end - begin
        self._mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        self._mux(self._stream.encode(None))

    def _mux(self, packets: Sequence[av.Packet[VideoStream]]) -> None:
        for packet in packets:
            if packet.pts is not None and packet.time_base == self._base:
                packet.duration = self._durations.pop(packet.pts, 0)
            self._container.mux(packet)
