"""Which job is next, how many run at a time, and what is tried again."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from lab import Lab, wait_for

from ethonight.config import Config
from ethonight.jobs.command import CommandKind
from ethonight.jobs.protocol import AttemptPaths, Exit, Failure, FailureKind, JobFile, Launch, Site, Success
from ethonight.ledger.ledger import Ledger
from ethonight.runner.interrupt import Interrupt
from ethonight.runner.night import Night, Summary
from ethonight.runner.options import Options
from ethonight.runner.register import register

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that kill")


def starts(lab: Lab) -> list[str]:
    return [event.removesuffix(" start") for event in lab.events() if event.endswith(" start")]


def test_higher_priority_runs_first_then_what_is_in_the_table_longest(lab: Lab) -> None:
    for name in ("d_oldest", "b", "c"):
        lab.add(name)
        assert lab.track("--dryrun")[0] == 0
    urgent = lab.add("z_urgent")
    lab.add("a_newest")
    assert lab.track("--dryrun")[0] == 0
    lab.edit(urgent, priority="5")
    lab.edit("settings/v/b.toml", priority="-1")
    assert lab.track()[0] == 0
    assert starts(lab) == ["z_urgent", "d_oldest", "c", "a_newest", "b"]


def test_a_priority_changed_during_the_night_counts_at_once(lab: Lab) -> None:
    lab.holding("a")
    lab.add("b")
    key = lab.add("c")
    run = lab.start()
    lab.wait_for_event("a start")
    lab.edit(key, priority="1")
    lab.release("a")
    assert run.ended() == 0
    assert starts(lab) == ["a", "c", "b"]


def test_only_the_named_settings_run(lab: Lab) -> None:
    for name in ("a", "b", "c"):
        lab.add(name)
    assert lab.track("settings/v/b.toml")[0] == 0
    assert lab.statuses() == {"a": "pending", "b": "done", "c": "pending"}


def test_one_job_runs_on_each_gpu_at_a_time(lab: Lab) -> None:
    for name in ("a", "b", "c"):
        lab.add(name, "show=CUDA_VISIBLE_DEVICES", f"wait={lab.gate(name)}")
    run = lab.start("--gpus", "0,1")
    wait_for(lambda: len([event for event in lab.events() if "CUDA" in event]) == 2, "two jobs at a time")
    assert {"a CUDA_VISIBLE_DEVICES=0", "b CUDA_VISIBLE_DEVICES=1"} <= set(lab.events())
    lab.release("b")
    lab.wait_for_event("c CUDA_VISIBLE_DEVICES=1")
    lab.release("a")
    lab.release("c")
    assert run.ended() == 0
    assert set(lab.statuses().values()) == {"done"}


@pytest.mark.parametrize("gpus", ["0,0", "0,,1"])
def test_gpus_that_make_no_sense_are_refused(lab: Lab, gpus: str) -> None:
    status, text = lab.track("--gpus", gpus)
    assert status == 2
    assert "--gpus wants different GPUs" in text


def test_failed_rows_are_tried_again_by_the_next_run_and_done_rows_are_not(lab: Lab) -> None:
    lab.add("a")
    lab.add("b", "exit=1")
    assert lab.track()[0] == 1
    assert lab.statuses() == {"a": "done", "b": "failed"}
    lab.add("b")
    assert lab.track()[0] == 0
    assert lab.statuses() == {"a": "done", "b": "done"}
    assert starts(lab) == ["a", "b", "b"]
    assert lab.track()[0] == 0
    assert starts(lab) == ["a", "b", "b"]


@on_posix
@pytest.mark.parametrize(("arguments", "tries"), [((), 2), (("--retries", "0"), 1), (("--retries", "2"), 3)])
def test_a_job_that_is_killed_is_tried_again_as_often_as_asked(
    lab: Lab, arguments: tuple[str, ...], tries: int
) -> None:
    lab.add("a", "die=9")
    lab.add("b", "exit=1")
    lab.add("c")
    assert lab.track(*arguments)[0] == 1
    assert starts(lab) == ["a", "b", "c", *["a"] * (tries - 1)]
    assert lab.statuses() == {"a": "failed", "b": "failed", "c": "done"}
    assert "The program was killed (signal 9)" in lab.message("a")


class Memory(CommandKind):
    """Jobs that lack memory until their batch has been halved ``enough`` times."""

    def __init__(self, enough: int) -> None:
        self.enough = enough
        self.shrinks: list[int] = []

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        self.shrinks.append(shrink)
        return super().prepare(job, attempt, site, shrink)

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        if self.shrinks[-1] < self.enough:
            return Failure(FailureKind.OUT_OF_MEMORY, "The GPU got out of memory.")
        return super().judge(job, attempt, end, site)


@pytest.mark.parametrize(
    ("enough", "retries", "shrinks", "status"),
    [(0, 1, [0], "done"), (2, 1, [0, 1, 2], "done"), (9, 1, [0, 1, 2, 3], "failed"), (2, 0, [0], "failed")],
)
def test_a_job_that_lacks_memory_is_tried_again_with_half_the_batch(
    lab: Lab, enough: int, retries: int, shrinks: list[int], status: str
) -> None:
    kind = Memory(enough)
    lab.add("one")
    run_in_process(lab, kind, Options(frozenset({"command"}), retries=retries))
    assert kind.shrinks == shrinks
    assert lab.statuses() == {"one": status}


def run_in_process(lab: Lab, kind: CommandKind, options: Options) -> Summary:
    def kind_of(_: Mapping[str, object]) -> CommandKind:
        return kind

    with Ledger(lab.workspace, "track") as ledger:
        register(ledger, lab.workspace, kind_of)
        return Night(Site(lab.workspace, Config(min_free_gb=0.0)), ledger, kind_of, options).run(
            Interrupt(), lambda: None
        )


class Broken(CommandKind):
    """A kind whose judge has a fault of its own."""

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        raise ZeroDivisionError(str(Path(job.key).name))


def test_a_fault_in_judging_one_job_fails_that_job_and_the_night_goes_on(lab: Lab) -> None:
    lab.add("a")
    lab.add("b")
    summary = run_in_process(lab, Broken(), Options(frozenset({"command"})))
    assert len(summary.failed) == 2
    assert lab.statuses() == {"a": "failed", "b": "failed"}
    assert "could not be judged: ZeroDivisionError" in lab.message("a")


@on_posix
def test_watch_takes_up_settings_that_are_saved_later(lab: Lab) -> None:
    lab.add("a")
    run = lab.start("--watch")
    lab.wait_for_event("a end")
    lab.add("b")
    lab.wait_for_event("b end")
    wait_for(lambda: lab.statuses() == {"a": "done", "b": "done"}, "both jobs in the table")
    run.interrupt()
    assert run.ended() == 130
    assert "New: settings/v/b.toml" in run.words


@on_posix
def test_watch_runs_a_failed_job_again_once_its_settings_are_saved_anew(lab: Lab) -> None:
    key = lab.save("a", "task = 'comm")
    run = lab.start("--watch")
    wait_for(lambda: lab.workspace.table.exists() and lab.statuses() == {"a": "failed"}, "the failure")
    assert lab.add("a") == key
    lab.wait_for_event("a end")
    wait_for(lambda: lab.statuses() == {"a": "done"}, "the job in the table")
    run.interrupt()
    assert run.ended() == 130
    assert "1 done, 0 failed, 0 skipped." in run.words


def test_a_dryrun_beside_a_run_checks_new_settings_as_well(lab: Lab) -> None:
    lab.holding("a")
    run = lab.start()
    lab.wait_for_event("a start")
    lab.add("b")
    status, text = lab.track("--dryrun")
    assert status == 0
    assert "1 job will run" in text and "v/b.toml" in text
    assert lab.statuses() == {"a": "running"}
    lab.release("a")
    assert run.ended() == 0
    assert lab.events() == ["a start", "a end"]
