"""Which job is next, and which failures are tried again within the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ethonight.jobs.protocol import Failure, FailureKind
from ethonight.ledger.row import Row, State
from ethonight.runner.options import Options

Obstacle = Callable[[Row, Mapping[str, Row]], str]
"""Returns what a row waits for, or an empty text."""

OUT_OF_MEMORY_TRIES = 3
"""A job that lacks memory is tried again this often, each time with half the batch."""


def in_order(rows: Iterable[Row], options: Options) -> list[Row]:
    """Return the rows that a run with these options would start: by priority, then oldest first.

    A row of an unknown task is taken on, so that it says what is wrong.
    """
    ready = [row for row in rows if row.runnable and _wanted(row, options)]
    return sorted(ready, key=lambda row: -row.priority)


def _wanted(row: Row, options: Options) -> bool:
    return (not row.task or row.task in options.tasks) and (options.keys is None or row.settings in options.keys)


class Queue:
    """The order of one run: by priority, then oldest first; second tries come after everything else."""

    def __init__(self, options: Options, retries: int, obstacle: Obstacle = lambda row, rows: "") -> None:
        self._options = options
        self._obstacle = obstacle
        self._retries = retries
        self._tried: set[str] = set()
        self._again: list[str] = []
        self._failures: dict[str, int] = {}
        self.shrinks: dict[str, int] = {}
        """How often each job has lacked memory in this run."""

    def waiting(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows still to be run, in order."""
        ready = in_order(rows, self._options)
        first = [row for row in ready if row.state is State.PENDING or row.settings not in self._tried]
        known = {row.settings: row for row in ready if row.state is State.FAILED}
        return first + [known[key] for key in self._again if key in known]

    def next(self, rows: Mapping[str, Row]) -> Row | None:
        """Return the next row that may run now, or None when there is none."""
        return next((row for row in self.waiting(rows.values()) if not self._obstacle(row, rows)), None)

    def held_up(self, rows: Mapping[str, Row]) -> list[tuple[Row, str]]:
        """Return the rows that wait for another job, and the sentence that says for which."""
        found = ((row, self._obstacle(row, rows)) for row in self.waiting(rows.values()))
        return [(row, text) for row, text in found if text]

    def started(self, key: str) -> None:
        self._tried.add(key)
        if key in self._again:
            self._again.remove(key)

    def forget(self, key: str) -> None:
        """Take the job on again as if it had not been tried in this run."""
        self._tried.discard(key)
        self._failures.pop(key, None)

    def failed(self, key: str, failure: Failure) -> bool:
        """Note a failure; return whether the job is tried again in this run."""
        count = self._failures[key] = self._failures.get(key, 0) + 1
        if failure.kind is FailureKind.OUT_OF_MEMORY:
            self.shrinks[key] = self.shrinks.get(key, 0) + 1
        if not failure.kind.may_pass or self._retries == 0:
            return False
        limit = OUT_OF_MEMORY_TRIES if failure.kind is FailureKind.OUT_OF_MEMORY else self._retries
        if count > max(limit, self._retries):
            return False
        self._again.append(key)
        return True
