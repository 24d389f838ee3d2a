"""What each kind of save does to a job: one test for each line of the merge table, on real files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ethonight.ledger import ledger as ledger_module
from ethonight.ledger import table_file
from ethonight.ledger.dialect import Dialect
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.ledger.table_file import TableFile
from ethonight.ledger.table_text import Table, parse_table, render_table
from ethonight.ledger.view import held_words
from ethonight.workspace import Workspace

KEY = "settings/mouse/job.toml"
OTHER = "settings/mouse/other.toml"

COURSES: Mapping[State, tuple[State, ...]] = {
    State.PENDING: (),
    State.RUNNING: (State.RUNNING,),
    State.DONE: (State.RUNNING, State.DONE),
    State.FAILED: (State.RUNNING, State.FAILED),
}
"""How a new job gets into a state."""


@dataclass
class Night:
    """A runner with its ledger, and a person with a spreadsheet."""

    workspace: Workspace
    ledger: Ledger

    @property
    def row(self) -> Row:
        return self.ledger.rows[KEY]

    def moves_to(self, *states: State) -> None:
        """The runner takes the job through these states and publishes each."""
        for state in states:
            attempts = self.row.attempts + (state is State.RUNNING)
            self.ledger.record(replace(self.row, state=state, attempts=attempts))
            self.ledger.sync()

    def opened(self) -> Table:
        """The person opens the table; what is returned stays as it is while the file changes."""
        return parse_table(self.workspace.table.read_bytes())

    def saves(self, sheet: Table) -> list[str]:
        """The person saves a sheet, the way Excel does: a new file over the old one. Returns the runner's remarks."""
        self.writes(render_table(sheet.columns, sheet.rows, sheet.dialect))
        return self.ledger.sync()

    def writes(self, data: bytes) -> None:
        beside = self.workspace.root / "~saved.tmp"
        beside.write_bytes(data)
        os.replace(beside, self.workspace.table)

    def starts_again(self) -> None:
        """The runner ends and another one begins."""
        self.ledger.__exit__()
        self.ledger = Ledger(self.workspace, "track")
        self.ledger.__enter__()
        self.ledger.sync()

    @property
    def shown(self) -> dict[str, str]:
        """The job's cells in the file as it is now."""
        return next(cells for cells in self.opened().rows if cells["settings"] == KEY)


def everything(night: Night) -> dict[str, dict[str, str]]:
    return {key: row.cells() for key, row in night.ledger.rows.items()}


def edited(sheet: Table, **cells: str) -> Table:
    """The sheet with cells of the job's row changed."""
    return replace(sheet, rows=tuple({**row, **cells} if row["settings"] == KEY else row for row in sheet.rows))


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    """Two new jobs in a published table. Saves count at once instead of after a moment's rest."""
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 0.0)
    workspace = Workspace.open(tmp_path)
    night = Night(workspace, Ledger(workspace, "track").__enter__())
    night.ledger.record(*(Row(settings=key, video="mouse", task="track") for key in (KEY, OTHER)))
    night.ledger.sync()
    yield night
    before = everything(night)
    night.starts_again()
    after = everything(night)
    night.ledger.__exit__()
    assert after == before


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
def test_skip_over_a_job_that_waits_or_failed_is_kept(night: Night, state: State) -> None:
    night.moves_to(*COURSES[state])
    night.saves(edited(night.opened(), status="skip"))
    assert night.row.hold == "skip" and not night.row.runnable
    assert night.shown["status"] == "skip"


def test_skip_from_an_old_view_still_counts_for_a_failed_job(night: Night) -> None:
    old = night.opened()
    night.moves_to(State.RUNNING, State.FAILED)
    night.saves(edited(old, status="skip"))
    assert night.shown["status"] == "skip" and not night.row.runnable


@pytest.mark.parametrize("seen_running", [True, False])
def test_skip_over_a_running_job_asks_to_stop_it_and_then_skips_it(night: Night, seen_running: bool) -> None:
    old = night.opened()
    night.moves_to(State.RUNNING)
    night.saves(edited(night.opened() if seen_running else old, status="skip"))
    assert night.row.state is State.RUNNING and night.row.hold == "skip"
    night.moves_to(State.PENDING)
    assert night.shown["status"] == "skip" and not night.row.runnable


def test_skip_that_comes_after_the_job_was_done_is_too_late(night: Night) -> None:
    old = night.opened()
    night.moves_to(State.RUNNING, State.DONE)
    night.saves(edited(old, status="skip"))
    assert night.shown["status"] == "done"
    assert "skip" in night.shown["message"]


def test_skip_over_a_job_seen_as_done_leaves_it_out(night: Night) -> None:
    night.moves_to(State.RUNNING, State.DONE)
    night.saves(edited(night.opened(), status="Skip"))
    assert night.shown["status"] == "skip" and night.row.state is State.DONE


@pytest.mark.parametrize("state", [State.FAILED, State.DONE])
@pytest.mark.parametrize("skipped_before", [True, False])
def test_pending_over_the_current_view_runs_the_job_again(night: Night, state: State, skipped_before: bool) -> None:
    night.moves_to(*COURSES[state])
    if skipped_before:
        night.saves(edited(night.opened(), status="skip"))
    night.saves(edited(night.opened(), status="pending"))
    assert night.shown["status"] == "pending"
    assert night.row.runnable and night.row.attempts == 1


def test_pending_over_a_running_job_leaves_it_running(night: Night) -> None:
    night.moves_to(State.RUNNING)
    night.saves(edited(night.opened(), status="pending"))
    assert night.shown["status"] == "running"


@pytest.mark.parametrize("state", [State.RUNNING, State.DONE, State.FAILED])
def test_an_old_value_in_its_own_old_view_changes_nothing(night: Night, state: State) -> None:
    old = night.workspace.table.read_bytes()
    night.saves(edited(night.opened(), notes="look at this", priority="7"))
    night.moves_to(*COURSES[state])
    before = night.row, night.workspace.table.read_bytes()
    night.writes(old)
    night.ledger.sync()
    assert (night.row, night.workspace.table.read_bytes()) == before


def test_pending_typed_into_an_old_view_does_not_run_a_done_job_again(night: Night) -> None:
    night.moves_to(State.RUNNING, State.FAILED)
    old = night.opened()
    night.moves_to(State.RUNNING, State.DONE)
    night.saves(edited(old, status="pending"))
    assert night.shown["status"] == "done" and not night.row.runnable


def test_a_sheet_that_stays_open_does_not_ask_twice_for_another_run(night: Night) -> None:
    night.moves_to(State.RUNNING, State.FAILED)
    sheet = edited(night.opened(), status="pending")
    night.saves(sheet)
    night.moves_to(State.RUNNING, State.DONE)
    night.saves(edited(sheet, notes="hello"))
    assert (night.shown["status"], night.shown["notes"]) == ("done", "hello")


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
@pytest.mark.parametrize("lines_before_compaction", [None, 1000, 0])
def test_a_skip_that_is_taken_back_in_the_sheet_that_said_it_runs_the_job(
    night: Night, state: State, lines_before_compaction: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when another runner has started meanwhile, whether it shortened the journal or not."""
    night.moves_to(*COURSES[state])
    sheet = night.opened()
    night.saves(edited(sheet, status="skip"))
    assert not night.row.runnable
    if lines_before_compaction is not None:
        monkeypatch.setattr(ledger_module, "_LINES_BEFORE_COMPACTION", lines_before_compaction - len(night.ledger.rows))
        night.starts_again()
        night.starts_again()
    night.saves(edited(sheet, status="pending"))
    assert night.row.runnable
    assert night.shown["status"] in ("pending", "failed")


def test_a_skip_taken_back_with_the_old_word_runs_the_failed_job(night: Night) -> None:
    night.moves_to(State.RUNNING, State.FAILED)
    sheet = night.opened()
    night.saves(edited(sheet, status="skip"))
    night.saves(sheet)
    assert night.shown["status"] == "failed" and night.row.runnable


def test_a_skip_that_was_taken_back_can_be_said_again_in_the_same_sheet(night: Night) -> None:
    night.saves(edited(night.opened(), status="skip"))
    sheet = night.opened()
    night.saves(edited(sheet, status="pending"))
    assert night.row.runnable
    night.saves(sheet)
    assert night.shown["status"] == "skip" and not night.row.runnable


def test_a_skip_taken_back_after_the_job_was_done_does_not_run_it_again(night: Night) -> None:
    night.moves_to(State.RUNNING)
    sheet = night.opened()
    night.saves(edited(sheet, status="skip"))
    night.moves_to(State.DONE)
    night.saves(edited(sheet, status="pending"))
    assert night.shown["status"] == "done" and not night.row.runnable


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED, State.DONE])
def test_an_unknown_word_keeps_the_job_from_running_and_is_named(night: Night, state: State) -> None:
    night.moves_to(*COURSES[state])
    night.saves(edited(night.opened(), status="ask Anna"))
    assert night.shown["status"] == "ask Anna" and not night.row.runnable
    assert held_words(night.ledger.rows.values()) == [(KEY, "ask Anna")]


def test_an_unknown_word_from_an_old_view_keeps_a_failed_job_from_running(night: Night) -> None:
    old = night.opened()
    night.moves_to(State.RUNNING, State.FAILED)
    night.saves(edited(old, status="ask Anna"))
    assert not night.row.runnable


def test_an_unknown_word_over_a_running_job_leaves_it_running(night: Night) -> None:
    night.moves_to(State.RUNNING)
    night.saves(edited(night.opened(), status="ask Anna"))
    assert night.shown["status"] == "running"


@pytest.mark.parametrize("word", ["done", "failed", "running"])
def test_words_of_the_machine_are_not_a_persons_to_write(night: Night, word: str) -> None:
    remarks = night.saves(edited(night.opened(), status=word))
    assert night.shown["status"] == "pending"
    assert any(word in remark for remark in remarks)


def test_a_deleted_row_comes_back_with_its_state(night: Night) -> None:
    night.moves_to(State.RUNNING, State.DONE)
    sheet = night.opened()
    night.saves(replace(sheet, rows=tuple(row for row in sheet.rows if row["settings"] != KEY)))
    assert night.shown["status"] == "done" and night.shown["attempts"] == "1"


def test_of_two_rows_with_one_key_the_first_counts_and_the_other_is_kept_aside(night: Night) -> None:
    sheet = night.opened()
    first = edited(sheet, notes="first", status="skip").rows
    second = edited(sheet, notes="second", status="pending").rows
    remarks = night.saves(replace(sheet, rows=(*first, *second)))
    assert [row["settings"] for row in night.opened().rows] == [KEY, OTHER]
    assert (night.shown["notes"], night.shown["status"]) == ("first", "skip")
    kept = [json.loads(path.read_text("utf-8")) for path in night.workspace.kept_tables.iterdir()]
    assert [cells["notes"] for cells in kept[0] if cells["settings"] == KEY] == ["second"]
    assert any(KEY in remark for remark in remarks)


def test_a_row_without_a_settings_file_is_kept_aside(night: Night) -> None:
    sheet = night.opened()
    remarks = night.saves(replace(sheet, rows=(*sheet.rows, {**sheet.rows[0], "settings": "settings/x.toml"})))
    assert [row["settings"] for row in night.opened().rows] == [KEY, OTHER]
    assert any("settings/x.toml" in remark for remark in remarks)
    assert any("settings/x.toml" in path.read_text("utf-8") for path in night.workspace.kept_tables.iterdir())


def test_a_key_that_lost_letters_in_the_files_encoding_still_means_its_row(night: Night) -> None:
    """Excel writes '?' for letters that its encoding does not have; so no edit of such a row is lost."""
    greek, near = "settings/mouse/\u03b1.toml", "settings/mouse/?.toml.toml"
    night.ledger.record(Row(settings=greek), Row(settings=near))
    night.ledger.sync()
    sheet = night.opened()
    rows = tuple({**row, "status": "skip"} if row["settings"] == greek else row for row in sheet.rows)
    text = render_table(sheet.columns, rows, sheet.dialect).decode("utf-8-sig")
    night.writes(text.encode("cp1252", "replace"))
    assert night.ledger.sync() == []
    assert night.ledger.rows[greek].hold == "skip"
    assert night.ledger.rows[near].hold == ""
    assert [row["settings"] for row in night.opened().rows] == [KEY, OTHER, greek, near]


def test_keys_that_look_the_same_without_their_letters_are_never_guessed(night: Night) -> None:
    alpha, beta = "settings/mouse/\u03b1.toml", "settings/mouse/\u03b2.toml"
    night.ledger.record(Row(settings=alpha), Row(settings=beta))
    night.ledger.sync()
    sheet = night.opened()
    rows = tuple({**row, "settings": row["settings"].replace("\u03b1", "?"), "status": "skip"} for row in sheet.rows)
    remarks = night.saves(replace(sheet, rows=rows[2:3]))
    assert any("has no settings file" in text for text in remarks)
    assert not night.ledger.rows[alpha].hold and not night.ledger.rows[beta].hold


def test_a_backslash_in_the_name_of_a_settings_file_is_part_of_its_key(night: Night) -> None:
    odd = "settings/mouse/a\\b.toml"
    night.ledger.record(Row(settings=odd))
    night.ledger.sync()
    sheet = night.opened()
    assert night.saves(replace(sheet, rows=tuple({**row, "notes": "mine"} for row in sheet.rows))) == []
    assert night.ledger.rows[odd].notes == "mine"


@pytest.mark.parametrize("late", [True, False])
def test_notes_priority_and_own_columns_count_from_any_view(night: Night, late: bool) -> None:
    sheet = night.opened()
    sheet = replace(sheet, columns=("mine", *sheet.columns), rows=tuple({"mine": "", **row} for row in sheet.rows))
    if late:
        night.moves_to(State.RUNNING, State.DONE)
    night.saves(edited(sheet, notes="Größe?", priority="3,0", mine="=x"))
    assert (night.row.priority, night.row.notes, night.row.extras) == (3, "Größe?", {"mine": "=x"})
    assert night.opened().columns[0] == "mine"
    assert night.shown["status"] == ("done" if late else "pending")


def test_order_and_dialect_of_the_person_are_kept(night: Night) -> None:
    sheet = night.opened()
    mine = Dialect("cp1252", ";", "\r\n", quote_all=True)
    night.saves(replace(sheet, dialect=mine, columns=sheet.columns[::-1], rows=sheet.rows[::-1]))
    night.moves_to(State.RUNNING)
    now = night.opened()
    assert [row["settings"] for row in now.rows] == [OTHER, KEY]
    assert now.columns == sheet.columns[::-1]
    assert (now.dialect.delimiter, now.dialect.quote_all) == (";", True)


def test_a_file_with_two_columns_only_still_says_what_it_says(night: Night) -> None:
    night.moves_to(State.RUNNING, State.FAILED)
    night.writes(f"settings;notes;status\n{KEY};no rev;skip\n".encode())
    night.ledger.sync()
    assert (night.shown["notes"], night.shown["status"], night.shown["attempts"]) == ("no rev", "skip", "1")
    assert night.opened().columns[-1] == "rev" and night.shown["rev"] == str(night.row.rev)


def test_a_save_in_the_very_instant_of_publishing_is_not_lost(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = edited(night.opened(), notes="just in time", status="skip")
    publish = TableFile.publish
    late = [render_table(sheet.columns, sheet.rows, sheet.dialect)]

    def saved_first(file: TableFile, data: bytes) -> bytes | None:
        if late:
            night.writes(late.pop())
        return publish(file, data)

    monkeypatch.setattr(TableFile, "publish", saved_first)
    night.ledger.record(replace(night.ledger.rows[OTHER], state=State.RUNNING))
    night.ledger.sync()
    assert (night.shown["notes"], night.shown["status"]) == ("just in time", "skip")
    assert [row["status"] for row in night.opened().rows] == ["skip", "running"]
    night.starts_again()
    assert (night.row.notes, night.row.hold) == ("just in time", "skip")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not replace a file that a program is writing")
def test_a_save_that_began_before_publishing_and_ended_after_is_not_lost(night: Night) -> None:
    sheet = edited(night.opened(), notes="slow disk")
    with night.workspace.table.open("r+b") as slow:
        night.moves_to(State.RUNNING)
        slow.truncate()
        slow.write(render_table(sheet.columns, sheet.rows, sheet.dialect))
    night.ledger.sync()
    assert (night.shown["notes"], night.shown["status"]) == ("slow disk", "running")


def test_a_deleted_table_is_written_again(night: Night) -> None:
    night.moves_to(State.RUNNING)
    night.workspace.table.unlink()
    night.ledger.sync()
    assert night.shown["status"] == "running"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a workbook", b"name,age\r\nAnna,5\r\n", b'settings,notes\r\na,"'])
def test_a_file_that_is_no_table_is_left_alone_until_it_is_one(night: Night, data: bytes) -> None:
    before = night.workspace.table.read_bytes()
    night.writes(data)
    night.moves_to(State.RUNNING)
    assert night.workspace.table.read_bytes() == data
    assert "tracking_status.csv" in night.ledger.blocked
    night.writes(before)
    night.ledger.sync()
    assert night.shown["status"] == "running" and night.ledger.blocked == ""
