"""Who is writing this workspace's journal."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from ethonight.process import ProcessId

STALE_SECONDS = 300.0
"""A lease from another computer counts as left behind when its heartbeat is older than this."""


@dataclass(frozen=True)
class Holder:
    """Who holds the lease."""

    process: ProcessId
    task: str
    since: str
    token: str
    heartbeat: float
    """Seconds since the epoch (UTC)."""

    @property
    def left_behind(self) -> bool:
        """Whether the holder is gone, as far as can be told."""
        if self.process.on_this_computer:
            return not self.process.alive
        return time.time() - self.heartbeat > STALE_SECONDS

    def __str__(self) -> str:
        return f"'{self.task}' on {self.process.host} (process {self.process.pid}, since {self.since})"


def read_holder(path: Path) -> Holder | None:
    """Return who holds the lease, or None where nobody does or the file says nothing readable."""
    try:
        record = json.loads(path.read_text("utf-8"))
        return Holder(**{**record, "process": ProcessId(**record["process"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None
