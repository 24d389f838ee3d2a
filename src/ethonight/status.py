"""What the workspace's jobs are doing now, read without disturbing the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ethonight.disk import files_below, size_of
from ethonight.ledger.holder import Holder, read_holder
from ethonight.ledger.row import SKIP, Row, State
from ethonight.ledger.view import read_rows
from ethonight.runner.attempt import Attempt
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class Running:
    """How far a running job is."""

    elapsed: float
    """Seconds since it was launched."""
    stage: str
    """Empty where none is known yet."""
    in_stage: float
    """Seconds since the stage began."""


@dataclass(frozen=True)
class CachedFeatures:
    """How much of the disk the cached features take."""

    files: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Status:
    """The table, and what is known beyond it."""

    rows: tuple[Row, ...]
    running: Mapping[str, Running]
    """By key, for running rows whose job is alive."""
    holder: Holder | None
    """The run that is writing the table now; None where nothing runs."""
    features_folder: Path | None = None
    """Where the cached features lie."""

    @cached_property
    def features(self) -> CachedFeatures:
        """What the cached features take; looked at when it is asked for, as there may be many files."""
        if self.features_folder is None:
            return CachedFeatures()
        sizes = [size_of(entry) for entry in files_below(self.features_folder) if entry.name.endswith(".h5")]
        return CachedFeatures(len(sizes), sum(sizes))

    @property
    def counts(self) -> dict[str, int]:
        """Rows by status, in the order of a job's life; words that nobody knows come last."""
        found = Counter(row.status for row in self.rows)
        known = (State.RUNNING, State.PENDING, State.FAILED, State.DONE, SKIP)
        return {word: found[word] for word in (*known, *sorted(set(found) - set(known))) if found[word]}

    @property
    def failed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.status == State.FAILED)


def read_status(workspace: Workspace, now: datetime | None = None) -> Status:
    """Read the state of all jobs. Raises WorkspaceError for a damaged journal."""
    rows = read_rows(workspace)
    moment = (now or datetime.now()).timestamp()
    running = {row.settings: _running(workspace, row, moment) for row in rows if row.state is State.RUNNING}
    holder = read_holder(workspace.lease)
    alive = holder is not None and not holder.left_behind
    return Status(tuple(rows), running, holder if alive else None, workspace.features)


def _running(workspace: Workspace, row: Row, now: float) -> Running:
    attempt = Attempt(workspace.root / row.attempt)
    stage, since = attempt.stage() or ("", now)
    try:
        launched = attempt.launched()
    except FileNotFoundError:
        launched = now
    return Running(max(0.0, now - launched), stage, max(0.0, now - since))


def status_as_json(status: Status, rows: Sequence[Row]) -> str:
    """Return ``rows`` as JSON: the table's columns of each row, the stage of those that run, the disk's use."""
    jobs = [_as_json(row, status.running.get(row.settings)) for row in rows]
    document = {"counts": status.counts, "features": asdict(status.features), "jobs": jobs}
    return json.dumps(document, ensure_ascii=False, indent=1)


def _as_json(row: Row, running: Running | None) -> dict[str, object]:
    cells: dict[str, object] = dict(row.cells())
    for name in ("priority", "attempts", "rev"):
        cells[name] = getattr(row, name)
    cells["minutes"] = float(row.minutes) if row.minutes else None
    if running is not None:
        cells |= {"stage": running.stage, "stage_seconds": round(running.in_stage, 1)}
    return cells
