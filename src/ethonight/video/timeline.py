"""A recording of one or several files as one continuous timeline: which frame is shown when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ethonight.frame_times import Edges, Frames, first_frames, frame_edges, frames_shown
from ethonight.video import sentences
from ethonight.video.timestamp_table import Floats, Progress, Timestamps
from ethonight.video.timestamps import read_timestamps


@dataclass(frozen=True, eq=False)
class Part:
    """One file of a recording."""

    path: Path
    stamps: Timestamps
    first: int
    """The frame of the recording with which this file begins."""
    begin: float
    """When the file's first frame appears, in seconds of the recording."""

    @property
    def times(self) -> Floats:
        """When each of the file's frames appears, in seconds of the recording."""
        return self.begin + (self.stamps.seconds - self.stamps.seconds[0]) if self.first else self.stamps.seconds

    @property
    def end(self) -> float:
        """When the file's last frame ends, in seconds of the recording."""
        length = (self.stamps.end_tick - int(self.stamps.ticks[0])) * self.stamps.time_base
        return self.begin + float(length) if self.first else self.stamps.end

    @property
    def stop(self) -> int:
        """One above the file's last frame."""
        return self.first + len(self.stamps)


class Timeline:
    """Frames are numbered from 0 through all files, as in idtracker.ai; frame ``i`` is shown in ``[t_i, t_i+1)``.

    The first file keeps its own timestamps, so ``times[0]`` may be above zero; each further file begins when the
    last frame of the one before it ends. Times are float64 seconds, strictly increasing, and written with ``repr``
    they come back as the same number, so that a frame's time always leads back to that frame.
    """

    def __init__(self, files: Sequence[tuple[Path, Timestamps]]) -> None:
        """Raises ValueError without any file."""
        if not files:
            raise ValueError("a recording has at least one file")
        parts: list[Part] = []
        for path, stamps in files:
            last = parts[-1] if parts else None
            begin = last.end if last else float(stamps.seconds[0])
            parts.append(Part(path, stamps, last.stop if last else 0, begin))
        self.parts = tuple(parts)
        self.times: Floats = np.concatenate([part.times for part in parts])
        """(n,) when each frame appears."""
        self.end = parts[-1].end
        """When the last frame ends."""
        self.edges: Edges = frame_edges(self.times, self.end)
        """(n + 1,) ``times``, then ``end``."""

    @classmethod
    def read(cls, paths: Sequence[Path], cache: Path | None = None, progress: Progress | None = None) -> Timeline:
        """Read the timestamps of a recording's files; ``cache`` as in ``read_timestamps``. Raises VideoError.

        ``progress`` is told how much of all files together has been read, from 0 to 1.
        """

        def part(at: int) -> Progress:
            return lambda share: progress((at + share) / len(paths)) if progress else None

        return cls([(path, read_timestamps(path, cache, part(at))) for at, path in enumerate(paths)])

    def __len__(self) -> int:
        """How many frames there are."""
        return len(self.times)

    @property
    def start(self) -> float:
        """When the first frame appears."""
        return float(self.times[0])

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about frames that files declare and do not have."""
        short = (part for part in self.parts if len(part.stamps) < part.stamps.declared)
        return tuple(
            sentences.ends_early(part.path, len(part.stamps), part.stamps.declared, float(part.stamps.seconds[-1]))
            for part in short
        )

    def frame_at(self, seconds: float, slack: float = 0.0) -> int:
        """Return the frame that is shown at ``seconds``. Raises ValueError outside ``[min(0, start), end)``.

        Before the first frame appears, players show it already. ``slack`` (s, well below a frame's duration) is for
        times that were rounded when they were written: a time so little before a frame's own means that frame;
        rounded to milliseconds, that is ``slack=0.0005``.
        """
        if not min(0.0, self.start) - slack <= seconds < self.end:
            raise ValueError(
                f"{seconds!r} s is outside of the video, which lasts from {self.start!r} to {self.end!r} s"
            )
        return int(self.frames_at(seconds, slack))

    def frames_at(self, seconds: ArrayLike, slack: float = 0.0) -> Frames:
        """Return the frame shown at each time, as ``frame_at`` does; the first and last one for times outside."""
        return frames_shown(self.edges, seconds, slack)

    def span(self, start: float, end: float, slack: float = 0.0) -> range:
        """Return the frames that appear in ``[start, end)`` seconds; ``slack`` as in ``frame_at``, for both ends."""
        first, stop = first_frames(self.edges, [start, end], slack).tolist()
        return range(first, max(first, stop))

    def part_of(self, frame: int) -> Part:
        """Return the file that holds ``frame``. Raises IndexError."""
        if not 0 <= frame < len(self):
            raise IndexError(f"frame {frame} is not among the {len(self)} frames")
        return next(part for part in self.parts if frame < part.stop)
