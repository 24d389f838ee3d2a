"""How the table is laid out: the person's columns, order of rows and dialect are kept; the cells are the rows'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ethonight.ledger.dialect import DEFAULT
from ethonight.ledger.keys import Keys
from ethonight.ledger.row import COLUMNS, Row
from ethonight.ledger.table_text import Table, complete_columns, render_table

_EMPTY = Table(DEFAULT, COLUMNS, (), ())


class Sheet:
    """The table as it should look, and as it lies on the disk."""

    def __init__(self) -> None:
        self._layout = _EMPTY
        self._placed: Table | None = None
        self._cells: dict[str, dict[str, str]] = {}
        self._cells_columns: tuple[str, ...] = ()

    def take_layout(self, table: Table, rows: Mapping[str, Row], in_place: bool) -> None:
        """Lay the table out as a person saved it. ``rows`` as before the save; ``in_place``: it lies there now.

        A person's column that is missing in an outdated file is kept; in a fresh one the person has removed it.
        """
        if in_place:
            self._placed = table
        lost: Iterable[str] = ()
        if not _is_fresh(table, rows):
            known = dict.fromkeys(name for row in rows.values() for name in row.extras)
            known.update(dict.fromkeys(self._layout.columns))
            lost = [name for name in known if name not in table.columns and name not in COLUMNS]
        self._layout = replace(table, columns=(*table.columns, *lost))

    @property
    def placed(self) -> bool:
        """Whether the table was seen on the disk: if it is missing there later, a person has deleted it."""
        return self._placed is not None

    def forget(self) -> None:
        """The file was deleted: start a new one."""
        self._layout, self._placed = _EMPTY, None

    def row_changed(self, key: str) -> None:
        self._cells.pop(key, None)

    def to_write(self, rows: Mapping[str, Row]) -> tuple[bytes, Table] | None:
        """Return the table as bytes and as cells, or None where the file on the disk says the same."""
        columns = complete_columns(self._layout.columns)
        if columns != self._cells_columns:
            self._cells.clear()
            self._cells_columns = columns
        wanted = [self._row_cells(rows[key]) for key in self._order(rows)]
        if self._placed is not None and columns == self._placed.columns and wanted == list(self._placed.rows):
            return None
        table = Table(self._layout.dialect, columns, tuple(wanted), ())
        return render_table(columns, wanted, table.dialect), table

    def written(self, table: Table) -> None:
        """``table``, as ``to_write`` returned it, lies on the disk now."""
        self._layout = self._placed = table

    def _order(self, rows: Mapping[str, Row]) -> Iterable[str]:
        """Return the keys in the person's order, new ones at the end."""
        keys = Keys(rows)
        saved = (keys.of(cells.get("settings", "")) for cells in self._layout.rows)
        return {**dict.fromkeys(key for key in saved if key in rows), **dict.fromkeys(rows)}

    def _row_cells(self, row: Row) -> dict[str, str]:
        known = self._cells.get(row.settings)
        if known is None:
            cells = row.cells()
            known = self._cells[row.settings] = {name: cells.get(name, "") for name in self._cells_columns}
        return known


def _is_fresh(table: Table, rows: Mapping[str, Row]) -> bool:
    """Whether every row of the saved table is the newest view of it."""
    keys = Keys(rows)
    keyed = ((keys.of(cells.get("settings", "")), cells) for cells in table.rows)
    return all(cells.get("rev") == str(rows[key].rev) for key, cells in keyed if key in rows)
