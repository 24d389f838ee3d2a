"""Rows as the journal stores them: only what differs from a new row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from ethonight.errors import WorkspaceError
from ethonight.ledger.row import Row, State

_DEFAULTS = {f.name: getattr(Row(settings=""), f.name) for f in fields(Row)}
_FIELDS = _DEFAULTS.keys()
_STATES = {state.value: state for state in State}


def records_in(payload: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the JSON forms of the rows in one line of the journal; ``unpack_row`` reads each."""
    records = payload.get("rows", [])
    assert isinstance(records, list)
    return records


def pack_row(row: Row) -> dict[str, object]:
    """Return the JSON form of a row."""
    return {name: _plain(value) for name, default in _DEFAULTS.items() if (value := getattr(row, name)) != default}


def unpack_row(record: Mapping[str, object]) -> Row:
    """Return the row of a JSON form. Fields that a later version added and this one does not know are an error."""
    if unknown := record.keys() - _FIELDS:
        raise WorkspaceError(
            f"The journal was written by a newer Ethonight (it has {', '.join(sorted(unknown))}). Update this one."
        )
    row = Row.__new__(Row)
    # Filled without the constructor, which takes five times as long; a table may have ten thousand rows.
    row.__dict__.update(_DEFAULTS, **record)
    row.__dict__["state"] = _STATES[str(row.state)]
    return row


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value
