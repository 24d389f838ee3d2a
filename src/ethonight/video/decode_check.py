"""Opens one video with PyAV and decodes frames at its start, middle and end. Only the probe's child imports this."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from ethonight.video import sentences
from ethonight.video.declared import Declared, declared_by, frames_inside_file
from ethonight.video.facts import Probe
from ethonight.video.passage import Passage, Reader, Stop

_PIXELS_PER_PLACE = 250_000_000
"""How much is decoded at one place at most: a quarter of a second on a desktop."""
_START_FRAMES = 5
_LAST_SECONDS = 1.0
_HEAD_BYTES = 1 << 20


def check(path: Path, patience: float) -> Probe:
    """Return the video's facts, and what is wrong with it.

    ``patience`` (s) bounds the search for the end of a file that has lost its index.
    """
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            if not container.streams.video:
                return Probe(path, problem=sentences.no_pictures(path))
            return _checked(path, container, container.streams.video[0], time.monotonic() + patience)
    except FFmpegError:
        return Probe(path, problem=_why_not_opened(path))


def _why_not_opened(path: Path) -> str:
    """Tell a bad file from a bad disk: for both, the decoder may speak of an input/output error."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError as error:
        return sentences.unreadable(path, error.strerror or str(error))
    return sentences.no_video(path, head)


def _checked(path: Path, container: InputContainer, stream: VideoStream, deadline: float) -> Probe:
    declared = declared_by(container, stream)
    facts = Probe(path, stream.width, stream.height, declared.rate, declared.frames, declared.seconds)
    reader = Reader(container, stream, deadline)
    first = reader.read(Stop(frames=_START_FRAMES))
    if first.on_its_side:
        facts = replace(facts, width=stream.height, height=stream.width)
    if first.frames == 0:
        return replace(facts, problem=sentences.no_frame(path))
    present = frames_inside_file(container, stream)
    if present is not None and present < declared.listed:
        there = present / declared.listed * declared.seconds
        return replace(facts, problem=sentences.cut_off(path, there, declared.seconds, present, declared.listed))
    if declared.seconds == 0:
        return replace(facts, warning=sentences.no_length(path))
    problem = _damage(facts, reader, first, declared, complete=present is not None)
    return replace(facts, problem=problem, warning="" if problem else _trouble_ahead(path, container, stream, declared))


def _damage(facts: Probe, reader: Reader, first: Passage, declared: Declared, *, complete: bool) -> str:
    """Return the sentence about what is missing or cannot be decoded, empty when all is well.

    ``complete``: the file's index has shown that all frames are there.
    """
    path, whole = facts.path, declared.seconds
    budget = min(300, max(8, _PIXELS_PER_PLACE // max(1, facts.width * facts.height)))
    starts = [declared.start + at for at in (max(0.0, whole - _LAST_SECONDS), whole / 2, -1.0)]
    last = reader.read_from_one_of(starts, Stop(budget=budget))
    if last.given_up:
        return sentences.no_index(path)
    there = max(0.0, last.end - declared.start)
    if not complete and there < whole - max(declared.tolerance, last.gap):
        return sentences.cut_off(path, there, whole, round(there * declared.rate), declared.frames)
    middle = reader.read_from_one_of(starts[1:], Stop(at=starts[1], budget=budget))
    for passage, place in ((first, 0.0), (middle, whole / 2), (last, whole)):
        if passage.failed is not None:
            return sentences.damaged(path, passage.failed - declared.start, whole)
        if passage.frames == 0 and not passage.given_up:
            return sentences.damaged(path, place, whole)
    return ""


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
