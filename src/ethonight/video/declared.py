"""What a video file says of itself. Only the probe's child imports this."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from av.container import InputContainer
from av.video.stream import VideoStream

_MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Declared:
    """What the file says of its video stream. Times in seconds, ``start`` is the first frame's time."""

    rate: float
    """Average frames per second, 0 where unknown."""
    listed: int
    """The number of frames that the file itself states, 0 where it states none (MKV, MPEG)."""
    frames: int
    """The number of frames that OpenCV reports: ``listed``, or the file's length times its rate."""
    start: float
    seconds: float
    """Length of the video stream, 0 where unknown."""
    tolerance: float
    """How much earlier than ``seconds`` the last frame may end in a complete file."""


def declared_by(container: InputContainer, stream: VideoStream) -> Declared:
    """Read what the container's and the stream's headers say."""
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    whole = (container.duration or 0) / _MICROSECONDS
    own = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    start = float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0
    frames = stream.frames or floor((whole or own) * rate + 0.5)
    frame = 1 / rate if rate else 1.0
    if stream.frames and rate:
        return Declared(rate, stream.frames, frames, start, stream.frames / rate, 1.5 * frame)
    tagged = _tagged_seconds(stream)
    sure = bool(own or tagged or len(container.streams) == 1)
    seconds = own or tagged or whole
    # The container's length may be that of its sound, which may go on for a while after the last picture.
    least = 0.1 if tagged else 1.0 if sure else max(2.0, min(10.0, 0.02 * seconds))
    tolerance = max(least, 3 * frame)
    return Declared(rate, 0, frames, start, seconds, tolerance)


def _tagged_seconds(stream: VideoStream) -> float:
    """Return the length that Matroska writers note for each stream (``00:00:10.333000000``), else 0."""
    parts = stream.metadata.get("DURATION", "").split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return 0.0
    return 3600 * hours + 60 * minutes + seconds


def frames_inside_file(container: InputContainer, stream: VideoStream) -> int | None:
    """Return how many of the frames in the file's index lie inside the file; None where there is no full index."""
    index = stream.index_entries
    if stream.frames == 0 or len(index) < stream.frames or index[len(index) - 1].size == 0:
        return None
    low, high = 0, len(index)
    while low < high:  # frames lie one behind the other: look for the first that does not fit
        middle = (low + high) // 2
        if index[middle].pos + index[middle].size <= container.size:
            low = middle + 1
        else:
            high = middle
    return low
