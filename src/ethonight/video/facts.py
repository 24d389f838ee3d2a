"""What is known of one video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Probe:
    """What a look at a video's start, middle and end has shown.

    ``frames`` is the number that OpenCV reports, because idtracker.ai counts with it: the number that the file itself
    states (AVI, MP4, MOV), otherwise its length times its rate, rounded (MKV, MPEG), which may be off by one or more
    when the rate varies. ``width`` and ``height`` are those of the picture as it is shown, as in OpenCV.
    """

    path: Path
    width: int = 0
    """Pixels."""
    height: int = 0
    """Pixels."""
    fps: float = 0.0
    """Average frames per second, 0 where unknown."""
    frames: int = 0
    """0 where unknown."""
    seconds: float = 0.0
    """Length as declared by the file, 0 where unknown."""
    problem: str = ""
    """Empty when the video can be used; otherwise what is wrong and what to do."""
    warning: str = ""
    """Empty, or what will trouble some programs although the frames are sound."""
