"""A new run takes up what the one before has left: running jobs, ended jobs, jobs that vanished."""

from __future__ import annotations

import json
import os
import signal
import sys

import psutil
import pytest
from lab import Lab, is_gone, wait_for

from ethonight.runner.attempt import Attempt, LaunchRecord

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that kill")


def killed_with_a_running_job(lab: Lab, name: str, *arguments: str) -> None:
    """Start a run and kill it while the job ``name`` is running."""
    run = lab.start(*arguments)
    lab.wait_for_event(f"{name} start")
    run.kill()


def the_job_of(lab: Lab, name: str) -> int:
    """Return the process number of the job itself."""
    keeper = psutil.Process(lab.keeper(name))
    return wait_for(keeper.children, f"the job of {name}")[0].pid


def test_a_job_that_outlived_its_runner_is_adopted(lab: Lab) -> None:
    lab.holding("one")
    lab.add("two")
    killed_with_a_running_job(lab, "one")
    run = lab.start()
    run.wait_to_say("settings/v/one.toml was started by an earlier run; it is taken up.")
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert lab.events() == ["one start", "one end", "two start", "two end"]


def test_an_adopted_job_is_stopped_by_its_row_like_any_other(lab: Lab) -> None:
    key = lab.holding("one")
    killed_with_a_running_job(lab, "one")
    lab.edit(key, status="skip")
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "skip"}
    wait_for(lambda: is_gone(lab.keeper("one")), "the end of the keeper")


@pytest.mark.parametrize("number", [1, 2])
def test_a_job_that_ended_without_a_runner_is_judged_and_not_run_again(lab: Lab, number: int) -> None:
    for name in ("one", "two")[:number]:
        lab.holding(name)
    killed_with_a_running_job(lab, "one", *(["--gpus", "0,1"] if number == 2 else []))
    for name in ("one", "two")[:number]:
        lab.wait_for_event(f"{name} start")
        lab.release(name)
        wait_for(lab.attempt(name).end, f"the end of {name}")
    assert lab.track()[0] == 0
    assert set(lab.statuses().values()) == {"done"}
    assert len(lab.events()) == 2 * number


def test_a_job_that_failed_without_a_runner_has_its_message_and_waits_for_the_next_run(lab: Lab) -> None:
    lab.holding("one", "say=the camera is not there", "exit=4")
    killed_with_a_running_job(lab, "one")
    lab.release("one")
    wait_for(lab.attempt("one").end, "the end of one")
    assert lab.track()[0] == 1
    assert lab.statuses() == {"one": "failed"}
    assert "exit status 4; its last line: the camera is not there" in lab.message("one")
    assert lab.events() == ["one start"]


def test_an_end_whose_clock_was_set_back_meanwhile_counts(lab: Lab) -> None:
    lab.holding("one")
    killed_with_a_running_job(lab, "one")
    lab.release("one")
    end = wait_for(lab.attempt("one").end, "the end of one")
    outcome = lab.attempt("one").folder / "outcome.json"
    record = json.loads(outcome.read_text("utf-8"))
    outcome.write_text(json.dumps({**record, "finished": end.started - 3600.0}), "utf-8")
    assert lab.track()[0] == 0
    assert lab.table()["settings/v/one.toml"]["minutes"] == "0.0"
    assert lab.statuses() == {"one": "done"}


def test_a_job_that_vanished_with_its_computer_runs_again(lab: Lab) -> None:
    """Runner, keeper and job are gone at once, as when the plug is pulled."""
    lab.holding("one")
    run = lab.start()
    lab.wait_for_event("one start")
    job, keeper = the_job_of(lab, "one"), lab.keeper("one")
    run.kill()
    for pid in (keeper, job):
        os.kill(pid, signal.SIGKILL)
    lab.release("one")
    assert lab.track()[0] == 0
    assert lab.events() == ["one start", "one start", "one end"]
    assert lab.table()["settings/v/one.toml"]["attempts"] == "2"


def test_a_job_that_is_alive_while_its_keeper_is_not_is_ended_before_it_runs_again(lab: Lab) -> None:
    lab.holding("one", "spawn=session")
    lab.add("two")
    run = lab.start()
    lab.wait_for_event("one start")
    job, keeper = the_job_of(lab, "one"), lab.keeper("one")
    run.kill()
    os.kill(keeper, signal.SIGKILL)
    wait_for(lambda: is_gone(keeper), "the keeper's end")
    assert not is_gone(job)
    run = lab.start()
    wait_for(lambda: is_gone(job), "the end of the job without a keeper")
    lab.release("one")
    assert run.ended() == 0
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert lab.events().count("one end") == 1


def test_a_keeper_that_comes_after_its_attempt_was_given_up_starts_nothing(lab: Lab) -> None:
    attempt = lab.attempt("one")
    attempt.paths.out.mkdir(parents=True)
    argv = [sys.executable, *lab.command("one")[1:]]
    attempt.write_launch(
        LaunchRecord([part.replace("{out}", str(attempt.paths.out)) for part in argv], str(lab.beside))
    )
    assert attempt.abandon()
    assert not attempt.abandon()
    assert not attempt.alive()
    assert attempt.start_keeper().wait() == 0
    assert lab.events() == []
    assert attempt.end() is None


def test_an_attempt_runs_only_once_however_many_keepers_start(lab: Lab) -> None:
    attempt = lab.attempt("one")
    attempt.paths.out.mkdir(parents=True)
    argv = [sys.executable, *lab.command("one")[1:]]
    attempt.write_launch(
        LaunchRecord([part.replace("{out}", str(attempt.paths.out)) for part in argv], str(lab.beside))
    )
    keepers = [attempt.start_keeper() for _ in range(3)]
    for keeper in keepers:
        keeper.wait()
    assert lab.events() == ["one start", "one end"]
    assert not attempt.abandon()
    assert Attempt(attempt.folder).end() is not None


def test_an_attempt_folder_that_a_person_has_emptied_does_not_end_the_night(lab: Lab) -> None:
    lab.holding("one")
    lab.add("two")
    killed_with_a_running_job(lab, "one")
    lab.release("one")
    wait_for(lab.attempt("one").end, "the end of one")
    (lab.attempt("one").folder / "source.toml").unlink()
    assert lab.track()[0] == 0
    assert lab.statuses() == {"one": "done", "two": "done"}


@pytest.mark.parametrize("again", [0, 1])
def test_a_keeper_that_is_killed_fails_its_job_which_is_tried_again_after_the_others(lab: Lab, again: int) -> None:
    lab.add("one", "spawn=session", "spawn=group", f"wait={lab.gate('one')}")
    lab.add("two")
    run = lab.start("--retries", str(again))
    wait_for(lambda: len(lab.children("one")) == 2, "both children")
    job, first = the_job_of(lab, "one"), lab.children("one")
    os.kill(lab.keeper("one"), signal.SIGKILL)
    wait_for(lambda: all(map(is_gone, [job, *first])), "the end of all that the job has started")
    lab.wait_for_event("two end")
    lab.release("one")
    assert run.ended() == (0 if again else 1)
    order = [event for event in lab.events() if "child" not in event]
    retried = ["one start", "one end"] if again else []
    assert order == ["one start", "two start", "two end", *retried]
    assert lab.statuses() == {"one": "done" if again else "failed", "two": "done"}
    assert again or "The job and the process that watched it were killed" in lab.message("one")


def test_a_job_that_is_killed_fails_with_everything_it_started_and_is_tried_again_after_the_others(lab: Lab) -> None:
    lab.add("one", "spawn=session", f"wait={lab.gate('one')}")
    lab.add("two")
    run = lab.start()
    wait_for(lambda: len(lab.children("one")) == 1, "the child")
    first = lab.children("one")
    os.kill(the_job_of(lab, "one"), signal.SIGKILL)
    wait_for(lambda: all(map(is_gone, first)), "the end of the child")
    lab.wait_for_event("two end")
    lab.release("one")
    assert run.ended() == 0
    assert "The program was killed (signal 9)" in run.words
    assert lab.statuses() == {"one": "done", "two": "done"}
    assert [e for e in lab.events() if "child" not in e] == [
        "one start",
        "two start",
        "two end",
        "one start",
        "one end",
    ]
