"""Any order of runner and person: no edit is lost, nothing old comes back, nothing done runs again by itself."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ethonight.ledger import ledger as ledger_module
from ethonight.ledger import table_file
from ethonight.ledger.dialect import DELIMITERS, Dialect
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import COLUMNS, Row, State
from ethonight.ledger.table_text import parse_table, render_table
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

KEYS = tuple(f"settings/mouse {n}/jöb.toml" for n in range(3))
MACHINE_WORDS = ("running", "done", "failed")
EDITABLE = ("status", "priority", "notes")
jobs = st.sampled_from(KEYS)
words = st.sampled_from(["skip", "Skip", "pending", "pending", "later", *MACHINE_WORDS])
texts = st.sampled_from(["", "note A", "Größe; 5, µm", "=1+1", "'quoted'", "-x", "two\nlines", 'say "no"'])
numbers = st.sampled_from(["-1", "0", "3", "7"])
dialects = st.builds(
    Dialect,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "cp1252"]),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\r\n", "\n"]),
    st.booleans(),
)


@dataclass
class Sheet:
    """The table in a person's spreadsheet. It does not change when the file does."""

    dialect: Dialect
    columns: list[str]
    rows: list[dict[str, str]]
    taken_in: dict[str, dict[str, str]] = field(default_factory=dict)
    """Each job's cells as the runner last saw them from this sheet; at first as they were opened."""
    opened: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes) -> Sheet:
        table = parse_table(data)
        sheet = cls(table.dialect, list(table.columns), [dict(row) for row in table.rows])
        sheet.opened, sheet.taken_in = sheet.by_key(), sheet.by_key()
        return sheet

    def by_key(self) -> dict[str, dict[str, str]]:
        """The first row of each job."""
        return {row["settings"]: dict(row) for row in reversed(self.rows)}

    def first(self, key: str) -> dict[str, str] | None:
        return next((row for row in self.rows if row["settings"] == key), None)

    def data(self) -> bytes:
        return render_table(self.columns, self.rows, self.dialect)


class TableAtNight(RuleBasedStateMachine):
    """A runner and a person share real files. What is expected is said from the person's side."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(table_file, "SETTLE_SECONDS", 0.0)
        self.patch.setattr(ledger_module, "_LINES_BEFORE_COMPACTION", 5)
        self.folder = Path(tempfile.mkdtemp(prefix="table at night "))
        self.workspace = Workspace.open(self.folder)
        self.ledger = Ledger(self.workspace, "track")
        self.ledger.__enter__()
        self.published: list[bytes] = []
        self.sheet: Sheet | None = None
        self.saved: Sheet | None = None
        """What lies in the file and was not taken in yet: the sheet as it was saved."""
        self.said: dict[tuple[str, str], str] = {}
        """The status that a save last said, by job and ``rev``."""
        self.revs = dict.fromkeys(KEYS, 0)

    def teardown(self) -> None:
        self.ledger.__exit__()
        self.patch.undo()
        shutil.rmtree(self.folder)

    @initialize()
    def jobs_are_registered(self) -> None:
        self.ledger.record(*(Row(settings=key, video="mouse", task="track") for key in KEYS))
        self.runner_syncs()

    # The runner.

    @rule(key=jobs)
    def runner_starts_a_job(self, key: str) -> None:
        row = self.ledger.rows[key]
        if row.runnable:
            self.ledger.record(replace(row, state=State.RUNNING, attempts=row.attempts + 1, started="2026-03-01 22:04"))

    @rule(key=jobs, state=st.sampled_from([State.DONE, State.DONE, State.FAILED, State.PENDING]))
    def runner_ends_a_job(self, key: str, state: State) -> None:
        row = self.ledger.rows[key]
        if row.state is State.RUNNING:
            self.ledger.record(replace(row, state=state, minutes="12.5", message="=why" * (state is State.FAILED)))

    @rule(key=jobs)
    def runner_remarks(self, key: str) -> None:
        self.ledger.remark(replace(self.ledger.rows[key], message="a finding"))

    @rule()
    def runner_syncs(self) -> None:
        before = dict(self.ledger.rows)
        saved, self.saved = self.saved, None
        self.ledger.sync()
        self.check_save(before, saved)
        self.check_published()

    @rule()
    def runner_is_started_again(self) -> None:
        self.runner_syncs()
        before = list(self.ledger.rows.values())
        self.ledger.__exit__()
        self.ledger = Ledger(self.workspace, "track")
        self.ledger.__enter__()
        assert list(self.ledger.rows.values()) == before

    # The person.

    @rule()
    def person_opens_the_table(self) -> None:
        if self.saved is None:
            self.sheet = Sheet.of(self.workspace.table.read_bytes())

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, word=words)
    def person_writes_a_status(self, key: str, word: str) -> None:
        self._write(key, "status", word)

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, text=texts)
    def person_writes_a_note(self, key: str, text: str) -> None:
        self._write(key, "notes", text)

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, number=numbers)
    def person_writes_a_priority(self, key: str, number: str) -> None:
        self._write(key, "priority", number)

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, name=st.sampled_from(["mine", "Status 2", ""]), text=texts, place=st.integers(0, 13))
    def person_writes_into_an_own_column(self, key: str, name: str, text: str, place: int) -> None:
        assert self.sheet
        name = name or "\x1f1"  # How a column without a name is known.
        if name not in self.sheet.columns:
            self.sheet.columns.insert(place, name)
            for cells in self.sheet.rows:
                cells[name] = ""
        self._write(key, name, text)

    def _write(self, key: str, column: str, text: str) -> None:
        assert self.sheet
        row = self.sheet.first(key)
        if row is not None:
            row[column] = text

    @precondition(lambda self: self.sheet)
    @rule(key=jobs)
    def person_deletes_a_row(self, key: str) -> None:
        assert self.sheet
        self.sheet.rows = [row for row in self.sheet.rows if row["settings"] != key] or self.sheet.rows

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, text=texts)
    def person_doubles_a_row(self, key: str, text: str) -> None:
        assert self.sheet
        if (row := self.sheet.first(key)) is not None:
            self.sheet.rows.append({**row, "notes": text, "status": "pending"})

    @precondition(lambda self: self.sheet)
    @rule(column=st.sampled_from(["status", "settings", "rev"]), reverse=st.booleans())
    def person_sorts_rows_that_differ(self, column: str, reverse: bool) -> None:
        assert self.sheet
        if len({row["settings"] for row in self.sheet.rows}) == len(self.sheet.rows):
            self.sheet.rows.sort(key=lambda row: row[column], reverse=reverse)

    @precondition(lambda self: self.sheet)
    @rule(order=st.permutations(COLUMNS))
    def person_reorders_columns(self, order: list[str]) -> None:
        assert self.sheet
        self.sheet.columns = [*order, *(name for name in self.sheet.columns if name not in COLUMNS)]

    @precondition(lambda self: self.sheet)
    @rule(dialect=dialects)
    def person_chooses_another_dialect(self, dialect: Dialect) -> None:
        assert self.sheet
        self.sheet.dialect = dialect

    @precondition(lambda self: self.sheet)
    @rule(sync=st.booleans())
    def person_saves(self, sync: bool) -> None:
        assert self.sheet
        self._put(self.sheet.data())
        self.saved = self.sheet
        if sync:
            self.runner_syncs()

    @precondition(lambda self: self.published)
    @rule(age=st.integers(0, 30))
    def an_older_published_file_comes_back(self, age: int) -> None:
        data = self.published[-1 - age % len(self.published)]
        self._put(data)
        self.saved = Sheet.of(data)
        self.runner_syncs()

    @rule()
    def the_file_is_deleted(self) -> None:
        self.workspace.table.unlink()
        self.saved = None
        self.runner_syncs()

    def _put(self, data: bytes) -> None:
        beside = self.folder / "~saved.tmp"
        beside.write_bytes(data)
        os.replace(beside, self.workspace.table)

    # What must hold.

    @invariant()
    def revs_never_fall(self) -> None:
        for key, row in self.ledger.rows.items():
            assert row.rev >= self.revs[key]
            self.revs[key] = row.rev

    def check_published(self) -> None:
        data = self.workspace.table.read_bytes()
        table = parse_table(data)
        assert sorted(row["settings"] for row in table.rows) == sorted(KEYS)
        for cells in table.rows:
            row = self.ledger.rows[cells["settings"]]
            assert cells == {name: row.cells().get(name, "") for name in table.columns}
        assert read_rows(self.workspace) == list(self.ledger.rows.values())
        if data not in self.published[-1:]:
            self.published.append(data)

    def check_save(self, before: dict[str, Row], saved: Sheet | None) -> None:
        """Compare what a save asked for with what came of it."""
        for key, was in before.items():
            row = self.ledger.rows[key]
            cells = saved.first(key) if saved else None
            if saved is None or cells is None:
                assert row == was
                continue
            self.check_status(was, row, cells, saved)
            for name in ("priority", "notes", *(name for name in saved.columns if name not in COLUMNS)):
                self.check_cell(name, was, row, cells, saved)
            saved.taken_in[key] = dict(cells)
            self.said[key, cells["rev"]] = cells["status"]

    def check_cell(self, name: str, was: Row, row: Row, cells: dict[str, str], saved: Sheet) -> None:
        """A cell that the person changed has the new text, unless it is the old text of the old view."""
        value, key = cells[name], row.settings
        earlier, opened = saved.taken_in[key].get(name, ""), saved.opened[key].get(name, "")
        if value not in (earlier, opened):
            assert row.cells().get(name, "") == value
        elif value == earlier:
            assert row.cells().get(name, "") == was.cells().get(name, "")

    def check_status(self, was: Row, row: Row, cells: dict[str, str], saved: Sheet) -> None:
        key, word = row.settings, cells["status"].lower()
        earlier, opened = saved.taken_in[key]["status"].lower(), saved.opened[key]["status"].lower()
        said = self.said.get((key, cells["rev"]), opened).lower()
        current = int(cells["rev"]) >= was.course
        if was.state is State.DONE and row.runnable:
            assert word == "pending" and word != earlier and current
        assert row.state is was.state or (word == "pending" and row.state is State.PENDING)
        if word == earlier and said == earlier:
            assert row.status == was.status
        elif word == "skip" and word != earlier:
            assert row.hold == "skip" or (was.state is State.DONE and not current)
        elif word == "pending" and word != earlier and current:
            assert row.runnable or row.state is State.RUNNING and not row.hold
        elif word not in ("skip", "pending", *MACHINE_WORDS) and word != earlier:
            assert row.hold == word or was.state is State.RUNNING or (was.state is State.DONE and not current)
        elif word in MACHINE_WORDS:
            assert row.hold in ("", was.hold)


TestTableAtNight = TableAtNight.TestCase
TestTableAtNight.settings = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
