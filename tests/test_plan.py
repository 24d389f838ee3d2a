"""The night's plan: from real settings files to what a person reads."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from ethonight.config import Config
from ethonight.jobs.protocol import Site
from ethonight.ledger.row import Row, State
from ethonight.plan import NightPlan, make_plan, plan_of
from ethonight.plan_view import render_plan
from ethonight.preflight import JobCheck, Problem
from ethonight.runner.options import Options
from ethonight.workspace import Workspace

NOW = datetime(2026, 3, 1, 21, 50)
CUT_OFF = (
    "The video test_A.avi ends after 250 of 501 frames (8.9 of 17.8 s): it was cut off. Copy it again from the camera"
    " or the disk it came from; if this is all there is, save it as a new file."
)


def row(name: str, **fields: object) -> Row:
    return Row(settings=f"settings/{name}.toml", **{"task": "track", **fields})  # type: ignore[arg-type]


def planned(rows: list[Row], checks: dict[str, JobCheck], slots: int = 1) -> NightPlan:
    """Plan all rows that are due, in their order."""
    waiting = [each for each in rows if each.runnable]
    found = {each.settings: checks.get(Path(each.settings).stem, JobCheck()) for each in waiting}
    return plan_of(waiting, found, {each.settings: each for each in rows}, slots, NOW)


def shown(plan: NightPlan, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(render_plan(plan))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


OLD = [
    row(f"old{n}", state=State.DONE, seconds=100.0, frames=1000, finished=f"2026-02-01 10:{n:02d}") for n in range(12)
]


def test_jobs_are_told_apart_and_keep_their_order() -> None:
    rows = [row("z"), row("bad"), row("a"), row("held", hold="skip"), row("now", state=State.RUNNING, frames=10)]
    plan = planned([*rows, *OLD], {"bad": JobCheck([Problem(CUT_OFF, fatal=True)]), "a": JobCheck(frames=2000)})
    assert [job.row.settings for job in plan.runs] == ["settings/z.toml", "settings/a.toml"]
    assert [(job.row.settings, job.reasons) for job in plan.refused] == [("settings/bad.toml", (CUT_OFF,))]
    assert [each.settings for each in plan.running] == ["settings/now.toml"]
    assert (plan.skipped, plan.done) == (1, 12)


def test_frames_found_by_the_check_give_the_expected_time_and_the_end() -> None:
    plan = planned([row("a"), row("b"), *OLD], {"a": JobCheck(frames=36_000), "b": JobCheck(frames=36_000)}, slots=2)
    assert [job.seconds for job in plan.runs] == [pytest.approx(3600)] * 2
    assert plan.end == "about 22:50 (1 h 00 min), from 12 earlier jobs"


def test_refused_jobs_take_no_time() -> None:
    bad = JobCheck([Problem(CUT_OFF, fatal=True)], frames=10**9)
    plan = planned([row("a"), row("b"), *OLD], {"a": bad, "b": JobCheck(frames=36_000)})
    assert plan.end.startswith("about 22:50")


def test_an_unknown_end_says_for_how_many_jobs() -> None:
    rows = [row("a", task="command"), row("b", task="command"), row("c", frames=1000), *OLD]
    assert planned(rows, {}).end == "unknown: no earlier job tells how long 2 jobs will take"


def test_nothing_to_run_is_said() -> None:
    assert "Nothing to run: no job is pending or failed." in shown(NightPlan(done=1), 80)
    taken_up = shown(NightPlan(running=(row("a"),), end="about 22:50 (0 s)"), 80)
    assert "Nothing else to run" in taken_up and "Expected end" not in taken_up
    assert "Nothing to run: no settings are saved yet." in shown(NightPlan(), 120)


@pytest.mark.parametrize("width", [80, 120])
def test_the_plan_reads_well_as_plain_text(width: int) -> None:
    long_name = "Trial_7_2026-03-01_cage_A_" + "very_long_" * 12 + "/night"
    checks = {"x": JobCheck([Problem("No GPU.", fatal=True)]), "y": JobCheck([Problem("No GPU.", fatal=True)])}
    checks |= {"night": JobCheck([Problem("It is in AV1.", fatal=False)], frames=54_000)}
    text = shown(planned([row(long_name), row("x"), row("y"), row("z"), *OLD], checks), width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert "\x1b" not in text
    assert text.count("No GPU.") == 1  # one sentence for all jobs that it keeps from running
    assert "2 jobs will run" in text
    assert "2 jobs will not run" in text
    assert "It is in AV1." in text
    assert any(line.startswith("1") and "54,000" in line and line.rstrip().endswith("1 h 30 min") for line in lines)
    assert long_name + ".toml" in "".join(line.strip() for line in lines)


def test_words_in_brackets_are_shown_as_they_are() -> None:
    plan = planned([row("[red]a"), row("b")], {"b": JobCheck([Problem("Found [150, inf].", fatal=True)])})
    assert "[red]a.toml" in shown(plan, 80)
    assert "Found [150, inf]." in shown(plan, 80)


COMMAND = 'task = "command"\ncommand = ["python", "-c", "pass"]\noutputs = ["{out}/x.txt"]\n'


def test_a_plan_from_real_settings_files(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    contents = {
        "good": COMMAND,
        "broken": 'task = "command\n',
        "other": 'task = "trak"\n',
        "key": COMMAND + "gpus = 1\n",
    }
    for name, text in contents.items():
        (workspace.settings / f"{name}.toml").write_text(text)
    rows = [row(name, task="") for name in ("good", "broken", "other", "key", "deleted")]
    table = {each.settings: each for each in rows}
    plan = make_plan(rows, table, Site(workspace, Config()), Options(frozenset({"command"})))
    assert [job.row.settings for job in plan.runs] == ["settings/good.toml"]
    refused = {Path(job.row.settings).stem: job.reasons[0] for job in plan.refused}
    assert "line 1" in refused["broken"]
    assert "unknown task 'trak'; did you mean 'track'?" in refused["other"]
    assert "gpus" in refused["key"]
    assert "is not there any more" in refused["deleted"]
    assert plan.end == "unknown: no earlier jobs to learn from"


def test_a_very_long_queue_is_cut_and_counted() -> None:
    text = shown(planned([row(f"v{number}") for number in range(300)], {}), 100)
    assert "300 jobs will run" in text
    assert "v59.toml" in text
    assert "v60.toml" not in text
    assert "... and 240 more" in text


def test_a_job_that_waits_for_one_that_will_not_run_is_among_those_that_will_not() -> None:
    plan = planned([row("a"), row("b"), row("c")], {"a": JobCheck([Problem(CUT_OFF, fatal=True)])})
    held = plan.without({"settings/b.toml": "Waits for settings/a.toml, which will not run."})
    assert [job.row.settings for job in held.runs] == ["settings/c.toml"]
    assert [job.row.settings for job in held.refused] == ["settings/a.toml", "settings/b.toml"]
    assert "Waits for settings/a.toml, which will not run." in shown(held, 120)
