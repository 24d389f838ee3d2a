"""Stretches of time, ``[start, end)`` in seconds: sets of them, as sorted lists of disjoint intervals."""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[float, float]
"""Start and end in seconds, half-open. With ``end <= start`` it holds no time."""


def union(intervals: Iterable[Interval], least_gap: float = 0.0) -> list[Interval]:
    """Return the time that any of the intervals covers: sorted, disjoint, without empty ones.

    Intervals that touch become one; so do those with less than ``least_gap`` seconds between them.
    """
    joined: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if joined and close(joined[-1][1], start, least_gap):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def close(end: float, start: float, least_gap: float) -> bool:
    """Whether what ends at ``end`` and what starts at ``start`` touch or lie less than ``least_gap`` apart."""
    return start <= end or start - end < least_gap


def intersection(first: Iterable[Interval], second: Iterable[Interval]) -> list[Interval]:
    """Return the time that both cover: sorted, disjoint."""
    left, right = union(first), union(second)
    shared: list[Interval] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            shared.append((start, end))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return shared


def covers(intervals: Iterable[Interval], second: float) -> bool:
    """Whether this moment lies in one of the intervals."""
    return any(start <= second < end for start, end in intervals)


def overlap(first: Interval, second: Interval) -> float:
    """Return for how many seconds both last."""
    return max(0.0, min(first[1], second[1]) - max(first[0], second[0]))


def total(intervals: Iterable[Interval]) -> float:
    """Return the seconds that the intervals cover; what several cover counts once."""
    return sum(end - start for start, end in union(intervals))
