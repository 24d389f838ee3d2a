"""How long a job will take and when the night will be over, learned from earlier jobs."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from ethonight.ledger.row import Row, State
from ethonight.words import count, duration

_LAST_JOBS = 20
"""How many of the latest jobs of a task count: older ones ran on another machine, or with other settings."""


class Durations:
    """What the done jobs teach. A job with frames costs time per frame; one without (a command) costs time per job."""

    def __init__(self, rows: Iterable[Row]) -> None:
        done = [row for row in rows if row.state is State.DONE and row.seconds > 0]
        with_frames = [row for row in done if row.frames > 0]
        without = [row for row in done if row.frames == 0]
        self._per_frame = _medians(with_frames, [row.seconds / row.frames for row in with_frames])
        self._per_job = _medians(without, [row.seconds for row in without])

    def expected_seconds(self, row: Row) -> float | None:
        """Return how long the job will probably run (s); None when no earlier job tells."""
        if row.frames > 0:
            seconds, _ = self._per_frame.get(row.task, (None, 0))
            return None if seconds is None else seconds * row.frames
        return self._per_job.get(row.task, (None, 0))[0]

    def learned_from(self) -> int:
        """Return how many earlier jobs the expectations rest on."""
        return sum(jobs for _, jobs in (*self._per_frame.values(), *self._per_job.values()))


def _medians(rows: Sequence[Row], values: Sequence[float]) -> Mapping[str, tuple[float, int]]:
    """Return for each task the median of its latest values, and how many they are."""
    if not rows:
        return {}
    import polars as pl  # here: whoever shows no durations starts without it

    latest = (
        pl.DataFrame({"task": [r.task for r in rows], "finished": [r.finished for r in rows], "value": values})
        .sort("finished", maintain_order=True)
        .group_by("task")
        .tail(_LAST_JOBS)
    )
    medians = latest.group_by("task").agg(pl.col("value").median(), pl.len().alias("jobs"))
    return {task: (value, jobs) for task, value, jobs in medians.iter_rows()}


def night_end(rows: Iterable[Row], durations: Durations, slots: int, now: datetime) -> datetime | None:
    """Return when the last of ``rows`` will be done, ``slots`` (1 or more) at a time, in the given order.

    Running jobs come first, with what is left of them. None: at least one job has no estimate. ``now`` is local time.
    """
    free = [0.0] * slots
    for row in rows:
        seconds = durations.expected_seconds(row)
        if seconds is None:
            return None
        heapq.heapreplace(free, free[0] + max(0.0, seconds - _elapsed(row, now)))
    return now + timedelta(seconds=max(free))


def _elapsed(row: Row, now: datetime) -> float:
    """Return how long a running job has been running (s), 0 for any other."""
    if row.state is not State.RUNNING or not row.started:
        return 0.0
    return max(0.0, (now - datetime.strptime(row.started, "%Y-%m-%d %H:%M")).total_seconds())


def describe_end(end: datetime | None, durations: Durations, now: datetime, unknown: int = 0) -> str:
    """Return the end in words: ``about 04:10 (6 h 20 min), from 12 earlier jobs``.

    ``unknown``: how many jobs have no estimate, for the text when ``end`` is None.
    """
    learned = durations.learned_from()
    if end is None and not learned:
        return "unknown: no earlier jobs to learn from"
    if end is None:
        return f"unknown: no earlier job tells how long {count(unknown, 'job') if unknown else 'some jobs'} will take"
    left = (end - now).total_seconds()
    clock = f"{end:%H:%M}" if left < 20 * 3600 else f"{end:%a %d %b, %H:%M}"
    return f"about {clock} ({duration(left)}), from {count(learned, 'earlier job')}"
