"""What is asked for, and what comes back: frames of a recording as encoded pictures."""

from __future__ import annotations

from dataclasses import dataclass

from ethonight.frame_times import Edges


@dataclass(frozen=True)
class Request:
    """Frames ``first``, ``first + step``, ... ``count`` of them, or fewer at an end of the recording.

    ``step`` may be negative: backwards. The pictures fit into ``width`` x ``height`` pixels, keep their shape and are
    never larger than the video.
    """

    first: int
    count: int = 1
    step: int = 1
    width: int = 1 << 20
    height: int = 1 << 20


@dataclass(frozen=True)
class Picture:
    """One frame as JPEG. ``data`` is empty where the frame cannot be decoded."""

    frame: int
    data: bytes


@dataclass(frozen=True, eq=False)
class Viewed:
    """A recording that can be looked at."""

    name: str
    edges: Edges
    """(T + 1,) seconds."""
    width: int
    """Pixels, upright."""
    height: int
    files: tuple[str, ...]
    """Names of the video files, in the order of recording."""
    notes: tuple[str, ...]
    """Sentences about frames that files declare and do not have."""


@dataclass(frozen=True)
class Reading:
    """The times of a recording's frames are being read; ``progress`` is from 0 to 1."""

    progress: float
