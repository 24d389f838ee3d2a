"""Registering: every settings file has one row, and rows know whether their file is still there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ethonight.errors import SettingsError
from ethonight.jobs.protocol import JobKind
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row
from ethonight.settings.job_file import load_job
from ethonight.settings.scan import scan_settings
from ethonight.workspace import Workspace

KindOf = Callable[[Mapping[str, object]], JobKind]

_GONE = "The settings file is gone (deleted, renamed or moved)."


def register(ledger: Ledger, workspace: Workspace, kind_of: KindOf) -> list[str]:
    """Add a row for every new settings file, all in one step; mark rows whose file is gone. Returns the new keys."""
    found = scan_settings(workspace)
    present = set(found)
    new = [new_row(workspace, key, kind_of) for key in found if key not in ledger.rows]
    if new:
        ledger.record(*new)
    unread = [row for row in ledger.rows.values() if not row.task and row.runnable and row.settings in present]
    again = [(row, new_row(workspace, row.settings, kind_of)) for row in unread]
    if mended := [replace(row, task=now.task, video=now.video) for row, now in again if now.task]:
        ledger.remark(*mended)
    if moved := [_marked(row, there) for row, there in _presence(ledger, present) if row.gone == there]:
        ledger.remark(*moved)
    return [row.settings for row in new]


def new_row(workspace: Workspace, key: str, kind_of: KindOf) -> Row:
    """Return the first row of a settings file; one that cannot be read gets a row as well."""
    try:
        job = load_job(workspace, key)
        kind = kind_of(job.document)
    except SettingsError as error:
        return Row(settings=key, video=_folder(key), message=str(error))
    return Row(settings=key, video=kind.video(job), task=kind.name)


def _folder(key: str) -> str:
    parts = key.split("/")
    return parts[-2] if len(parts) > 2 else ""


def _presence(ledger: Ledger, found: set[str]) -> list[tuple[Row, bool]]:
    return [(row, row.settings in found) for row in ledger.rows.values()]


def _marked(row: Row, present: bool) -> Row:
    message = "" if present and row.message == _GONE else row.message if present else _GONE
    return replace(row, gone=not present, message=message)
