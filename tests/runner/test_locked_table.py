"""A table that cannot be replaced: the run goes on, nothing is lost, and the table is right as soon as it can be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab import HERE, Lab, Run, wait_for

from ethonight.ledger.table_text import parse_table, render_table

SAYS_SO = "tracking_status.csv cannot be written now"


def start(lab: Lab) -> Run:
    return lab.start(script=HERE / "locked_track.py")


def save_in_place(lab: Lab, key: str, **cells: str) -> None:
    """Save as the program that holds the file locked does: into the same file."""
    table = parse_table(lab.workspace.table.read_bytes())
    columns = tuple(dict.fromkeys((*table.columns, *cells)))
    rows = [{**row, **cells} if row["settings"] == key else row for row in table.rows]
    lab.workspace.table.write_bytes(render_table(columns, rows, table.dialect))


def three_registered(lab: Lab) -> None:
    for name in ("a", "b", "c"):
        lab.add(name)
    assert lab.track("--dryrun")[0] == 0


def test_a_table_locked_for_the_whole_run_is_right_after_the_next_one(lab: Lab) -> None:
    three_registered(lab)
    lab.holding("a")
    before = lab.workspace.table.read_bytes()
    (lab.beside / "locked").touch()
    run = start(lab)
    lab.wait_for_event("a start")
    run.wait_to_say(SAYS_SO)
    save_in_place(lab, "settings/v/b.toml", notes="cage 4", mine="x")
    save_in_place(lab, "settings/v/c.toml", status="skip")
    saved = lab.workspace.table.read_bytes()
    lab.release("a")
    assert run.ended() == 0
    assert lab.events() == ["a start", "a end", "b start", "b end"]
    assert lab.workspace.table.read_bytes() == saved != before
    (lab.beside / "locked").unlink()
    assert lab.track()[0] == 0
    assert lab.statuses() == {"a": "done", "b": "done", "c": "skip"}
    row = lab.table()["settings/v/b.toml"]
    assert (row["notes"], row["mine"]) == ("cage 4", "x")
    assert lab.events() == ["a start", "a end", "b start", "b end"]


def test_the_table_catches_up_as_soon_as_the_lock_goes(lab: Lab) -> None:
    three_registered(lab)
    lab.holding("c")
    (lab.beside / "locked").touch()
    run = start(lab)
    lab.wait_for_event("c start")
    assert lab.statuses() == {"a": "pending", "b": "pending", "c": "pending"}
    save_in_place(lab, "settings/v/a.toml", notes="seen")
    (lab.beside / "locked").unlink()
    wait_for(lambda: lab.statuses() == {"a": "done", "b": "done", "c": "running"}, "the table")
    lab.release("c")
    assert run.ended() == 0
    assert lab.statuses() == {"a": "done", "b": "done", "c": "done"}
    assert lab.table()["settings/v/a.toml"]["notes"] == "seen"
    assert run.words.count(SAYS_SO) == 1


@contextmanager
def immutable(lab: Lab) -> Iterator[None]:
    """Make the table really unchangeable: for root by the file's attribute, for others by the folder's rights."""
    root, table = lab.workspace.root, lab.workspace.table
    chattr = shutil.which("chattr")
    if sys.platform != "win32" and os.geteuid() != 0:
        root.chmod(0o555)
        try:
            yield
        finally:
            root.chmod(0o755)
        return
    if chattr is None or subprocess.run([chattr, "+i", str(table)], capture_output=True).returncode:
        pytest.skip("nothing is forbidden to this user")
    try:
        yield
    finally:
        subprocess.run([chattr, "-i", str(table)], check=True)


def test_a_table_that_the_system_does_not_let_us_change_is_right_after_the_next_run(lab: Lab) -> None:
    three_registered(lab)
    before = lab.workspace.table.read_bytes()
    with immutable(lab):
        status, text = lab.track()
        assert lab.workspace.table.read_bytes() == before
    assert status == 0, text
    assert SAYS_SO in text
    assert lab.track()[0] == 0
    assert lab.statuses() == {"a": "done", "b": "done", "c": "done"}
    assert len(lab.events()) == 6


def test_nothing_but_the_table_lies_in_the_workspace_afterwards(lab: Lab) -> None:
    three_registered(lab)
    before = set(os.listdir(lab.workspace.root))
    (lab.beside / "locked").touch()
    assert start(lab).ended() == 0
    (lab.beside / "locked").unlink()
    assert lab.track()[0] == 0
    assert set(os.listdir(lab.workspace.root)) == before
    assert not list(Path(lab.workspace.state).glob("table.w*"))
