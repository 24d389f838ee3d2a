"""One job as the table knows it: its state, and which moves between states are legal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

COLUMNS = (
    "video",
    "settings",
    "task",
    "status",
    "priority",
    "attempts",
    "started",
    "finished",
    "minutes",
    "output",
    "message",
    "notes",
    "rev",
)
"""The table's own columns, in their order. A person may add more."""

SKIP = "skip"


class State(StrEnum):
    """What the machine knows of a job. A person's ``skip`` lies over it and does not replace it."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


LEGAL_MOVES: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.PENDING, State.RUNNING, State.FAILED}),
    State.RUNNING: frozenset({State.PENDING, State.DONE, State.FAILED}),
    State.DONE: frozenset({State.DONE, State.PENDING}),
    State.FAILED: frozenset({State.FAILED, State.PENDING, State.RUNNING}),
}


@dataclass(frozen=True)
class Row:
    """One row. ``settings`` is the key; the fields after ``rev`` are the machine's own and not in the table."""

    settings: str
    video: str = ""
    task: str = ""
    state: State = State.PENDING
    hold: str = ""
    """Empty, ``skip``, or an unknown word that a person typed: either keeps the job from running."""
    priority: int = 0
    attempts: int = 0
    started: str = ""
    """Local time, ``YYYY-MM-DD HH:MM``."""
    finished: str = ""
    """Local time, ``YYYY-MM-DD HH:MM``."""
    minutes: str = ""
    """Duration of the last attempt in minutes, with one decimal."""
    output: str = ""
    """The final folder, relative to the workspace, with ``/``."""
    message: str = ""
    notes: str = ""
    rev: int = 0
    extras: Mapping[str, str] = field(default_factory=dict)
    """The cells of columns that a person added, by column name."""
    frames: int = 0
    """Frames of the recording, 0 where not known."""
    attempt: str = ""
    """The folder of the last attempt, relative to the workspace, with ``/``."""
    seconds: float = 0.0
    """Duration of the last attempt in seconds, as exact as it was measured."""
    course: int = 0
    """The ``rev`` of the last change that the job's own course made; a view at or above it is not outdated."""
    gone: bool = False
    """Whether the settings file is no longer there."""

    @property
    def status(self) -> str:
        """The word in the table's ``status`` column."""
        return self.hold or self.state.value

    @property
    def runnable(self) -> bool:
        """Whether the next run would start this job."""
        return not self.hold and not self.gone and self.state in (State.PENDING, State.FAILED)

    def cells(self) -> dict[str, str]:
        """Return the row's table cells, its person's own columns included."""
        own = {name: str(getattr(self, name)) for name in COLUMNS if name not in ("status",)}
        return {**own, "status": self.status, **self.extras}
