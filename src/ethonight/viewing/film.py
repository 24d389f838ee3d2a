"""The pictures of one recording, made on demand and kept for a while. Only a projector's child process imports this."""

from __future__ import annotations

from collections import OrderedDict

import cv2
from av.video.frame import VideoFrame

from ethonight.video.av_decoder import Scaler
from ethonight.video.av_frames import AvFrames
from ethonight.video.decoders import usual_threads
from ethonight.video.timeline import Part, Timeline

Size = tuple[int, int]
_RAW_BYTES = 192_000_000
"""Decoded frames that were passed on the way to another one: going back one frame at a time costs no jump then."""
_ENCODED_BYTES = 96_000_000
_QUALITY = 90


class Film:
    """Delivers frames of a recording as JPEG. One file is open at a time; what is kept is bounded in bytes."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self._open: tuple[Part, AvFrames] | None = None
        self._scalers: dict[Size, Scaler] = {}
        self._passed: OrderedDict[int, VideoFrame] = OrderedDict()
        self._passed_bytes = 0
        self._encoded: OrderedDict[tuple[int, Size], bytes] = OrderedDict()
        self._encoded_bytes = 0

    def size_within(self, width: int, height: int) -> Size:
        """Return the largest size of the recording's shape that fits, in whole even pixels, at most the video's own."""
        stamps = self.timeline.parts[0].stamps
        share = min(1.0, width / stamps.width, height / stamps.height)
        return max(2, round(stamps.width * share / 2) * 2), max(2, round(stamps.height * share / 2) * 2)

    def picture(self, frame: int, size: Size) -> bytes:
        """Return a frame as JPEG; nothing where it cannot be decoded. Raises VideoError when its file is gone."""
        key = (frame, size)
        if key in self._encoded:
            self._encoded.move_to_end(key)
            return self._encoded[key]
        decoded = self._decoded(frame)
        data = b"" if decoded is None else self._encode(decoded, size)
        self._keep_encoded(key, data)
        return data

    def _decoded(self, frame: int) -> VideoFrame | None:
        if frame in self._passed:
            return self._passed[frame]
        part = self.timeline.part_of(frame)
        return self._frames_of(part).find(frame - part.first)

    def _frames_of(self, part: Part) -> AvFrames:
        if self._open is None or self._open[0] is not part:
            self.close()

            def passed(index: int, frame: VideoFrame) -> None:
                self._keep_passed(part.first + index, frame)

            self._open = part, AvFrames(part.path, part.stamps, usual_threads(), passed)
            self._scalers = {}
        return self._open[1]

    def _encode(self, frame: VideoFrame, size: Size) -> bytes:
        rotation = self._open[0].stamps.rotation if self._open else 0
        scaler = self._scalers.setdefault(size, Scaler(size, rotation))
        picture = cv2.cvtColor(scaler.scaled(frame), cv2.COLOR_RGB2BGR)
        made, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        assert made
        return data.tobytes()

    def _keep_passed(self, index: int, frame: VideoFrame) -> None:
        size = _bytes_of(frame)
        self._passed[index] = frame
        self._passed.move_to_end(index)
        self._passed_bytes = len(self._passed) * size
        while self._passed_bytes > _RAW_BYTES and len(self._passed) > 1:
            self._passed.popitem(last=False)
            self._passed_bytes -= size

    def _keep_encoded(self, key: tuple[int, Size], data: bytes) -> None:
        self._encoded[key] = data
        self._encoded_bytes += len(data)
        while self._encoded_bytes > _ENCODED_BYTES and len(self._encoded) > 1:
            self._encoded_bytes -= len(self._encoded.popitem(last=False)[1])

    def close(self) -> None:
        """Close the open file. Encoded pictures stay."""
        if self._open is not None:
            self._open[1].close()
            self._open = None
        self._passed.clear()
        self._passed_bytes = 0


def _bytes_of(frame: VideoFrame) -> int:
    return sum(plane.buffer_size for plane in frame.planes)
