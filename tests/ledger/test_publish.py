"""Publishing the table: what lies in its place is never overwritten unread, and never missing."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ethonight import exchange
from ethonight.errors import WorkspaceError
from ethonight.exchange import place
from ethonight.ledger import table_file
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.ledger.table_file import TableFile
from ethonight.ledger.table_text import parse_table, render_table
from ethonight.ledger.view import read_rows
from ethonight.workspace import Workspace

KEY = "settings/a.toml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path)


@pytest.fixture
def ledger(workspace: Workspace) -> Iterator[Ledger]:
    """A ledger with one row, published."""
    with Ledger(workspace, "track") as ledger:
        ledger.record(Row(KEY))
        ledger.sync()
        yield ledger


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A saved file counts at once; the waiting has a test of its own."""
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr("ethonight.ledger.ledger._LOCKED_PAUSE_SECONDS", 0.0)


def edited(workspace: Workspace, **cells: str) -> bytes:
    """The table as it lies there, with some cells of its first row changed."""
    table = parse_table(workspace.table.read_bytes())
    columns = tuple(dict.fromkeys((*table.columns, *cells)))
    return render_table(columns, [{**table.rows[0], **cells}, *table.rows[1:]], table.dialect)


def save(workspace: Workspace, data: bytes) -> None:
    """Save as a spreadsheet does: a new file is renamed over the old one."""
    new = workspace.state / "being saved"
    new.write_bytes(data)
    new.replace(workspace.table)


def cell(workspace: Workspace, name: str) -> str:
    return parse_table(workspace.table.read_bytes()).rows[0].get(name, "")


def unable(*_: object) -> bool:
    return False


def refused(number: int) -> Callable[..., None]:
    def call(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return call


ABILITIES: dict[str, dict[str, Callable[..., object]]] = {
    "exchange": {},
    "no exchange": {"swap": unable},
    "neither exchange nor links": {"swap": unable, "link": refused(errno.EPERM)},
}
"""What a file system can do."""


@pytest.fixture(params=ABILITIES)
def able(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    abilities = ABILITIES[request.param]
    if "swap" in abilities:
        monkeypatch.setattr(exchange, "_swap", abilities["swap"])
    if "link" in abilities:
        monkeypatch.setattr(os, "link", abilities["link"])
    return str(request.param)


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A new file, its target and the place for what was there; the target does not exist."""
    new = tmp_path / "new"
    new.write_text("new", "utf-8")
    return new, tmp_path / "target", tmp_path / "old"


def test_a_new_file_takes_the_place_of_the_old_one_which_is_kept(able: str, three: tuple[Path, Path, Path]) -> None:
    new, target, old = three
    target.write_text("before", "utf-8")
    assert place(new, target, old)
    assert (target.read_text("utf-8"), old.read_text("utf-8")) == ("new", "before")
    assert not new.exists()


def test_a_new_file_takes_a_free_place(able: str, three: tuple[Path, Path, Path]) -> None:
    new, target, old = three
    assert place(new, target, old)
    assert target.read_text("utf-8") == "new"
    assert not new.exists()
    assert not old.exists()


def test_a_file_that_appears_in_the_free_place_is_not_touched(
    able: str, three: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    new, target, old = three
    real = Path.exists

    def appearing(path: Path) -> bool:
        """The person saves right after we have looked."""
        found = real(path)
        if path == target and not found:
            target.write_text("saved", "utf-8")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", appearing)
        assert not place(new, target, old)
    assert (new.read_text("utf-8"), target.read_text("utf-8")) == ("new", "saved")


def test_a_file_that_vanishes_is_seen(three: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    new, target, old = three
    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", lambda path: True)
        assert not place(new, target, old)
    assert new.read_text("utf-8") == "new"
    assert not target.exists()


def test_a_held_file_is_left_alone(three: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    new, target, old = three
    target.write_text("before", "utf-8")
    monkeypatch.setattr(exchange, "_swap", refused(errno.EACCES))
    with pytest.raises(PermissionError):
        place(new, target, old)
    assert (new.read_text("utf-8"), target.read_text("utf-8")) == ("new", "before")


def test_the_table_shows_every_change(able: str, workspace: Workspace) -> None:
    with Ledger(workspace, "track") as ledger:
        for state in (State.PENDING, State.RUNNING, State.DONE):
            ledger.record(Row(KEY, state=state))
            ledger.sync()
            assert cell(workspace, "status") == state.value
    assert not (workspace.state / "table.new").exists()


def test_a_table_that_says_it_all_is_not_written_again(ledger: Ledger, workspace: Workspace) -> None:
    before = workspace.table.stat()
    for _ in range(3):
        ledger.sync()
    with_edit = edited(workspace)
    save(workspace, with_edit)
    inode = workspace.table.stat().st_ino
    ledger.sync()
    assert workspace.table.stat().st_ino == inode != before.st_ino


def test_a_save_in_the_instant_of_publishing_is_merged(
    able: str, ledger: Ledger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved_just_before(new: Path, target: Path, old: Path) -> bool:
        monkeypatch.setattr(table_file, "place", place)
        save(workspace, edited(workspace, notes="just in time", cage="4"))
        return place(new, target, old)

    monkeypatch.setattr(table_file, "place", saved_just_before)
    ledger.record(replace(ledger.rows[KEY], state=State.RUNNING))
    ledger.sync()
    assert ledger.rows[KEY].notes == "just in time"
    assert (cell(workspace, "notes"), cell(workspace, "cage"), cell(workspace, "status")) == (
        "just in time",
        "4",
        "running",
    )


def test_a_slow_writer_that_ends_after_the_table_was_replaced_is_merged(ledger: Ledger, workspace: Workspace) -> None:
    """It has the replaced file open, and saves into that."""
    data = edited(workspace, notes="slowly typed")
    with workspace.table.open("r+b") as stream:
        ledger.record(replace(ledger.rows[KEY], state=State.RUNNING))
        ledger.sync()
        stream.write(data)
    ledger.sync()
    assert cell(workspace, "notes") == "slowly typed"
    assert cell(workspace, "status") == "running"


def test_a_file_is_read_only_when_it_rests(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = 100.0
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 0.25)
    monkeypatch.setattr(table_file.time, "monotonic", lambda: clock)
    file = TableFile(workspace)
    for text in ("settings\n", "settings\nsettings/a.toml\n"):
        workspace.table.write_text(text, "utf-8")
        assert file.changed() is None
        clock += 0.2
        assert file.changed() is None
        assert not file.resting
    clock += 0.06
    assert file.resting
    assert file.changed() == b"settings\nsettings/a.toml\n"
    assert file.changed() is None


def test_a_save_that_is_still_being_written_is_waited_for(
    ledger: Ledger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a job starts: a 'skip' saved a moment ago must count."""
    assert ledger.settle() == []
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 0.05)
    save(workspace, edited(workspace, status="skip"))
    ledger.sync()
    assert ledger.rows[KEY].status == "pending"
    ledger.settle()
    assert ledger.rows[KEY].status == "skip"


def test_a_deleted_table_is_written_again(ledger: Ledger, workspace: Workspace) -> None:
    workspace.table.unlink()
    ledger.sync()
    assert cell(workspace, "settings") == KEY


def test_an_unreadable_table_stays_until_it_can_be_read(ledger: Ledger, workspace: Workspace) -> None:
    good = edited(workspace, notes="kept")
    save(workspace, b"PK\x03\x04 a workbook")
    for state in (State.RUNNING, State.DONE):
        ledger.record(replace(ledger.rows[KEY], state=state))
        ledger.sync()
        assert workspace.table.read_bytes() == b"PK\x03\x04 a workbook"
        assert "saved as a workbook" in ledger.blocked
    save(workspace, good)
    ledger.sync()
    assert ledger.blocked == ""
    assert (cell(workspace, "status"), cell(workspace, "notes")) == ("done", "kept")


def test_an_unreadable_save_in_the_instant_of_publishing_is_kept_aside(
    ledger: Ledger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def saved_just_before(new: Path, target: Path, old: Path) -> bool:
        monkeypatch.setattr(table_file, "place", place)
        save(workspace, b"PK\x03\x04 a workbook")
        return place(new, target, old)

    monkeypatch.setattr(table_file, "place", saved_just_before)
    ledger.record(replace(ledger.rows[KEY], state=State.RUNNING))
    remarks = ledger.sync()
    assert cell(workspace, "status") == "running"
    (kept,) = workspace.kept_tables.iterdir()
    assert kept.read_bytes() == b"PK\x03\x04 a workbook"
    assert kept.name in " ".join(remarks)


def test_a_held_table_is_tried_again_and_complained_about_once(
    ledger: Ledger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(table_file, "place", refused(errno.EACCES))
        for state in (State.RUNNING, State.DONE):
            ledger.record(replace(ledger.rows[KEY], state=state))
            ledger.sync()
        assert cell(workspace, "status") == "pending"
        assert "is it open in Excel?" in ledger.blocked
    ledger.sync()
    assert cell(workspace, "status") == "done"
    assert ledger.blocked == ""
    assert len([record for record in caplog.records if "Excel" in record.message]) == 1


def test_a_held_table_is_not_tried_at_every_turn(
    ledger: Ledger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try costs the disk a flush, and a lock may last all night; edits are taken in all the same."""
    tries = []
    monkeypatch.setattr("ethonight.ledger.ledger._LOCKED_PAUSE_SECONDS", 1000.0)
    with monkeypatch.context() as patched:
        patched.setattr(table_file, "place", lambda *paths: tries.append(paths) or refused(errno.EACCES)())
        ledger.record(replace(ledger.rows[KEY], state=State.RUNNING))
        workspace.table.write_bytes(edited(workspace, notes="typed meanwhile"))
        for _ in range(5):
            ledger.sync()
    assert len(tries) == 1
    assert ledger.rows[KEY].notes == "typed meanwhile"


def test_a_save_that_the_journal_could_not_take_is_not_lost(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full for a moment, just when the person saves."""
    real = os.fsync
    with Ledger(workspace, "track") as ledger:
        ledger.record(Row(KEY))
        ledger.sync()
        save(workspace, edited(workspace, notes="not lost"))
        monkeypatch.setattr(os, "fsync", refused(errno.ENOSPC))
        with pytest.raises(WorkspaceError, match="No space left on device"):
            ledger.sync()
        monkeypatch.setattr(os, "fsync", real)
        ledger.record(replace(ledger.rows[KEY], state=State.RUNNING))
        ledger.sync()
        assert cell(workspace, "notes") == "not lost"
    assert [row.notes for row in read_rows(workspace)] == ["not lost"]


def test_a_table_left_by_a_killed_run_is_taken_in(workspace: Workspace) -> None:
    """It died after the exchange: the person's save lies where the new table had been."""
    with Ledger(workspace, "track") as ledger:
        ledger.record(Row(KEY))
    saved, current = edited(workspace, notes="saved in that instant"), workspace.table.read_bytes()
    (workspace.state / "table.new").write_bytes(saved)
    (workspace.state / "table.old").write_bytes(b"PK\x03\x04 a workbook")
    assert workspace.table.read_bytes() == current
    with Ledger(workspace, "track") as ledger:
        assert ledger.rows[KEY].notes == "saved in that instant"
    assert cell(workspace, "notes") == "saved in that instant"
    assert [path.read_bytes() for path in workspace.kept_tables.iterdir()] == [b"PK\x03\x04 a workbook"]


def test_a_save_that_a_killed_run_exchanged_out_is_not_taken_back_by_the_machines_own_table(tmp_path: Path) -> None:
    """The run died after it had put its table in the place of a save that it had not read yet."""
    workspace = Workspace.open(tmp_path)
    key = "settings/a.toml"
    with Ledger(workspace, "test") as ledger:
        ledger.record(Row(key, task="command"))
        ledger.sync()
    saved = workspace.table.read_bytes().replace(b"pending", b"skip")
    for _ in range(2):
        (workspace.state / "table.old").write_bytes(saved)
        with Ledger(workspace, "test") as ledger:
            assert ledger.rows[key].status == "skip"


def test_a_save_that_was_seen_while_it_was_young_counts_before_the_next_job(
    ledger: Ledger, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has come to rest between two looks, and nobody has read it yet."""
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 3600.0)
    save(workspace, edited(workspace, status="skip"))
    assert ledger.sync() == []
    assert ledger.rows[KEY].hold == ""
    monkeypatch.setattr(table_file, "SETTLE_SECONDS", 0.0)
    ledger.settle()
    assert ledger.rows[KEY].hold == "skip"
