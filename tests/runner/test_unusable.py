"""What a run cannot work with: it says so in a sentence, and changes nothing."""

from __future__ import annotations

import socket
import sys

import pytest
from lab import Lab

from ethonight.ledger.table_text import parse_table


def refused(lab: Lab, *arguments: str) -> str:
    status, text = lab.track(*arguments)
    assert status == 2, text
    assert "Traceback" not in text
    return text


def test_a_disk_that_is_almost_full_stops_the_queue(lab: Lab) -> None:
    lab.add("one")
    lab.add("two")
    lab.options(min_free_gb=1e9)
    status, text = lab.track()
    assert status == 1
    assert "is almost full" in text
    assert "Make room, then run the same command again." in text
    assert lab.statuses() == {"one": "pending", "two": "pending"}
    assert lab.events() == []


def test_an_unknown_option_is_refused_with_a_suggestion(lab: Lab) -> None:
    lab.add("one")
    lab.options(min_fre_gb=1.0)
    text = refused(lab)
    assert "ethonight.toml" in text
    assert "min_free_gb" in text
    assert not lab.workspace.table.exists()


def test_a_second_runner_is_refused_and_told_who_is_at_work(lab: Lab) -> None:
    lab.holding("one")
    run = lab.start()
    lab.wait_for_event("one start")
    text = refused(lab)
    assert f"'track' on {socket.gethostname()} (process {run.process.pid}, since " in text
    lab.release("one")
    assert run.ended() == 0
    assert lab.events() == ["one start", "one end"]


def files(lab: Lab) -> dict[str, bytes]:
    """The table and all that the runner remembers, except its log."""
    kept = [lab.workspace.table, *lab.workspace.state.rglob("*")]
    unimportant = {lab.workspace.run_log, lab.workspace.state / "lock"}
    return {str(path): path.read_bytes() for path in kept if path.is_file() and path not in unimportant}


def test_a_damaged_journal_stops_the_run_and_nothing_is_replaced(lab: Lab) -> None:
    lab.add("one")
    assert lab.track()[0] == 0
    data = lab.workspace.journal.read_bytes()
    lab.workspace.journal.write_bytes(data.replace(b"one.toml", b"two.toml", 1))
    before = files(lab)
    text = refused(lab)
    assert "journal.jsonl is damaged in line 1" in text
    assert "Nothing was changed. Restore the file from a backup" in text
    assert files(lab) == before


def test_a_lost_journal_stops_the_run_and_the_table_stays(lab: Lab) -> None:
    lab.add("one")
    assert lab.track()[0] == 0
    table = lab.workspace.table.read_bytes()
    lab.workspace.journal.unlink()
    assert "its journal .ethonight/journal.jsonl is not" in refused(lab)
    assert lab.workspace.table.read_bytes() == table
    assert not lab.workspace.journal.exists()


def test_an_empty_journal_beside_a_table_stops_the_run(lab: Lab) -> None:
    lab.add("one")
    assert lab.track()[0] == 0
    lab.workspace.journal.write_bytes(b"")
    before = files(lab)
    assert "or is empty" in refused(lab)
    assert files(lab) == before
    assert lab.events() == ["one start", "one end"]


@pytest.mark.parametrize("cut", [1, 10])
def test_a_journal_that_lost_its_end_stops_the_run_instead_of_doing_jobs_again(lab: Lab, cut: int) -> None:
    """Lines that the table shows were on the disk: this is no unfinished write."""
    lab.add("one")
    assert lab.track()[0] == 0
    lines = lab.workspace.journal.read_bytes().splitlines(keepends=True)
    lab.workspace.journal.write_bytes(b"".join(lines[:-1]) + lines[-1][:-cut])
    before = files(lab)
    assert "has lost its end: tracking_status.csv shows later states (settings/v/one.toml)" in refused(lab)
    assert lab.workspace.table.read_bytes() == before[str(lab.workspace.table)]
    assert lab.events() == ["one start", "one end"]


def test_an_older_journal_counts_once_the_table_is_moved_away(lab: Lab) -> None:
    lab.add("one")
    assert lab.track("--dryrun")[0] == 0
    older = lab.workspace.journal.read_bytes()
    assert lab.track()[0] == 0
    lab.workspace.journal.write_bytes(older)
    refused(lab)
    lab.workspace.table.rename(lab.beside / "moved away.csv")
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done"}


def test_a_table_that_is_a_folder_is_named(lab: Lab) -> None:
    lab.add("one")
    lab.workspace.table.mkdir()
    assert "tracking_status.csv is a folder. Move it away" in refused(lab)
    lab.workspace.table.rmdir()
    assert lab.track()[0] == 0


UNREADABLE = {
    "a workbook": b"PK\x03\x04 xl/workbook.xml",
    "another file": b"mouse;weight\r\n1;20\r\n",
    "an open quotation mark": b'settings,status,rev\r\n"settings/v/one.toml,skip,1\r\n',
    "nothing": b"",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_table_stops_the_run_and_nothing_is_replaced(lab: Lab, what: str) -> None:
    lab.add("one")
    assert lab.track("--dryrun")[0] == 0
    lab.workspace.table.write_bytes(UNREADABLE[what])
    before = files(lab)
    assert "tracking_status.csv" in refused(lab)
    assert files(lab) == before
    assert lab.events() == []


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_table_that_becomes_unreadable_is_left_alone_and_the_night_goes_on(lab: Lab, what: str) -> None:
    lab.holding("one")
    lab.add("two")
    run = lab.start()
    lab.wait_for_event("one start")
    good = lab.workspace.table.read_bytes()
    lab.replace_table(UNREADABLE[what])
    run.wait_to_say("The night goes on; the table is written again when it can be read.")
    lab.release("one")
    assert run.ended() == 0
    assert lab.workspace.table.read_bytes() == UNREADABLE[what]
    lab.replace_table(good)
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert len(lab.events()) == 4


def test_a_table_that_becomes_readable_again_is_written_in_the_same_night(lab: Lab) -> None:
    lab.holding("one")
    run = lab.start()
    lab.wait_for_event("one start")
    good = lab.workspace.table.read_bytes()
    lab.replace_table(UNREADABLE["a workbook"])
    run.wait_to_say("The night goes on")
    lab.replace_table(good)
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done"}


def test_a_deleted_table_comes_back(lab: Lab) -> None:
    lab.holding("one")
    run = lab.start()
    lab.wait_for_event("one start")
    lab.workspace.table.unlink()
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done"}


@pytest.mark.parametrize("name", ["", "run.log", "lease.json", "journal.jsonl"])
def test_a_state_folder_that_cannot_be_used_is_named(lab: Lab, name: str) -> None:
    """Folders where files should be, and a file where the folder should be, are refused to everybody, root included."""
    if name:
        (lab.workspace.state / name).mkdir()
    else:
        lab.workspace.state.rmdir()
        lab.workspace.state.touch()
    assert str(lab.workspace.root) in refused(lab)


def test_a_workspace_that_is_no_folder_is_refused(lab: Lab) -> None:
    assert "is not a folder" in refused(lab, "--workspace", str(lab.beside / "nowhere"))


def test_the_table_is_readable_by_everybody(lab: Lab) -> None:
    lab.add("one")
    assert lab.track()[0] == 0
    assert parse_table(lab.workspace.table.read_bytes()).rows
    if sys.platform != "win32":
        assert lab.workspace.table.stat().st_mode & 0o444 == 0o444
