"""The page's hands on the job table: orders become settings files with a row, skip and retry become a person's edit."""

from __future__ import annotations

from ethonight.behaviour import write_predictions, write_training
from ethonight.jobs.protocol import Site
from ethonight.jobs.registry import kind_of
from ethonight.labeler.job_orders import PredictionOrder, TrainingOrder
from ethonight.labeler.names import chosen, inside
from ethonight.labeler.refusal import Conflict
from ethonight.ledger.edit import set_status
from ethonight.ledger.lease import LeaseHeld
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import SKIP, Row, State
from ethonight.ledger.view import read_rows
from ethonight.runner.attempt import Attempt
from ethonight.runner.register import register
from ethonight.workspace import Workspace

_TASK = "label"
_LOG_BYTES = 32_768


def queue_training(site: Site, order: TrainingOrder) -> tuple[list[str], str]:
    """Write the training file and give it a row. Returns its key, and a sentence about what comes next."""
    keys = [write_training(site, order.asked)]
    return keys, _queued(site, keys)


def queue_predictions(site: Site, order: PredictionOrder) -> tuple[list[str], str]:
    """Write a settings file for each video and give it a row. Returns as ``queue_training``."""
    keys = write_predictions(site, order.model, order.videos, None, None)
    return keys, _queued(site, keys)


def skip(workspace: Workspace, key: str) -> None:
    """Leave a job out until it is set to pending again; one that runs is stopped. Raises NotThere or Conflict."""
    _set(workspace, key, SKIP)


def retry(workspace: Workspace, key: str) -> None:
    """Let a job run (again). Raises NotThere or Conflict."""
    _set(workspace, key, State.PENDING.value)


def log_tail(workspace: Workspace, key: str) -> str:
    """Return the end of what the job printed when it ran last; empty where it has not run. Raises NotThere."""
    row = _row(workspace, key)
    if not row.attempt:
        return ""
    attempt = Attempt(inside(workspace, workspace.root / row.attempt))
    inside(workspace, attempt.paths.log)
    return attempt.log_tail(_LOG_BYTES)


def _set(workspace: Workspace, key: str, word: str) -> None:
    row = _row(workspace, key)
    if not workspace.table.exists():
        _take_in(workspace)
    try:
        set_status(workspace, row.settings, word)
    except OSError as error:
        name = workspace.table.name
        raise Conflict(f"{name} cannot be written ({error.strerror}); is it open in Excel? Close it there.") from error
    _take_in(workspace)


def _row(workspace: Workspace, key: str) -> Row:
    rows = {row.settings: row for row in read_rows(workspace)}
    return rows[chosen(key, rows, "job")]


def _take_in(workspace: Workspace) -> None:
    """Write what the table asks for into the journal. A run that holds the lease does that itself, within a second."""
    try:
        with Ledger(workspace, _TASK):
            pass
    except LeaseHeld:
        return


def _queued(site: Site, keys: list[str]) -> str:
    """Give new settings files their rows, and let those run again that have run before."""
    workspace = site.workspace
    try:
        with Ledger(workspace, _TASK) as ledger:
            register(ledger, workspace, kind_of)
            rested = [key for key in keys if ledger.rows[key].status not in (State.PENDING, State.RUNNING)]
        for key in rested:
            retry(workspace, key)
    except LeaseHeld:
        return "A run is going on. It takes this up if it was started with --watch; otherwise the next run does."
    return "In the table. The next run does it: pixi run overnight, or 'Run now'."
