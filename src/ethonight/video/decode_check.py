"""Opens one video with PyAV and decodes frames at its start, middle and end. Only the probe's child imports this."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, inf
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.packet import Packet
from av.video.stream import VideoStream

from ethonight.video import sentences
from ethonight.video.probe import Probe

_PIXELS_PER_PLACE = 250_000_000
"""How much is decoded at one place at most: a quarter of a second on a desktop."""
_START_FRAMES = 5
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
    """The time at which decoding failed although it had begun well."""
    given_up: bool = False
    """Whether patience ended before the stop was reached."""


@dataclass(frozen=True)
class Stop:
    """When to stop: at a time (s), after some frames; ``budget`` frames are decoded, the rest is only read over."""

    at: float = inf
    frames: int = 1 << 62
    budget: int = 1 << 62


def check(path: Path, patience: float) -> Probe:
    """Return the video's facts, and what is wrong with it.

    ``patience`` (s) bounds the search for the end of a file that has lost its index.
    """
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.video:
                return Probe(path, problem=sentences.no_pictures(path))
            return _checked(path, container, container.streams.video[0], time.monotonic() + patience)
    except InvalidDataError:
        return Probe(path, problem=sentences.no_video(path, path.open("rb").read(16)))
    except FFmpegError as error:
        return Probe(path, problem=sentences.unreadable(path, error.strerror or str(error)))


def _checked(path: Path, container: InputContainer, stream: VideoStream, deadline: float) -> Probe:
    declared = _declared(container, stream)
    seconds = declared.seconds
    facts = Probe(path, stream.width, stream.height, declared.rate, declared.frames, seconds)
    present = _frames_inside_file(container, stream)
    if present is not None and present < declared.listed:
        share = present / declared.listed
        return replace(facts, problem=sentences.cut_off(path, share * seconds, seconds, present, declared.frames))
    problem = _damage(path, container, stream, declared, deadline, complete=present is not None)
    return replace(facts, problem=problem, warning="" if problem else _trouble_ahead(path, container, stream, declared))


def _declared(container: InputContainer, stream: VideoStream) -> Declared:
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    whole = (container.duration or 0) / _MICROSECONDS
    own = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    start = float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0
    frames = stream.frames or floor((whole or own) * rate + 0.5)
    frame = 1 / rate if rate else 1.0
    if stream.frames and rate:
        return Declared(rate, stream.frames, frames, start, stream.frames / rate, 3 * frame)
    tagged = _tagged_seconds(stream)
    sure = bool(own or tagged or len(container.streams) == 1)
    seconds = own or tagged or whole
    # The container's length may be that of its sound, which may go on for a while after the last picture.
    least = 0.25 if tagged else 1.0 if sure else max(2.0, min(10.0, 0.02 * seconds))
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


def _frames_inside_file(container: InputContainer, stream: VideoStream) -> int | None:
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


def _damage(
    path: Path, container: InputContainer, stream: VideoStream, declared: Declared, deadline: float, *, complete: bool
) -> str:
    """Return the sentence about what is missing or cannot be decoded, empty when all is well."""
    first = _pass(container, stream, Stop(frames=_START_FRAMES), deadline)
    if first.frames == 0:
        return sentences.no_frame(path)
    whole = declared.seconds
    places = [(first, 0.0)]
    if whole:
        budget = min(300, max(8, _PIXELS_PER_PLACE // (stream.width * stream.height)))
        back = 3 / declared.rate if declared.rate else 0.5
        starts = [declared.start + at for at in (max(0.0, whole - back), whole / 2, -1.0)]
        last = _from_one_of(container, stream, starts, Stop(budget=budget), deadline)
        if last.given_up:
            return sentences.no_index(path)
        there = max(0.0, last.end - declared.start)
        if not complete and there < whole - max(declared.tolerance, last.gap):
            return sentences.cut_off(path, there, whole, round(there * declared.rate), declared.frames)
        middle = _from_one_of(container, stream, starts[1:], Stop(at=starts[1], budget=budget), deadline)
        places += [(middle, whole / 2), (last, whole)]
    for passage, place in places:
        if passage.failed is not None or passage.frames == 0:
            failed = place if passage.failed is None else passage.failed - declared.start
            return sentences.damaged(path, failed, whole)
    return ""


def _from_one_of(
    container: InputContainer, stream: VideoStream, starts: list[float], stop: Stop, deadline: float
) -> Passage:
    """Return the first passage in which frames appear, starting at ever earlier times (s).

    A jump in a file without an index may land where decoding cannot begin, or where nothing is left.
    """
    passage = Passage()
    for start in starts:
        _seek(container, stream, start)
        passage = _pass(container, stream, stop, deadline)
        if passage.frames:
            break
    return passage


def _seek(container: InputContainer, stream: VideoStream, seconds: float) -> None:
    assert stream.time_base is not None
    try:
        container.seek(int(seconds / stream.time_base), stream=stream)
    except FFmpegError:
        container.seek(0)


def _pass(container: InputContainer, stream: VideoStream, stop: Stop, deadline: float) -> Passage:
    """Decode from where the container stands. Failures before the first frame are normal after a jump."""
    frames, end, gap, at = 0, -inf, 0.0, -inf
    latest = inf
    failed: float | None = None
    for packet in _packets(container, stream):
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is not None:
            begin = float(stamp * packet.time_base)
            gap, latest = max(gap, begin - latest), begin
            end = max(end, begin + float((packet.duration or 0) * packet.time_base))
        if frames < stop.budget and failed is None:
            try:
                for frame in packet.decode():
                    frames, at = frames + 1, at if frame.time is None else frame.time
            except FFmpegError:
                failed = max(at, 0.0) if frames else None
        if at >= stop.at or frames >= stop.frames:
            break
        if time.monotonic() > deadline:
            return Passage(frames, end, gap, failed, given_up=True)
    return Passage(frames, end, gap, failed)


def _packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    """Yield packets up to the end of what can be read; where reading fails, the caller sees an early end."""
    try:
        yield from container.demux(stream)
    except FFmpegError:
        return


def _trouble_ahead(path: Path, container: InputContainer, stream: VideoStream, declared: Declared) -> str:
    """Return what does not make the video unusable but will stop some programs, idtracker.ai above all."""
    if declared.frames <= 0:
        return sentences.no_length(path)
    held = len(stream.index_entries)
    if container.format.name == "avi" and held < 0.99 * declared.listed:
        return sentences.wrong_count(path, held, declared.listed)
    if stream.codec_context.name.endswith(("av1", "dav1d")) and not _opencv_reads(path):
        return sentences.not_for_opencv(path, "AV1")
    return ""


def _opencv_reads(path: Path) -> bool:
    """Whether this machine's OpenCV, which idtracker.ai reads with, decodes a frame; True where it is not installed."""
    try:
        import cv2
    except ImportError:
        return True
    return bool(cv2.VideoCapture(str(path)).grab())
