"""Numbers as people say them."""

from __future__ import annotations


def duration(seconds: float) -> str:
    """Return a length of time: ``45 s``, ``12 min``, ``3 h 05 min``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def count(number: int, noun: str) -> str:
    """Return ``1 job``, ``2 jobs``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def stage_text(stage: str, seconds: float) -> str:
    """Return a job's stage, with how long it has lasted once that says something."""
    return f"{stage}, for {duration(seconds)}" if seconds >= 10 else stage
