"""The live display of a run."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from ethonight.config import Config
from ethonight.jobs.command import CommandKind
from ethonight.jobs.protocol import Site
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.night_view import picture
from ethonight.runner.attempt import Attempt, LaunchRecord
from ethonight.runner.night import Night
from ethonight.runner.options import Options
from ethonight.runner.running import RunningJob
from ethonight.workspace import Workspace


def drawn(night: Night, width: int) -> str:
    console = Console(width=width, file=io.StringIO())
    with console.capture() as captured:
        console.print(picture(night, {}, datetime.now()))
    return captured.get()


def test_it_shows_the_running_job_its_stage_the_queue_and_the_expected_end(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    options = Options(frozenset({"command"}))
    with Ledger(workspace, "test") as ledger:
        ledger.record(*[Row(f"settings/{name}.toml", task="command") for name in "abcd"])
        a, b = ledger.rows["settings/a.toml"], ledger.rows["settings/b.toml"]
        ledger.record(replace(a, state=State.RUNNING), replace(b, state=State.RUNNING))
        ledger.record(replace(ledger.rows["settings/a.toml"], state=State.DONE, minutes="60.0", seconds=3600.0))
        night = Night(Site(workspace, Config()), ledger, lambda _: CommandKind(), options)
        attempt = Attempt(workspace.attempts / "b.toml" / "001")
        attempt.folder.mkdir(parents=True)
        attempt.write_launch(LaunchRecord(["true"], "."))
        attempt.note_stage("[2/3] filtering")
        night.running.append(RunningJob(ledger.rows["settings/b.toml"], attempt, "", CommandKind(), None))
        for width in (80, 120):
            shown = drawn(night, width)
            assert "settings/b.toml" in shown
            assert "[2/3] filtering" in shown
            assert "2 waiting; next: settings/c.toml" in shown
            assert "Expected end: about" in shown
            assert "from 1 earlier job" in shown
