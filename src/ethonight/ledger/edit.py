"""A person's edit of the table from within a program: a cell is changed in the file, as a spreadsheet would do it."""

from __future__ import annotations

import os
import uuid

from ethonight.errors import UsageError
from ethonight.exchange import place
from ethonight.files import write_durable
from ethonight.ledger.keys import Keys
from ethonight.ledger.table_file import TableFile
from ethonight.ledger.table_text import parse_table, render_table
from ethonight.workspace import Workspace


def set_status(workspace: Workspace, key: str, word: str) -> None:
    """Write ``word`` into the status cell of a job in the published table; whoever runs the night takes it in.

    What another program saves in the same moment is not lost: it is put back with the edit in it.
    Raises UsageError for a job that is not in the table, TableUnreadable, or OSError while another program holds it.
    """
    file = TableFile(workspace)
    file.wait_until_resting()
    stem = f"table.edit-{uuid.uuid4().hex[:8]}"
    new, old = workspace.state / f"{stem}.new", workspace.state / f"{stem}.old"
    base = there = _content(workspace, key)
    try:
        while True:
            written = edited(base, key, word)
            write_durable(new, written)
            if not place(new, workspace.table, old):  # It was moved away or came back meanwhile.
                base = there = _content(workspace, key)
                continue
            replaced = old.read_bytes() if old.exists() else there
            if replaced == there or file.is_published(replaced):
                return
            base, there = replaced, written
    except BaseException:
        if old.exists():
            os.replace(old, workspace.table)
        raise
    finally:
        new.unlink(missing_ok=True)
        old.unlink(missing_ok=True)


def edited(data: bytes, key: str, word: str) -> bytes:
    """Return the table with another status for a job; all else, its dialect included, stays. Raises as above."""
    table = parse_table(data)
    keys = Keys({key: None})
    meant = [keys.of(cells.get("settings", "")) == key for cells in table.rows]
    if not any(meant):
        raise UsageError(f"{key} is not in the table yet. The next run takes it up.")
    rows = [{**cells, "status": word} if is_it else cells for cells, is_it in zip(table.rows, meant, strict=True)]
    return render_table(table.columns, rows, table.dialect)


def _content(workspace: Workspace, key: str) -> bytes:
    try:
        return workspace.table.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"There is no table yet in which {key} could be changed. The next run writes it.") from error
