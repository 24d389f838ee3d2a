"""What the window shows, as plain values: the workspace's videos, each with its settings files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.ledger.row import Row, State
from ethonight.settings.recording import list_recordings, read_recording
from ethonight.settings.scan import scan_settings
from ethonight.status import Running, read_status
from ethonight.words import count, duration
from ethonight.workspace import Workspace

NEW = "new"
"""The word for a settings file that has no row in the table yet."""
GONE = "gone"
"""The word for a row whose settings file is no longer there."""

_SUMMARY_ORDER = (State.RUNNING, State.FAILED, State.DONE, State.PENDING, "skip", NEW, GONE)


@dataclass(frozen=True)
class Job:
    """One settings file; ``row`` is None as long as no task has registered it."""

    key: str
    name: str
    """The file's path below its video's folder."""
    row: Row | None = None
    running: Running | None = None

    @property
    def state(self) -> str:
        """The word in the table's status column, ``new`` or ``gone``."""
        if self.row is None:
            return NEW
        return GONE if self.row.gone and self.row.state is not State.RUNNING else self.row.status

    @property
    def when(self) -> str:
        """When the last attempt finished, or started where it has not; local time."""
        return (self.row.finished or self.row.started) if self.row else ""

    @property
    def took(self) -> str:
        """How long the last attempt took, or has been running."""
        if self.running:
            return duration(self.running.elapsed)
        return duration(float(self.row.minutes) * 60) if self.row and self.row.minutes else ""

    @property
    def message(self) -> str:
        """What a person should know of this job, in one line."""
        if self.row is None:
            return "Not in the table yet: track-dryrun checks it, track runs it."
        if self.running and not self.row.hold:
            running = self.running
            return f"{running.stage} for {duration(running.in_stage)}" if running.stage else "starting"
        return " ".join(self.row.message.split())


@dataclass(frozen=True)
class Video:
    """One folder in ``settings/``, which is one recording; ``name`` is empty for files directly in ``settings/``."""

    name: str
    files: tuple[Path, ...] = ()
    missing: tuple[Path, ...] = ()
    """Those of ``files`` that are not there."""
    problem: str = ""
    """Why it is not known which video this is."""
    jobs: tuple[Job, ...] = ()

    @property
    def title(self) -> str:
        return self.name or "directly in settings/"

    @property
    def message(self) -> str:
        """What a person should know of this video, in one line."""
        if self.problem:
            return self.problem
        if self.missing:
            return f"The video file is not there: {', '.join(map(str, self.missing))}"
        more = f" and {count(len(self.files) - 1, 'more file')}" if len(self.files) > 1 else ""
        return f"{self.summary}{' · ' if self.files else ''}{self.files[0] if self.files else ''}{more}"

    @property
    def summary(self) -> str:
        """The states of its settings files with their numbers: ``1 failed, 2 done``."""
        if not self.jobs:
            return "no settings yet"
        found = count_words(job.state for job in self.jobs)
        return ", ".join(f"{number} {word}" for word, number in found.items())


@dataclass(frozen=True)
class Selection:
    """What is selected in the window: nothing, a video, or a settings file of a video."""

    video: Video | None = None
    job: Job | None = None


@dataclass(frozen=True)
class Tree:
    """All that the window shows."""

    videos: tuple[Video, ...] = ()
    running: str = ""
    """Which run is writing the table now; empty where none is."""

    @property
    def counts(self) -> dict[str, int]:
        """Settings files by state; only states that occur, in a fixed order."""
        return count_words(job.state for video in self.videos for job in video.jobs)

    @property
    def busy(self) -> bool:
        """Whether a job runs, so that what is shown changes even when no file that is watched does."""
        return any(job.running for video in self.videos for job in video.jobs)

    def find(self, video_name: str, key: str = "") -> Selection:
        """Return the video with this name and its settings file ``key``; what is not there is None."""
        video = next((video for video in self.videos if video.name == video_name), None)
        job = next((job for job in video.jobs if job.key == key), None) if video and key else None
        return Selection(video, job)


def load_tree(workspace: Workspace) -> Tree:
    """Read the workspace as it is now.

    Raises WorkspaceError for a damaged journal, OSError for a settings folder that cannot be read.
    """
    status = read_status(workspace)
    jobs = {row.settings: Job(row.settings, _below(row.settings), row) for row in status.rows}
    for key, running in status.running.items():
        jobs[key] = Job(key, _below(key), jobs[key].row, running)
    for key in scan_settings(workspace):
        jobs.setdefault(key, Job(key, _below(key)))
    return Tree(build_videos(workspace, jobs.values()), str(status.holder or ""))


def build_videos(workspace: Workspace, jobs: Iterable[Job]) -> tuple[Video, ...]:
    """Return all recordings and every other folder that jobs lie in, in the order in which people count."""
    by_video: dict[str, list[Job]] = {name: [] for name in list_recordings(workspace)}
    for job in jobs:
        by_video.setdefault(_folder(job.key), []).append(job)
    names = sorted(by_video, key=natural)
    return tuple(_video(workspace, name, by_video[name]) for name in names)


def _video(workspace: Workspace, name: str, jobs: list[Job]) -> Video:
    ordered = tuple(sorted(jobs, key=lambda job: natural(job.name)))
    if not name:
        return Video(name, jobs=ordered)
    try:
        files = read_recording(workspace, name).files
    except SettingsError as error:
        return Video(name, problem=str(error), jobs=ordered)
    missing = tuple(file for file in files if not os.path.isfile(file))
    return Video(name, files, missing, jobs=ordered)


def _folder(key: str) -> str:
    """Return the video's folder of ``settings/<video>/.../x.toml``."""
    parts = key.split("/")
    return parts[1] if len(parts) > 2 else ""


def _below(key: str) -> str:
    return key.split("/", 2)[-1] if _folder(key) else key.rpartition("/")[2]


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a sorting key that puts ``mouse2`` before ``mouse10``; capital and small letters count the same."""
    parts = re.findall(r"\d+|\D+", name.lower())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def count_words(words: Iterable[str]) -> dict[str, int]:
    """Return how often each state occurs; the known states first, in the order in which a person needs them."""
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    order = (*map(str, _SUMMARY_ORDER), *sorted(found))
    return {word: found[word] for word in dict.fromkeys(order) if word in found}
