"""Any order of runner and person: no edit is lost, nothing old comes back, nothing done runs again by itself."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ethonight.ledger import ledger as ledger_module
from ethonight.ledger import table_file
from ethonight.ledger.dialect import DEFAULT, DELIMITERS, Dialect
from ethonight.ledger.history import Cells, History
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.merge import merge
from ethonight.ledger.row import COLUMNS, Row, State
from ethonight.ledger.table_text import Table, parse_table, render_table
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

KEYS = tuple(f"settings/mouse {n}/jöb.toml" for n in range(2))
MACHINE_WORDS = ("running", "done", "failed")
LONGEST_COURSE = 7
jobs = st.sampled_from([KEYS[0], KEYS[0], KEYS[1]])
wishes = st.sampled_from(["skip", "pending", "pending"])
words = st.sampled_from(["Skip", "later", *MACHINE_WORDS])
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

    def as_it_is(self) -> Sheet:
        """What lies in the file while the person goes on writing; what the runner takes in is noted in both."""
        return replace(self, columns=list(self.columns), rows=[dict(row) for row in self.rows])

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

    @rule(key=jobs, end=st.sampled_from([State.DONE, State.DONE, State.FAILED, State.PENDING]), sync=st.booleans())
    def runner_starts_or_ends_a_job(self, key: str, end: State, sync: bool) -> None:
        row = self.ledger.rows[key]
        if row.state is State.RUNNING:
            self.ledger.record(replace(row, state=end, minutes="12.5", message="=why" * (end is State.FAILED)))
        elif row.runnable and end is State.PENDING:
            self.ledger.remark(replace(row, message="a finding"))
        elif row.runnable:
            self.ledger.record(replace(row, state=State.RUNNING, attempts=row.attempts + 1, started="2026-03-01 22:04"))
        if sync:
            self.runner_syncs()

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
        self.runner_syncs()
        self.sheet = Sheet.of(self.workspace.table.read_bytes())

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, word=wishes)
    def person_says_skip_or_pending_and_saves(self, key: str, word: str) -> None:
        self._write(key, "status", word)
        self.person_saves(sync=True)

    @precondition(lambda self: self.sheet)
    @rule(key=jobs, text=texts, number=numbers, word=words, what=st.integers(0, 3), save=st.booleans())
    def person_writes(self, key: str, text: str, number: str, word: str, what: int, save: bool) -> None:
        assert self.sheet
        column = ("notes", "priority", "status", "mine")[what]
        if column not in self.sheet.columns:
            self._adds_column("mine", place=len(text))
        self._write(key, column, (text, number, word, text)[what])
        if save:
            self.person_saves(sync=False)

    def _adds_column(self, name: str, place: int) -> None:
        assert self.sheet
        self.sheet.columns.insert(place, name)
        for cells in self.sheet.rows:
            cells[name] = ""

    def _write(self, key: str, column: str, text: str) -> None:
        assert self.sheet
        if (row := self.sheet.first(key)) is not None:
            row[column] = text

    @precondition(lambda self: self.sheet)
    @rule(what=st.sampled_from(["delete", "double", "sort", "move", "add"]), key=jobs, text=texts, dialect=dialects)
    def person_rearranges_and_saves_as(self, what: str, key: str, text: str, dialect: Dialect) -> None:
        assert self.sheet
        sheet, row = self.sheet, self.sheet.first(key)
        sheet.dialect = dialect
        if what == "delete" and row is not None and len(sheet.rows) > 1:
            sheet.rows.remove(row)
        elif what == "double" and row is not None:
            sheet.rows.append({**row, "notes": text, "status": "pending"})
        elif what == "sort" and len(sheet.by_key()) == len(sheet.rows):
            sheet.rows.sort(key=lambda cells: cells["status"])
        elif what == "move":
            sheet.columns = sheet.columns[4:] + sheet.columns[:4]
        elif what == "add" and "Status 2" not in sheet.columns:
            for name in ("Status 2", "\x1f1"):  # The second is a column without a name.
                self._adds_column(name, len(text))
            self._write(key, "Status 2", text)
        self.person_saves(sync=False)

    def person_saves(self, sync: bool) -> None:
        assert self.sheet
        self._put(self.sheet.data())
        self.saved = self.sheet.as_it_is()
        if sync:
            self.runner_syncs()

    @precondition(lambda self: self.published)
    @rule(age=st.integers(0, 9))
    def an_older_published_file_comes_back_or_none(self, age: int) -> None:
        if age:
            data = self.published[-1 - age % len(self.published)]
            self._put(data)
            self.saved = Sheet.of(data)
        else:
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
            earlier, opened = saved.taken_in[key]["status"].lower(), saved.opened[key]["status"].lower()
            said = self.said.get((key, cells["rev"]), opened)
            check_status(was, row, Wish(cells["status"].lower(), earlier, said, int(cells["rev"])))
            for name in ("priority", "notes", *(name for name in saved.columns if name not in COLUMNS)):
                self.check_cell(name, was, row, cells, saved)
            saved.taken_in[key] = dict(cells)
            self.said[key, cells["rev"]] = cells["status"].lower()

    def check_cell(self, name: str, was: Row, row: Row, cells: dict[str, str], saved: Sheet) -> None:
        """A cell that the person changed has the new text, unless it is the old text of the old view."""
        value, key = cells[name], row.settings
        earlier, opened = saved.taken_in[key].get(name, ""), saved.opened[key].get(name, "")
        if value not in (earlier, opened):
            assert row.cells().get(name, "") == value
        elif value == earlier:
            assert row.cells().get(name, "") == was.cells().get(name, "")


@dataclass(frozen=True)
class Wish:
    """What one save says in a job's status cell: the words in lower case."""

    word: str
    earlier: str
    """What the runner last took in from the same sheet; at first what was opened."""
    said: str
    """What any save of the same view last said; at first what was opened."""
    rev: int


def check_status(was: Row, row: Row, wish: Wish) -> None:
    """Compare a job before and after a save, with what the person had changed in the sheet."""
    changed, current = wish.word != wish.earlier, wish.rev >= was.course
    too_late = was.state is State.DONE and not current
    if was.state is State.DONE and row.runnable:
        assert wish.word == "pending" and changed and current
    assert row.state is was.state or (wish.word == "pending" and row.state is State.PENDING)
    if not changed and wish.said == wish.earlier:
        assert row.status == was.status
    elif wish.word == "skip" and changed:
        assert row.hold == "skip" or too_late
    elif wish.word == "pending" and changed and current:
        assert row.runnable or (row.state is State.RUNNING and not row.hold)
    elif wish.word in MACHINE_WORDS:
        assert row.hold in ("", was.hold)
    elif wish.word not in ("pending", wish.said) and changed:
        assert row.hold == wish.word or was.state is State.RUNNING or too_late


TestTableAtNight = TableAtNight.TestCase
TestTableAtNight.settings = settings(max_examples=100, stateful_step_count=30)


@dataclass(frozen=True)
class Moment:
    """One job and one sheet, without files: small enough to try every course of events."""

    row: Row
    written: tuple[Row, ...]
    """The row at each ``rev``."""
    said: tuple[tuple[int, str], ...] = ()
    """What the runner took in, save by save: ``rev`` and word."""
    sheet: Row | None = None
    """The row as the person opened it."""
    earlier: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """All that decides what follows."""
        row, sheet = self.row, self.sheet and self.sheet.rev
        return (
            row.state,
            row.hold,
            row.course,
            tuple(old.status for old in self.written),
            self.said,
            sheet,
            self.earlier,
        )

    def after(self, step: str) -> Moment | None:
        """What follows from one step; None where it cannot be made."""
        if step == "open":
            return replace(self, sheet=self.row, earlier=self.row.status)
        if step == "stale":
            return self.saved(self.written[0], self.written[0].status, self.written[0].status)
        if step.startswith("write "):
            word = step.removeprefix("write ")
            return replace(self.saved(self.sheet, word, self.earlier), earlier=word) if self.sheet else None
        return self.moved(State(step))

    def moved(self, state: State) -> Moment | None:
        """The runner's own steps."""
        starts = state is State.RUNNING and self.row.runnable
        if not (starts or (state is not State.RUNNING and self.row.state is State.RUNNING)):
            return None
        rev = self.row.rev + 1
        return self.with_row(replace(self.row, state=state, rev=rev, course=rev))

    def with_row(self, row: Row) -> Moment:
        return replace(self, row=row, written=self.written if row == self.row else (*self.written, row))

    def saved(self, view: Row, word: str, earlier: str) -> Moment:
        """The runner takes in a save of ``view`` with this status."""
        history = History()
        for row in self.written:
            history.note_written(row)
        for rev, text in self.said:
            history.note_seen(KEYS[0], rev, Cells(text, 0, ""))
        cells = {**view.cells(), "status": word}
        merged = merge({KEYS[0]: self.row}, history, Table(DEFAULT, COLUMNS, (cells,), ()))
        row = merged.changed.get(KEYS[0], self.row)
        said = dict(self.said).get(view.rev, view.status)
        check_status(self.row, row, Wish(word, earlier, said, view.rev))
        return replace(self.with_row(row), said=(*self.said, (view.rev, word)))


STEPS = ("running", "done", "failed", "pending", "open", "stale", "write skip", "write pending", "write later")


def test_every_short_course_of_events_ends_as_the_person_would_expect() -> None:
    """All courses of up to seven steps, and not only those that chance would try."""
    first = Row(settings=KEYS[0], rev=1, course=1)
    start = Moment(first, (first,))
    courses = {start.key: (start, "")}
    for _ in range(LONGEST_COURSE):
        longer: dict[tuple[object, ...], tuple[Moment, str]] = {}
        for moment, course in courses.values():
            for step in STEPS:
                try:
                    then = moment.after(step)
                except AssertionError as error:
                    raise AssertionError(f"after{course}, {step}: {error}") from error
                if then is not None and then.key not in courses:
                    longer.setdefault(then.key, (then, f"{course}, {step}"))
        courses = longer
    assert courses
