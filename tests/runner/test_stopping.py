"""Ways to stop a job or the night: the table, Ctrl-C, signals, a closed terminal, time limits."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from lab import Lab, Run, is_gone, wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the signals of Windows are others")


def started(lab: Lab, name: str, *arguments: str) -> Run:
    """Start a run and wait until the job ``name`` has started."""
    run = lab.start(*arguments)
    lab.wait_for_event(f"{name} start")
    return run


def test_a_row_set_to_skip_stops_its_running_job_and_the_next_job_runs(lab: Lab) -> None:
    key = lab.holding("one")
    lab.add("two")
    run = started(lab, "one")
    lab.edit(key, status="skip")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "skip", "two": "done"}
    assert "Stopped before its end, because its row was set to 'skip'" in lab.message("one")
    assert lab.events() == ["one start", "two start", "two end"]


def test_a_job_that_does_not_want_to_end_is_ended_with_everything_it_has_started(lab: Lab) -> None:
    key = lab.add("one", "stubborn=", "spawn=group", "spawn=session", f"wait={lab.gate('one')}")
    run = lab.start()
    wait_for(lambda: len(lab.children("one")) == 2, "both children")
    lab.edit(key, status="skip")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "skip"}
    wait_for(lambda: all(map(is_gone, lab.children("one"))), "the end of the children")
    wait_for(lambda: is_gone(lab.keeper("one")), "the end of the keeper")


def test_a_job_set_to_skip_while_it_ran_runs_when_it_is_set_to_pending_again(lab: Lab) -> None:
    key = lab.holding("one")
    run = started(lab, "one")
    lab.edit(key, status="skip")
    assert run.ended() == 0
    lab.release("one")
    lab.edit(key, status="pending")
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done"}
    assert lab.table()[key]["attempts"] == "2"


def test_ctrl_c_lets_the_running_job_finish_and_starts_no_other(lab: Lab) -> None:
    lab.holding("one")
    lab.add("two")
    run = started(lab, "one")
    run.interrupt()
    run.wait_to_say("one.toml is finished first, then the night ends. Press Ctrl-C again to stop now.")
    lab.release("one")
    assert run.ended() == 130
    assert lab.statuses() == {"one": "done", "two": "pending"}
    assert lab.events() == ["one start", "one end"]
    assert "Interrupted; the rest waits for the next: pixi run track" in run.words


def test_ctrl_c_twice_stops_the_job_at_once_and_the_next_run_does_it(lab: Lab) -> None:
    lab.holding("one")
    lab.add("two")
    run = started(lab, "one")
    run.interrupt()
    run.wait_to_say("Press Ctrl-C again")
    run.interrupt()
    assert run.ended() == 130
    assert lab.statuses() == {"one": "pending", "two": "pending"}
    assert "because the run was interrupted" in lab.message("one")
    lab.release("one")
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert lab.events() == ["one start", "one start", "one end", "two start", "two end"]


def test_sigterm_stops_the_job_and_the_night(lab: Lab) -> None:
    lab.holding("one")
    run = started(lab, "one")
    run.signal(signal.SIGTERM)
    assert run.ended() == 130
    assert lab.statuses() == {"one": "pending"}
    wait_for(lambda: is_gone(lab.keeper("one")), "the end of the keeper")


def test_the_night_goes_on_when_its_terminal_is_closed(lab: Lab) -> None:
    """A terminal that goes away sends SIGHUP, and refuses all that is written from then on."""
    lab.holding("one")
    lab.add("two")
    master, slave = os.openpty()
    run = lab.start(terminal=slave)
    os.close(slave)
    lab.wait_for_event("one start")
    os.close(master)
    os.killpg(run.process.pid, signal.SIGHUP)
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert lab.events() == ["one start", "one end", "two start", "two end"]


def test_the_night_goes_on_when_nobody_reads_its_output_any_more(lab: Lab) -> None:
    lab.holding("one")
    lab.add("two")
    reader, writer = os.pipe()
    run = lab.start(terminal=writer)
    os.close(writer)
    lab.wait_for_event("one start")
    os.close(reader)
    lab.release("one")
    run.ended()
    assert lab.statuses() == {"one": "done", "two": "done"}


@pytest.mark.parametrize("where", ["settings", "command line", "ethonight.toml"])
def test_a_job_that_takes_too_long_is_stopped_and_fails_with_the_limit_in_its_message(lab: Lab, where: str) -> None:
    hours = 0.0001
    lab.holding("one", "spawn=session", **({"max_hours": hours} if where == "settings" else {}))
    lab.add("two")
    if where == "ethonight.toml":
        lab.options(max_hours=hours, min_free_gb=0.0)
    status, text = lab.track(*(["--max-hours", str(hours)] if where == "command line" else []))
    assert status == 1
    assert lab.statuses()["one"] == "failed"
    assert "It was stopped after 0.0001 hours, the longest it may run (max_hours)." in lab.message("one")
    assert lab.events().count("one start") <= 1
    wait_for(lambda: all(map(is_gone, lab.children("one"))), "the end of the child")
    assert "1 failed" in text or "2 failed" in text
    if where == "settings":
        assert lab.statuses()["two"] == "done"
