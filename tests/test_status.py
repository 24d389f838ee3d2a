"""``status`` as a person and as a program see it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.ledger.table_text import parse_table, render_table
from ethonight.runner.attempt import Attempt, LaunchRecord
from ethonight.workspace import Workspace

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "status.py"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path)


def status(workspace: Workspace, *options: str) -> str:
    """Return what the task prints, as one line of words."""
    argv = [sys.executable, str(SCRIPT), "--workspace", str(workspace.root), *options]
    shown = subprocess.run(argv, capture_output=True, text=True, check=True)
    return shown.stdout if "--json" in options else " ".join(shown.stdout.split())


def fill(workspace: Workspace, *names: str) -> None:
    with Ledger(workspace, "test") as ledger:
        ledger.record(*[Row(f"settings/{name}/{name}.toml", video=name, task="command") for name in names])


def move(workspace: Workspace, name: str, state: State, **values: str) -> None:
    with Ledger(workspace, "test") as ledger:
        row = ledger.rows[f"settings/{name}/{name}.toml"]
        if state in (State.DONE, State.FAILED):
            ledger.record(replace(row, state=State.RUNNING, attempts=row.attempts + 1))
            row = ledger.rows[row.settings]
        ledger.record(replace(row, state=state, **values))


def write_status(workspace: Workspace, name: str, word: str) -> None:
    """Do what a person does in a spreadsheet: one cell changed, the whole file saved."""
    table = parse_table(workspace.table.read_bytes())
    rows = [{**row, "status": word} if row["video"] == name else row for row in table.rows]
    workspace.table.write_bytes(render_table(table.columns, rows, table.dialect))


def test_an_empty_workspace_says_what_to_do_first(workspace: Workspace) -> None:
    assert "pixi run add" in status(workspace)


def test_rows_are_counted_and_the_sentence_of_a_failure_is_shown(workspace: Workspace) -> None:
    fill(workspace, "a", "b", "c")
    move(workspace, "a", State.DONE)
    move(workspace, "b", State.FAILED, message="The video b.avi is not there.")
    shown = status(workspace)
    assert "1 pending" in shown
    assert "1 failed" in shown
    assert "1 done" in shown
    assert "The video b.avi is not there." in shown
    only_failed = status(workspace, "--failed")
    assert "b/b.toml" in only_failed
    assert "a/a.toml" not in only_failed


def test_an_edit_that_no_run_has_taken_in_yet_is_shown(workspace: Workspace) -> None:
    fill(workspace, "a", "b")
    before = workspace.journal.read_bytes()
    write_status(workspace, "b", "skip")
    assert {job["video"]: job["status"] for job in json.loads(status(workspace, "--json"))["jobs"]} == {
        "a": "pending",
        "b": "skip",
    }
    assert workspace.journal.read_bytes() == before


def test_an_unknown_word_is_named(workspace: Workspace) -> None:
    fill(workspace, "a")
    write_status(workspace, "a", "Later")
    assert "the status 'Later'" in status(workspace)


def test_a_running_job_shows_its_stage(workspace: Workspace) -> None:
    fill(workspace, "a")
    attempt = Attempt(workspace.attempts / "a" / "a.toml" / "001")
    attempt.folder.mkdir(parents=True)
    attempt.write_launch(LaunchRecord(["true"], "."))
    attempt.note_stage("Crossing detection")
    move(workspace, "a", State.RUNNING, attempt=workspace.shown(attempt.folder))
    assert "Crossing detection" in status(workspace)
    (job,) = json.loads(status(workspace, "--json"))["jobs"]
    assert job["stage"] == "Crossing detection"
    assert "takes it up" in status(workspace)


def test_a_long_table_shows_what_matters_and_says_how_to_see_the_rest(workspace: Workspace) -> None:
    fill(workspace, *[f"v{number:03d}" for number in range(100)])
    move(workspace, "v077", State.FAILED, message="no")
    shown = status(workspace)
    assert "v077/v077.toml" in shown
    assert "60 more: pixi run status --all" in shown
    assert status(workspace, "--all").count(".toml") == 101


def test_a_damaged_journal_is_a_sentence_and_exit_status_2(workspace: Workspace) -> None:
    fill(workspace, "a", "b")
    data = bytearray(workspace.journal.read_bytes())
    data[20] ^= 1
    workspace.journal.write_bytes(bytes(data))
    argv = [sys.executable, str(SCRIPT), "--workspace", str(workspace.root)]
    shown = subprocess.run(argv, capture_output=True, text=True)
    assert shown.returncode == 2
    assert "damaged in line 1" in shown.stderr
    assert "Traceback" not in shown.stderr


def test_a_lost_journal_is_said_and_does_not_look_like_an_empty_workspace(workspace: Workspace) -> None:
    fill(workspace, "a", "b")
    workspace.journal.unlink()
    shown = subprocess.run(
        [sys.executable, str(SCRIPT), "--workspace", str(workspace.root)], capture_output=True, text=True
    )
    assert shown.returncode == 2
    assert "its journal .ethonight/journal.jsonl is not, or is empty" in shown.stderr


def test_text_with_brackets_is_shown_as_it_is(workspace: Workspace) -> None:
    fill(workspace, "a")
    move(workspace, "a", State.FAILED, message="[red] found [0, 130")
    assert "[red] found [0, 130" in status(workspace)


def test_the_disk_that_cached_features_take_is_shown_with_what_frees_it(workspace: Workspace) -> None:
    fill(workspace, "a")
    assert "pixi run clean" not in status(workspace)
    assert json.loads(status(workspace, "--json"))["features"] == {"files": 0, "bytes": 0}
    for video, name in (("a", "one.h5"), ("a", "two.h5"), ("b", "one.h5"), ("b", "notes.txt")):
        (workspace.features / video).mkdir(exist_ok=True)
        (workspace.features / video / name).write_bytes(bytes(500_000))
    shown = status(workspace)
    assert "Cached features: 3 files, 2 MB." in shown
    assert "pixi run clean" in shown
    assert json.loads(status(workspace, "--json"))["features"] == {"files": 3, "bytes": 1_500_000}
