"""Merge a saved table into the rows: which cells are a person's edits, and what each edit does.

A cell is an edit when it differs from what the machine had written at the row's ``rev`` and from what an earlier save
of that same view had said. A view is outdated when the job's own course has moved on since its ``rev``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ethonight.ledger.cells import parse_int, same_cell
from ethonight.ledger.history import NO_REV, Cells, History
from ethonight.ledger.keys import Keys, normal_key
from ethonight.ledger.row import COLUMNS, SKIP, Row, State
from ethonight.ledger.table_text import Table

_MACHINE_WORDS = frozenset({State.RUNNING.value, State.DONE.value, State.FAILED.value})


@dataclass
class Merged:
    """What one saved table asks for. ``changed`` rows carry their next ``rev`` already."""

    changed: dict[str, Row] = field(default_factory=dict)
    seen: list[tuple[str, int, Cells]] = field(default_factory=list)
    kept: list[dict[str, str]] = field(default_factory=list)
    """Rows that count for nothing (doubled or unknown) and are set aside."""
    remarks: list[str] = field(default_factory=list)
    """Sentences for the person."""


def merge(rows: Mapping[str, Row], history: History, table: Table) -> Merged:
    """Return what the saved ``table`` changes in ``rows``; neither argument is modified."""
    merged = Merged(remarks=list(table.problems))
    own_columns = tuple(name for name in table.columns if name not in COLUMNS)
    keys = Keys(rows)
    met: set[str] = set()
    for cells in table.rows:
        key = keys.of(cells.get("settings", ""))
        if key not in rows or key in met:
            _set_aside(merged, key, key in met, cells, rows)
            continue
        met.add(key)
        _merge_row(merged, rows[key], _View.of(cells, rows[key], history, own_columns))
    return merged


def is_as_written(saved: Mapping[str, str], history: History, columns: tuple[str, ...]) -> bool:
    """Whether a row of a table says exactly what the machine wrote at its ``rev``."""
    rev = parse_int(saved.get("rev", ""))
    written = history.written.get(normal_key(saved.get("settings", "")), {}).get(NO_REV if rev is None else rev)
    if written is None:
        return False
    own = {name: saved[name] for name in columns if name not in COLUMNS and saved[name]}
    said = saved.get("status"), saved.get("priority"), saved.get("notes"), own
    return said == (
        written.status,
        str(written.priority),
        written.notes,
        {n: written.extras[n] for n in own if n in written.extras},
    )


def _set_aside(merged: Merged, key: str, doubled: bool, cells: dict[str, str], rows: Mapping[str, Row]) -> None:
    if doubled and cells == {**cells, **_shown(rows[key], cells)}:
        return  # A plain copy of the row says nothing new.
    what = "stands in the table twice; the first row counts" if doubled else "has no settings file"
    merged.kept.append(cells)
    merged.remarks.append(f"The row '{key}' {what}. The other row was set aside.")


def _shown(row: Row, cells: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.cells().items() if name in cells}


@dataclass(frozen=True)
class _View:
    """One row of a saved table beside what is known of that view."""

    rev: int
    cells: Cells
    """The row as saved; cells that the file lacks are as written."""
    written: tuple[Cells, ...]
    """What the machine wrote at ``rev``; for an unknown ``rev`` all it ever wrote in this row."""
    seen: Cells | None
    own_columns: tuple[str, ...]
    bad_priority: str
    """The text of a priority that is not a whole number."""

    @classmethod
    def of(cls, saved: Mapping[str, str], row: Row, history: History, own_columns: tuple[str, ...]) -> _View:
        views = history.written[row.settings]
        rev = parse_int(saved.get("rev", ""))
        known = rev is not None and rev in views
        at = rev if rev is not None and known else NO_REV
        written = (views[at],) if known else tuple(views.values())
        base = written[-1]
        number, text = parse_int(saved.get("priority", "")), saved.get("priority", "").strip()
        extras = {**base.extras, **{name: saved.get(name, "") for name in own_columns}}
        cells = Cells(
            status=saved.get("status", "").strip() or base.status,
            priority=base.priority if number is None and ("priority" not in saved or text) else number or 0,
            notes=saved.get("notes", base.notes),
            extras={name: value for name, value in extras.items() if value},
        )
        bad = text if text and number is None else ""
        return cls(at, cells, written, history.seen.get(row.settings, {}).get(at), own_columns, bad)

    @property
    def word(self) -> str:
        """The saved status in lower case."""
        return self.cells.status.lower()

    def is_edit(self, name: str) -> bool:
        value = _folded(self.cells, name)
        return not any(same_cell(_folded(other, name), value) for other in self._others)

    def edited_extras(self) -> dict[str, str]:
        now = {name: self.cells.extras.get(name, "") for name in self.own_columns}
        return {n: v for n, v in now.items() if not any(same_cell(o.extras.get(n, ""), v) for o in self._others)}

    @property
    def _others(self) -> tuple[Cells, ...]:
        return (*self.written, self.seen) if self.seen else self.written

    def taken_back(self, row: Row) -> bool:
        """Whether an earlier save of this view set the row's hold, and this save no longer does."""
        said = self.seen.status.lower() if self.seen else ""
        as_written = any(self.word == other.status.lower() for other in self.written)
        return bool(row.hold) and said == row.hold.lower() and self.word != said and as_written

    @property
    def held_again(self) -> bool:
        """Whether an earlier save of this view took back a hold that the view had, and this save has it again."""
        holds = self.word != State.PENDING and self.word not in _MACHINE_WORDS
        return holds and self.seen is not None and self.seen.status.lower() != self.word


def _folded(cells: Cells, name: str) -> str:
    return cells.status.lower() if name == "status" else str(getattr(cells, name))


def _merge_row(merged: Merged, row: Row, view: _View) -> None:
    changed = row
    if view.is_edit("priority"):
        changed = replace(changed, priority=view.cells.priority)
    if view.is_edit("notes"):
        changed = replace(changed, notes=view.cells.notes)
    if extras := view.edited_extras():
        changed = replace(changed, extras={n: v for n, v in {**row.extras, **extras}.items() if v})
    changed = _with_wish(merged, changed, view)
    if changed != row:
        merged.changed[row.settings] = replace(changed, rev=row.rev + 1)
    if view.bad_priority and (view.seen is None or view.is_edit("status")):
        merged.remarks.append(f"{row.settings}: the priority '{view.bad_priority}' is not a whole number.")
    if view.seen != view.cells and (view.seen or view.cells not in view.written or view.bad_priority):
        merged.seen.append((row.settings, view.rev, view.cells))


def _with_wish(merged: Merged, row: Row, view: _View) -> Row:
    """Return the row after what the status cell asks for."""
    word = view.word
    if view.taken_back(row) and not view.held_again:
        return replace(row, hold="")
    if not view.is_edit("status") and not view.held_again:
        return row
    current = view.rev >= row.course
    if word == SKIP:
        return _skip(row, current)
    if word == State.PENDING:
        if current:
            return _pending(row)
        held_by_this_view = view.seen is not None and view.seen.status.lower() == row.hold.lower()
        return replace(row, hold="") if held_by_this_view else row
    if word in _MACHINE_WORDS:
        return _machine_word(merged, row, word, current)
    if row.state is State.RUNNING or (row.state is State.DONE and not current):
        return row
    return replace(row, hold=view.cells.status)


def _skip(row: Row, current: bool) -> Row:
    if row.state is State.DONE and not current:
        return replace(row, message=_too_late(row.message))
    return replace(row, hold=SKIP)


def _too_late(message: str) -> str:
    note = "'skip' came after the job had finished: it stays done"
    return message if note in message else f"{message}; {note}" if message else note


def _pending(row: Row) -> Row:
    if row.state in (State.DONE, State.FAILED):
        return replace(row, hold="", state=State.PENDING)
    return replace(row, hold="")


def _machine_word(merged: Merged, row: Row, word: str, current: bool) -> Row:
    if word == row.state.value and current:
        return replace(row, hold="")
    if current:
        merged.remarks.append(
            f"{row.settings}: only Ethonight writes '{word}'. Write 'skip' to leave the job out, 'pending' to run it."
        )
    return row
