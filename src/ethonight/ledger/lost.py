"""A journal that is lost, or has lost its end, is noticed by what the table shows."""

from __future__ import annotations

from collections.abc import Mapping

from ethonight.errors import WorkspaceError
from ethonight.ledger.cells import parse_int
from ethonight.ledger.keys import Keys
from ethonight.ledger.row import Row
from ethonight.ledger.table_text import Table, TableUnreadable, parse_table
from ethonight.workspace import Workspace


def refuse_lost_journal(workspace: Workspace) -> None:
    """Raise WorkspaceError when there is a table that the machine wrote, but no journal that tells of it."""
    journal = workspace.journal
    if (not journal.exists() or not journal.stat().st_size) and _has_history(workspace):
        raise WorkspaceError(
            "tracking_status.csv is there, but its journal .ethonight/journal.jsonl is not, or is empty. Bring the "
            "folder .ethonight back; or rename tracking_status.csv to start a new table."
        )


def _has_history(workspace: Workspace) -> bool:
    if not workspace.table.is_file():
        return False
    try:
        return any(cells.get("rev") for cells in parse_table(workspace.table.read_bytes()).rows)
    except TableUnreadable:
        return True


def refuse_short_journal(published: Table, rows: Mapping[str, Row]) -> None:
    """Raise WorkspaceError when the table, as the machine published it last, is ahead of the journal's ``rows``.

    A table that a person has saved since shows nothing of the kind: anything may stand there.
    """
    keys = Keys(rows)
    for cells in published.rows:
        row = rows.get(keys.of(cells.get("settings", "")))
        if row is None or (parse_int(cells.get("rev", "")) or 0) > row.rev:
            raise WorkspaceError(
                f"The journal .ethonight/journal.jsonl has lost its end: tracking_status.csv shows later states "
                f"({cells.get('settings', '')}). No job was run. Restore the folder .ethonight from a backup; "
                "or, to go on with the older states, move tracking_status.csv away."
            )
