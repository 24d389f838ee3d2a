"""Jobs of kind ``track``: idtracker.ai, started with its own settings files."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.jobs.idtracker_failures import REINSTALL
from ethonight.jobs.idtracker_log import read_findings, stage_reached
from ethonight.jobs.idtracker_settings import read_settings, session_name, video_texts
from ethonight.jobs.idtracker_snapshot import read_snapshot, write_snapshot
from ethonight.jobs.protocol import (
    AttemptPaths,
    Exit,
    Failure,
    FailureKind,
    Inputs,
    JobFile,
    Launch,
    Need,
    Site,
    Stage,
    Success,
)
from ethonight.settings.videos import video_name

_ENVIRONMENT = {
    "IDTRACKERAI_DISABLE_ANALYTICS": "1",
    "PYTHONUTF8": "1",
    "PYTHONUNBUFFERED": "1",
    "QT_QPA_PLATFORM": "offscreen",
}
"""Without the first, each start sends its arguments, file paths included, to a server."""


_PACKAGES = ("idtrackerai", "torch", "torchvision")
"""idtracker.ai does not say that it needs the other two."""


def _check_installed() -> None:
    """Raise SettingsError where a package is missing that each of these jobs needs. Nothing is loaded."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise SettingsError(f"Not installed, and needed for tracking: {', '.join(missing)}. {REINSTALL}")


class TrackKind:
    """Settings of idtracker.ai: without a ``task`` key, or with ``task = "track"``."""

    name = "track"
    own_place = True

    def owns(self, document: Mapping[str, object]) -> bool:
        return document.get("task", self.name) == self.name

    def video(self, job: JobFile) -> str:
        """Return the stem of the video, ``&``-joined for several files; the settings folder's name without any."""
        texts = video_texts(job.document)
        if texts:
            return video_name(texts)
        folder = job.path.parent.name
        return "" if folder == "settings" else folder

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Check all keys and values. Raises SettingsError."""
        _check_installed()
        settings = read_settings(job, site.workspace)
        files = (settings.background,) if settings.background is not None else ()
        return Inputs(settings.videos, files, settings.intervals, settings.needs_cuda)

    def target(self, job: JobFile, site: Site) -> Path:
        """Return ``sessions/session_<name>``."""
        return site.workspace.sessions / f"session_{session_name(job, site.workspace)}"

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Nothing: its inputs are a person's."""
        return ()

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """Never: it runs again when a person says so."""
        return ""

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Write the snapshot, copy the background image, and return how to start idtracker.ai without its window."""
        settings = read_settings(job, site.workspace)
        attempt.out.mkdir(parents=True, exist_ok=True)
        attempt.work.mkdir(parents=True, exist_ok=True)
        write_snapshot(settings, attempt, shrink)
        return Launch(
            argv=(sys.executable, "-m", "idtrackerai.start", "--load", str(attempt.snapshot), "--track"),
            cwd=attempt.work,
            env=_ENVIRONMENT,
            needs_gpu=not str(settings.values.get("device", "")).lower().startswith("cpu"),
        )

    def stage(self, log_tail: str) -> Stage | None:
        """Return the innermost stage that is running. ``log_tail`` may start and end within a line."""
        name = stage_reached(log_tail)
        return Stage(name) if name else None

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Open the session and its trajectories. The exit code decides nothing: idtracker.ai's are inverted."""
        from ethonight.jobs.idtracker_judge import Evidence, judge_session

        try:
            name = read_snapshot(attempt)["name"]
            prepared = attempt.snapshot.stat().st_mtime
        except (SettingsError, KeyError, OSError) as error:
            return Failure(FailureKind.CRASHED, f"The folder of this attempt is damaged: {error} Run track again.")
        folder = attempt.out / f"session_{name}"
        evidence = Evidence(read_findings(attempt.log), end, prepared)
        return judge_session(folder, site.workspace.sessions / folder.name, evidence, site.config.suspicious)
