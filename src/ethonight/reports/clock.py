"""Times of a recording as people read them, and where an axis of time has its marks."""

from __future__ import annotations

import math

_STEPS = (
    0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600,
    43200, 86400, 172800, 345600,
)  # fmt: skip
SHORT = 120.0
"""Recordings of at most so many seconds are read in seconds, longer ones in hours, minutes and seconds."""


def clock(seconds: float, decimals: int = 0) -> str:
    """Return ``h:mm:ss``, with ``decimals`` digits behind a point; ``-`` in front of a time before the start."""
    units = round(abs(seconds) * 10**decimals)
    whole, part = divmod(units, 10**decimals)
    sign = "-" if seconds < 0 and units else ""
    text = f"{sign}{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{text}.{part:0{decimals}d}" if decimals else text


def time_marks(start: float, end: float, most: int = 10) -> list[tuple[float, str]]:
    """Return at most about ``most`` round times in ``[start, end]`` seconds, each with its text."""
    span = max(end - start, 1e-9)
    step = next((step for step in _STEPS if span / step <= most), _STEPS[-1])
    first = math.ceil(start / step - 1e-9)
    last = math.floor(end / step + 1e-9)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    times = [place * step for place in range(first, last + 1)]
    if span <= SHORT:
        return [(time, f"{time:.{decimals}f} s") for time in times]
    return [(time, clock(time, decimals)) for time in times]
