"""The thin process between the runner and a job: starts it, waits for it, writes down how it ended.

It outlives the runner, so that a later runner finds out what became of the job. Run as
``python -m ethonight.runner.keeper ATTEMPT_FOLDER``. It must start fast and import little.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from ethonight.runner.attempt import MARK, Attempt, End, LaunchRecord

_POLL_SECONDS = 0.25
_TOUCH_SECONDS = 20.0
_GRACE_SECONDS = 3.0
"""A job that is to be stopped gets this long to end by itself."""
_END_TRIES = 300
_END_PAUSE_SECONDS = 2.0


def main(folder: Path) -> None:
    """Run the attempt in ``folder`` to its end. Does nothing when another process has claimed the attempt."""
    _shield()
    attempt = Attempt(folder)
    if not attempt.claim():
        return
    launch = attempt.launch()
    started = time.time()
    try:
        child = _start(attempt, launch)
    except (OSError, ValueError) as error:
        _write_end(attempt, End(started, time.time(), error=_start_error(launch, error)))
        return
    why = _wait(child, attempt, launch, started)
    _kill_children()  # Before the end is known: from then on nobody may write into the outputs any more.
    code = child.returncode
    _write_end(
        attempt, End(started, time.time(), code if code >= 0 else None, -code if code < 0 else None, stopped=why)
    )
    _end_group()


def _shield() -> None:
    """Leave ending to the runner: no signal of a closing terminal or of the job's own group ends the keeper.

    Handlers, unlike ignored signals, are not inherited by the job.
    """
    for name in ("SIGHUP", "SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: None)
    if sys.platform == "linux":
        set_child_subreaper = 36
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    elif sys.platform == "win32":
        from ethonight.runner.job_object import die_together

        die_together()


def _start(attempt: Attempt, launch: LaunchRecord) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **launch.env, MARK: str(attempt.folder)}
    with attempt.paths.log.open("ab") as log:
        return subprocess.Popen(
            launch.argv, cwd=launch.cwd, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )


def _start_error(launch: LaunchRecord, error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return f"The program '{launch.argv[0]}' could not be started: its command or 'env' is no use ({error})."
    if not Path(launch.cwd).is_dir():
        return f"The working directory {launch.cwd} is not there."
    return f"The program '{launch.argv[0]}' could not be started: {error.strerror or error}."


def _wait(child: subprocess.Popen[bytes], attempt: Attempt, launch: LaunchRecord, started: float) -> str:
    """Wait for the end; return why the job was stopped, or an empty text when it ended by itself."""
    limit = launch.max_hours * 3600
    begin = touched = time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(_POLL_SECONDS)
            return ""
        now = time.monotonic()
        if now - touched > _TOUCH_SECONDS:
            touched = now
            with contextlib.suppress(OSError):  # A network drive may be away for a moment; the job is not.
                attempt.touch()
        why = "timeout" if limit and now - begin > limit else _stop_reason(attempt)
        if why:
            _stop(child)
            return why


def _stop_reason(attempt: Attempt) -> str:
    """Return why the job should stop; nothing while the drive cannot be read."""
    try:
        return attempt.stop_reason()
    except OSError:
        return ""


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask the job to end, then make it."""
    processes = psutil.Process().children(recursive=True)
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE_SECONDS)
    child.kill()
    child.wait()
    _kill_children()


def _kill_children() -> None:
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _write_end(attempt: Attempt, end: End) -> None:
    """Write down the end; while the disk is full, wait for room: hours of work hang on these few bytes."""
    for _ in range(_END_TRIES):
        try:
            attempt.write_end(end)
            return
        except OSError:
            time.sleep(_END_PAUSE_SECONDS)


def _end_group() -> None:
    """Take along whatever the job left behind, this process last."""
    _kill_children()
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
