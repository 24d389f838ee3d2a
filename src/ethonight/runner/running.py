"""A job that runs: its row, its attempt, and whether its keeper is still there."""

from __future__ import annotations

import contextlib
import logging
import subprocess

from ethonight.jobs.protocol import JobKind
from ethonight.ledger.row import Row
from ethonight.runner.attempt import Attempt

_LAST_SECONDS = 5.0
log = logging.getLogger(__name__)


class RunningJob:
    """One running job. ``keeper`` is None for a job that an earlier runner started."""

    def __init__(
        self, row: Row, attempt: Attempt, slot: str, kind: JobKind, keeper: subprocess.Popen[bytes] | None
    ) -> None:
        self.row = row
        self.attempt = attempt
        self.slot = slot
        self.kind = kind
        self.since = attempt.launched()
        """Seconds since the epoch."""
        self._keeper = keeper
        self._stopped = False

    @property
    def key(self) -> str:
        return self.row.settings

    def ended(self) -> bool:
        """Whether the attempt has ended, by itself or because its keeper vanished."""
        if self.attempt.end() is not None:
            return True
        if self._keeper is not None:
            return self._keeper.poll() is not None and not self.attempt.alive()
        return not self.attempt.alive()

    def let_go(self) -> None:
        """Wait for the keeper, which ends right after it has noted the job's end and ended what the job left behind."""
        if self._keeper is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._keeper.wait(_LAST_SECONDS)

    def stop(self, reason: str) -> None:
        """Ask the keeper to stop the job. It does so within seconds."""
        if not self._stopped:
            with contextlib.suppress(OSError):  # A full disk: asked again at the next turn.
                self.attempt.ask_to_stop(reason)
                self._stopped = True
                log.warning("Stopping %s ...", self.key)

    def look(self) -> str:
        """Remember the stage in the attempt when it has changed; return it when that is worth a line in the log."""
        stage = self.kind.stage(self.attempt.log_tail())
        before = self.attempt.stage()
        if stage is None or (before is not None and before[0] == stage.name):
            return ""
        with contextlib.suppress(OSError):  # Only shown; a full disk must not end the night.
            self.attempt.note_stage(stage.name)
        return "" if stage.passing else stage.name
