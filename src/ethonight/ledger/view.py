"""The job table for readers: no lease, nothing written; edits that no runner has taken in yet are shown as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ethonight.ledger.history import History
from ethonight.ledger.journal import HISTORY, read_journal
from ethonight.ledger.keys import Keys
from ethonight.ledger.lost import refuse_lost_journal
from ethonight.ledger.merge import merge
from ethonight.ledger.record import records_in, unpack_row
from ethonight.ledger.row import COLUMNS, SKIP, Row
from ethonight.ledger.table_file import mark_of
from ethonight.ledger.table_text import Table, TableUnreadable, parse_table
from ethonight.workspace import Workspace


def read_rows(workspace: Workspace) -> list[Row]:
    """Return all rows, in the order in which they were registered.

    Raises WorkspaceError for a journal that is lost or cannot be trusted. A table that cannot be read is left out.
    """
    refuse_lost_journal(workspace)
    rows = {key: unpack_row(record) for key, record in _latest(workspace).items()}
    table = _saved_table(workspace)
    if table is None or _shows(rows, table):
        return list(rows.values())
    merged = merge(rows, read_history(workspace), table)
    return list({**rows, **merged.changed}.values())


def _saved_table(workspace: Workspace) -> Table | None:
    """Return the table if a person may have saved it since it was published, and it can be read."""
    try:
        data = workspace.table.read_bytes()
        mark = workspace.published_mark.read_text("ascii") if workspace.published_mark.exists() else ""
        return None if mark == mark_of(data) else parse_table(data)
    except (OSError, UnicodeDecodeError, TableUnreadable):
        return None


def _latest(workspace: Workspace) -> dict[str, dict[str, object]]:
    """Return each row's newest record."""
    latest: dict[str, dict[str, object]] = {}
    for _, payload in read_journal(workspace.journal, skip=HISTORY):
        for record in records_in(payload):
            latest[str(record["settings"])] = record
    return latest


def _shows(rows: Mapping[str, Row], table: Table) -> bool:
    """Whether the table says nothing that the rows do not say."""
    own = [name for name in table.columns if name not in COLUMNS]
    keys = Keys(rows)
    return all(_row_shows(rows.get(keys.of(cells.get("settings", ""))), cells, own) for cells in table.rows)


def _row_shows(row: Row | None, cells: Mapping[str, str], own_columns: Iterable[str]) -> bool:
    if row is None:
        return True
    known = (row.status, str(row.priority), row.notes)
    if known != (cells.get("status"), cells.get("priority"), cells.get("notes")):
        return False
    return all(row.extras.get(name, "") == cells.get(name, "") for name in own_columns)


def read_history(workspace: Workspace) -> History:
    """Return what each row's cells have said at each ``rev``."""
    history = History()
    for kind, payload in read_journal(workspace.journal):
        if kind == HISTORY:
            history.unpack(payload)
            continue
        for record in records_in(payload):
            history.note_written(unpack_row(record))
        history.unpack({"seen": payload.get("seen", [])})
    return history


def held_words(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Return key and word of each row whose status is a word that Ethonight does not know."""
    return [(row.settings, row.hold) for row in rows if row.hold not in ("", SKIP)]
