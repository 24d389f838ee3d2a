"""An edit from within a program is taken in as if a person had made it in a spreadsheet, and loses nobody's save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ethonight.errors import UsageError
from ethonight.ledger import edit, table_file
from ethonight.ledger.edit import set_status
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.ledger.table_text import TableUnreadable, parse_table, render_table
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

KEY, OTHER = "settings/a/a.toml", "settings/b/b.toml"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A saved file counts at once."""
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 0.0)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.open(tmp_path)
    with Ledger(made, "track") as ledger:
        ledger.record(Row(KEY), Row(OTHER))
    return made


def cells(workspace: Workspace, key: str = KEY) -> dict[str, str]:
    return next(row for row in parse_table(workspace.table.read_bytes()).rows if row["settings"] == key)


def saved_by_a_person(workspace: Workspace, **values: str) -> bytes:
    """Return the table as a person saves it after filling in cells of the other job."""
    table = parse_table(workspace.table.read_bytes())
    rows = [{**row, **values} if row["settings"] == OTHER else row for row in table.rows]
    return render_table(tuple(dict.fromkeys((*table.columns, *values))), rows, table.dialect)


def test_whoever_holds_the_lease_takes_the_edit_in(workspace: Workspace) -> None:
    with Ledger(workspace, "track") as ledger:
        set_status(workspace, KEY, "skip")
        assert [row.status for row in read_rows(workspace)] == ["skip", "pending"]  # and readers see it before
        ledger.sync()
        assert ledger.rows[KEY].hold == "skip"
        set_status(workspace, KEY, "pending")
        ledger.sync()
        assert ledger.rows[KEY].status == "pending"


def test_without_a_run_the_edit_waits_for_the_next(workspace: Workspace) -> None:
    set_status(workspace, KEY, "skip")
    with Ledger(workspace, "track") as ledger:
        assert ledger.rows[KEY].hold == "skip"
        assert ledger.rows[OTHER].status == "pending"


def test_a_failed_job_is_set_to_pending(workspace: Workspace) -> None:
    with Ledger(workspace, "track") as ledger:
        for state in (State.RUNNING, State.FAILED):
            ledger.record(replace(ledger.rows[KEY], state=state))
        ledger.sync()
        set_status(workspace, KEY, "pending")
        ledger.sync()
        assert ledger.rows[KEY].state is State.PENDING


def test_dialect_columns_and_other_cells_stay(workspace: Workspace) -> None:
    table = parse_table(workspace.table.read_bytes())
    dialect = replace(table.dialect, delimiter=";", encoding="utf-16-le", line_end="\n", quote_all=True, sep_line=True)
    rows = [{**row, "Käfig": "7; links", "notes": '=1+1 "so"'} for row in table.rows]
    workspace.table.write_bytes(render_table((*table.columns, "Käfig"), rows, dialect))
    set_status(workspace, KEY, "skip")
    after = parse_table(workspace.table.read_bytes())
    assert after.dialect == dialect
    assert after.columns == (*table.columns, "Käfig")
    assert [row["status"] for row in after.rows] == ["skip", "pending"]
    assert [{**row, "status": ""} for row in after.rows] == [{**row, "status": ""} for row in rows]


@pytest.mark.parametrize("saves", [1, 2, 3])
def test_what_a_person_saves_in_the_same_moment_is_kept(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, saves: int
) -> None:
    place = edit.place
    left = list(range(saves))

    def saved_just_before(new: Path, target: Path, old: Path) -> bool:
        if left:
            target.write_bytes(saved_by_a_person(workspace, notes=f"save {saves - len(left)}", priority="3"))
            left.pop()
        return place(new, target, old)

    monkeypatch.setattr(edit, "place", saved_just_before)
    set_status(workspace, KEY, "skip")
    assert (cells(workspace)["status"], cells(workspace, OTHER)["notes"]) == ("skip", f"save {saves - 1}")
    with Ledger(workspace, "track") as ledger:
        assert (ledger.rows[KEY].hold, ledger.rows[OTHER].priority) == ("skip", 3)


def test_what_a_run_publishes_in_the_same_moment_is_no_obstacle(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = edit.place
    with Ledger(workspace, "track") as ledger:
        publish: list[Callable[[], object]] = [ledger.sync]

        def published_just_before(new: Path, target: Path, old: Path) -> bool:
            while publish:
                ledger.record(replace(ledger.rows[OTHER], state=State.RUNNING))
                publish.pop()()
            return place(new, target, old)

        monkeypatch.setattr(edit, "place", published_just_before)
        set_status(workspace, KEY, "skip")
        ledger.sync()
        assert ledger.rows[KEY].hold == "skip"
        assert ledger.rows[OTHER].state is State.RUNNING
    assert (cells(workspace)["status"], cells(workspace, OTHER)["status"]) == ("skip", "running")


def test_a_table_that_vanishes_and_comes_back_gets_the_edit(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False]
    place = edit.place
    monkeypatch.setattr(edit, "place", lambda *paths: answers.pop() if answers else place(*paths))
    set_status(workspace, KEY, "skip")
    assert cells(workspace)["status"] == "skip"


def test_a_job_that_is_not_in_the_table_is_refused(workspace: Workspace) -> None:
    before = workspace.table.read_bytes()
    with pytest.raises(UsageError, match=r"settings/c/c\.toml is not in the table yet"):
        set_status(workspace, "settings/c/c.toml", "skip")
    assert workspace.table.read_bytes() == before
    workspace.table.unlink()
    with pytest.raises(UsageError, match="There is no table yet"):
        set_status(workspace, KEY, "skip")


def test_a_table_that_cannot_be_read_stays_as_it_is(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    place = edit.place

    def broken_just_before(new: Path, target: Path, old: Path) -> bool:
        target.write_bytes(b"no table at all")
        return place(new, target, old)

    monkeypatch.setattr(edit, "place", broken_just_before)
    with pytest.raises(TableUnreadable):
        set_status(workspace, KEY, "skip")
    assert workspace.table.read_bytes() == b"no table at all"
    assert not list(workspace.state.glob("table.edit-*"))
