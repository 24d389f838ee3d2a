"""Rows as the journal stores them: only what differs from a new row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from ethonight.ledger.row import Row, State

_DEFAULTS = {f.name: getattr(Row(settings=""), f.name) for f in fields(Row)}


def pack_row(row: Row) -> dict[str, object]:
    """Return the JSON form of a row."""
    return {name: _plain(value) for name, default in _DEFAULTS.items() if (value := getattr(row, name)) != default}


def unpack_row(record: Mapping[str, object]) -> Row:
    """Return the row of a JSON form. Fields that a later version added and this one does not know are an error."""
    values = dict(record)
    if "state" in values:
        values["state"] = State(str(values["state"]))
    return Row(**values)  # type: ignore[arg-type]


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value
