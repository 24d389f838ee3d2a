"""Taking up what an earlier runner left: jobs that still run, jobs that ended meanwhile, jobs that vanished."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from ethonight.errors import SettingsError
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.runner.attempt import Attempt
from ethonight.runner.register import KindOf
from ethonight.runner.running import RunningJob
from ethonight.runner.source import read_source
from ethonight.workspace import Workspace

log = logging.getLogger(__name__)


def take_up(ledger: Ledger, workspace: Workspace, kind_of: KindOf, slots: Sequence[str]) -> list[RunningJob]:
    """Return the jobs that an earlier runner started and that have not been judged.

    A job that was never started, or whose computer was switched off, goes back to ``pending``.
    """
    taken: list[RunningJob] = []
    vanished: list[Row] = []
    for row in ledger.rows.values():
        if row.state is not State.RUNNING:
            continue
        attempt = Attempt(workspace.root / row.attempt)
        if not attempt.folder.is_dir() or attempt.abandon() or not _known(attempt):
            vanished.append(replace(row, state=State.PENDING, message="The earlier run ended before this job did."))
            continue
        try:
            kind = kind_of(read_source(attempt, workspace, row.settings).document)
            taken.append(RunningJob(row, attempt, _slot(attempt, slots), kind, None))
        except (SettingsError, OSError, ValueError, TypeError):
            attempt.kill_leftovers()
            vanished.append(replace(row, state=State.PENDING, message="The folder of the earlier attempt was damaged."))
            continue
        log.info("%s was started by an earlier run; it is taken up.", row.settings)
    if vanished:
        ledger.record(*vanished)
    return taken


def _known(attempt: Attempt) -> bool:
    """Whether the attempt runs or has ended. Otherwise its leftovers are killed: it vanished with its computer."""
    if attempt.end() is not None or attempt.alive():
        return True
    time.sleep(0.2)  # The keeper writes the end just before it goes.
    if attempt.end() is not None:
        return True
    if attempt.folder.is_dir():
        attempt.kill_leftovers()
    return False


def _slot(attempt: Attempt, slots: Sequence[str]) -> str:
    slot = attempt.launch().slot
    return slot if slot in slots else slots[0]
