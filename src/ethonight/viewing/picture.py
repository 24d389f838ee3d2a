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

    def frames(self, total: int) -> range:
        """Return the frames that a recording of ``total`` frames has of these, in the order in which they are sent."""
        wanted = range(self.first, self.first + self.count * self.step, self.step)
        inside = [frame for frame in (wanted[0], wanted[-1]) if 0 <= frame < total]
        if not 0 <= self.first < total:
            return range(0)
        if len(inside) == 2:
            return wanted
        return range(self.first, total if self.step > 0 else -1, self.step)


@dataclass(frozen=True)
class Picture:
    """One frame, encoded. ``data`` is empty where the frame cannot be decoded."""

    frame: int
    data: bytes
    kind: str = "jpeg"


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
