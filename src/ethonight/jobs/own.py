"""What the jobs of this package's own programs share: how they are started, followed and judged."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import tomli_w

from ethonight.errors import SettingsError
from ethonight.jobs.protocol import AttemptPaths, Exit, Failure, FailureKind, Launch, Stage
from ethonight.suggest import unknown_key

PROGRESS = "progress: "
"""How a line of the log begins that tells how far the job is."""
FAILURE_FILE = "failure.json"
"""Where a job writes why it failed: ``kind`` and ``message``."""
NOTES_FILE = "notes.json"
"""Where a job that ended well leaves sentences for the person, a list of texts."""
BATCH = 64
"""Crops or pictures that are computed at a time, before any lack of memory."""
_LONGEST = 160
"""Letters of what a line about the progress says; the time that is left stands at its end."""

_ENVIRONMENT = {
    "PYTHONUTF8": "1",
    "PYTHONUNBUFFERED": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}


class OwnKind:
    """What the kinds whose jobs are this package's own programs have in common; see JobKind."""

    name = ""
    own_place = True

    def owns(self, document: Mapping[str, object]) -> bool:
        return document.get("task") == self.name

    def stage(self, log_tail: str) -> Stage | None:
        """Return what the last whole line about the progress says."""
        lines = [line for line in log_tail.split("\n")[:-1] if line.startswith(PROGRESS)]
        return Stage(lines[-1].removeprefix(PROGRESS).strip()[:_LONGEST], passing=True) if lines else None


def launch(module: str, order: Mapping[str, object], attempt: AttemptPaths) -> Launch:
    """Write the order as the attempt's snapshot and return how ``ethonight.learning.<module>`` is started with it."""
    attempt.out.mkdir(parents=True, exist_ok=True)
    attempt.work.mkdir(parents=True, exist_ok=True)
    attempt.snapshot.write_text(tomli_w.dumps(dict(order)), "utf-8")
    argv = (sys.executable, "-m", f"ethonight.learning.{module}", str(attempt.snapshot))
    return Launch(argv=argv, cwd=attempt.work, env=_ENVIRONMENT)


def failure(attempt: AttemptPaths, end: Exit) -> Failure | None:
    """Return why the job failed, or None where it ended well."""
    path = attempt.work / FAILURE_FILE
    if path.exists():
        record = json.loads(path.read_text("utf-8"))
        return Failure(FailureKind[record["kind"]], record["message"])
    if end.signal == 9:
        return Failure(FailureKind.KILLED, "It was killed (signal 9): usually the computer ran out of memory.")
    if end.signal is not None:
        return Failure(FailureKind.KILLED, f"It was ended by signal {end.signal}.")
    if end.code != 0:
        return Failure(FailureKind.CRASHED, f"It crashed: {_last_line(attempt.log)}")
    return None


def _last_line(log: Path) -> str:
    """Return the last line of a log, which names the error; at most 300 letters."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 4000))
        lines = stream.read().decode("utf-8", "replace").split("\n")
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "it wrote nothing.")


def notes(attempt: AttemptPaths) -> list[str]:
    """Return what the job left to be told."""
    path = attempt.work / NOTES_FILE
    return [str(text) for text in json.loads(path.read_text("utf-8"))] if path.exists() else []


def forget_partial(attempt: AttemptPaths) -> None:
    """Remove the unfinished work of a job whose outputs were verified; nobody goes on from it any more."""
    order = tomllib.loads(attempt.snapshot.read_text("utf-8"))
    shutil.rmtree(order["partial"], ignore_errors=True)


def digest(*values: object) -> str:
    """Return a short text that stands for plain values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def missing(path: Path) -> Failure:
    """Return the failure of a job that ended well without its output."""
    return Failure(FailureKind.OUTPUTS_MISSING, f"The job ended well, but its output {path.name} is not there.")


def only_keys(document: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Raise SettingsError for a key that is not among ``known``."""
    for key in document:
        if key not in known:
            raise SettingsError(unknown_key(key, known))
