"""The thin process that runs a job and writes down how it ended."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from lab import Lab, is_gone, wait_for

from ethonight.runner import keeper
from ethonight.runner.attempt import Attempt, End, LaunchRecord


def attempt_of(lab: Lab, name: str, *verbs: str, **launch: object) -> Attempt:
    """An attempt that is ready to be started."""
    attempt = lab.attempt(name)
    attempt.paths.out.mkdir(parents=True)
    words = [word.replace("{out}", str(attempt.paths.out)) for word in lab.command(name, *verbs)[1:]]
    attempt.write_launch(LaunchRecord([sys.executable, *words], str(lab.beside), **launch))  # type: ignore[arg-type]
    return attempt


def ended(attempt: Attempt) -> End:
    attempt.start_keeper().wait()
    end = attempt.end()
    assert end is not None
    assert end.started <= end.finished
    return end


@pytest.mark.parametrize("code", [0, 1, 3])
def test_the_exit_status_is_written_down(lab: Lab, code: int) -> None:
    end = ended(attempt_of(lab, "one", f"exit={code}"))
    assert (end.code, end.signal, end.stopped, end.error) == (code, None, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that kill")
@pytest.mark.parametrize("number", [9, 11])
def test_the_signal_that_ended_a_job_is_written_down(lab: Lab, number: int) -> None:
    end = ended(attempt_of(lab, "one", f"die={number}"))
    assert (end.code, end.signal) == (None, number)


def test_a_request_to_stop_is_written_down_with_its_reason(lab: Lab) -> None:
    attempt = attempt_of(lab, "one", "wait=never")
    process = attempt.start_keeper()
    lab.wait_for_event("one start")
    attempt.ask_to_stop("skip")
    process.wait()
    end = attempt.end()
    assert end is not None
    assert end.stopped == "skip"


def test_a_time_limit_is_written_down(lab: Lab) -> None:
    assert ended(attempt_of(lab, "one", "wait=never", max_hours=0.0001)).stopped == "timeout"


@pytest.mark.skipif(sys.platform == "win32", reason="a job object does this on Windows")
@pytest.mark.parametrize("how", ["group", "session"])
def test_what_a_job_leaves_behind_ends_with_it(lab: Lab, how: str) -> None:
    """Also what has hidden in a session of its own."""
    ended(attempt_of(lab, "one", f"spawn={how}"))
    (child,) = lab.children("one")
    wait_for(lambda: is_gone(child), "the end of the child")


@pytest.mark.parametrize("broken", [{"env": {"A=B": "1"}}, {"env": {"A": "x\0y"}}])
def test_a_command_that_no_system_takes_is_written_down(lab: Lab, broken: dict[str, object]) -> None:
    end = ended(attempt_of(lab, "one", **broken))
    assert "could not be started" in end.error and end.code is None


def test_a_drive_that_is_away_for_a_moment_does_not_end_the_watch(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = attempt_of(lab, "one", "wait=never", max_hours=0.0001)

    def away(_: Attempt) -> str:
        raise OSError(errno.EIO, "away")

    monkeypatch.setattr(keeper, "_TOUCH_SECONDS", 0.0)
    monkeypatch.setattr(Attempt, "touch", away)
    monkeypatch.setattr(Attempt, "stop_reason", away)
    child = keeper._start(attempt, attempt.launch())
    assert keeper._wait(child, attempt, attempt.launch(), 0.0) == "timeout"


def test_the_log_holds_what_the_job_says(lab: Lab) -> None:
    attempt = attempt_of(lab, "one", "say=hello", "say=mouse 3")
    ended(attempt)
    assert attempt.log_tail() == "hello\nmouse 3\n"
    assert attempt.log_tail(size=3) == " 3\n"


def test_the_job_has_its_environment_and_nothing_to_read(lab: Lab) -> None:
    ended(attempt_of(lab, "one", "show=MICE", env={"MICE": "3"}))
    assert "one MICE=3" in lab.events()


def test_the_end_is_written_as_soon_as_the_disk_has_room(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = lab.attempt("one")
    attempt.folder.mkdir(parents=True)
    monkeypatch.setattr(keeper, "_END_PAUSE_SECONDS", 0.0)
    real, refusals = os.replace, iter(range(3))

    def full_at_first(source: Path, target: Path) -> None:
        if next(refusals, None) is not None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(source, target)

    monkeypatch.setattr(os, "replace", full_at_first)
    keeper._write_end(attempt, End(1.0, 2.0, code=0))
    assert attempt.end() == End(1.0, 2.0, code=0)
