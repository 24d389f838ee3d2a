"""The evening check: what would keep a job from running well, found before anybody goes home."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ethonight.claims import Claims
from ethonight.errors import SettingsError
from ethonight.gpu import cuda_problem
from ethonight.jobs.protocol import Inputs, Interval, JobKind, Site
from ethonight.settings.job_file import JobFile
from ethonight.video.probe import Probe, Progress, probe_videos

BYTES_PER_FRAME = 40_000
"""Disk space that a job may need for each frame of its recording, outputs and intermediate files together.

Sessions of eight small fish were measured at 3 to 5 kB a frame; larger animals fill more pixels, so ten times that is
set aside. Only a warning rests on it.
"""
_GIGABYTE = 10**9

Cuda = Callable[[], str | None]
"""Returns why CUDA cannot be used, or None."""


@dataclass(frozen=True)
class Problem:
    """One finding. ``fatal``: the job will not run; otherwise it runs, and a person should know."""

    text: str
    fatal: bool


@dataclass(frozen=True)
class JobCheck:
    """Everything found about one job. ``frames``: of its whole recording, 0 where not known."""

    problems: list[Problem] = field(default_factory=list)
    frames: int = 0

    @property
    def refused(self) -> list[str]:
        """Why the job will not run; empty when it will."""
        return [problem.text for problem in self.problems if problem.fatal]

    @property
    def warnings(self) -> list[str]:
        return [problem.text for problem in self.problems if not problem.fatal]


class CudaOnce:
    """Asks about CUDA when somebody needs to know (seconds: torch is loaded), and remembers good news."""

    def __init__(self, ask: Cuda = cuda_problem) -> None:
        self._ask = ask
        self._fine = False

    def __call__(self) -> str | None:
        problem = None if self._fine else self._ask()
        self._fine = problem is None
        return problem


_CUDA = CudaOnce()


def check_inputs(inputs: Inputs, site: Site, probes: Mapping[Path, Probe], cuda: Cuda = _CUDA) -> list[Problem]:
    """Return what is wrong with what one job needs; ``probes`` holds at least its videos.

    What concerns several jobs, disk space and shared targets, is checked by ``check_jobs``.
    """
    videos = [probes[path] for path in inputs.videos]
    problems = [
        Problem(video.problem, fatal=not (inputs.takes_damaged and video.frames > 0))
        for video in dict.fromkeys(videos)
        if video.problem
    ]
    if not any(problem.fatal for problem in problems):
        problems += [Problem(text, fatal=True) for text in (*_resolutions(videos), *_intervals(inputs, videos))]
        problems += [Problem(video.warning, fatal=False) for video in dict.fromkeys(videos) if video.warning]
    problems += [Problem(_missing(path, site), fatal=True) for path in inputs.files if not path.is_file()]
    problems += [Problem(text, fatal=False) for text in inputs.warnings]
    if inputs.needs_cuda and (text := cuda()):
        problems.append(Problem(text, fatal=True))
    return problems


def check_jobs(
    jobs: Iterable[tuple[JobFile, JobKind]],
    site: Site,
    progress: Progress | None = None,
    written: Mapping[str, str] | None = None,
) -> dict[str, JobCheck]:
    """Check all jobs, given in the order in which they would run, and return what was found by table key.

    ``written`` are the outputs of jobs that are done, relative to the workspace, and the keys of these jobs.
    ``progress`` is told of every video before it is opened.
    """
    listed = list(jobs)
    asked = {job.key: _inputs(job, kind, site) for job, kind in listed}
    videos = [path for needed in asked.values() if isinstance(needed, Inputs) for path in needed.videos]
    probes = probe_videos(videos, progress=progress, cache=site.workspace.probes) if videos else {}
    claims = Claims()
    for output, key in (written or {}).items():
        claims.claim(output, key)
    checks: dict[str, JobCheck] = {}
    for job, kind in listed:
        inputs = asked[job.key]
        if isinstance(inputs, Problem):
            checks[job.key] = JobCheck([inputs])
            continue
        frames = sum(probes[path].frames for path in inputs.videos)
        found = check_inputs(inputs, site, probes)
        if not any(problem.fatal for problem in found):
            found += _shared_target(job, kind, site, claims) + _disk_space(site, frames)
        checks[job.key] = JobCheck(found, frames)
    return checks


def _inputs(job: JobFile, kind: JobKind, site: Site) -> Inputs | Problem:
    """Return what the job needs, or why its settings cannot be used. Asked once: it may read many files."""
    try:
        return kind.inputs(job, site)
    except SettingsError as error:
        return Problem(str(error), fatal=True)


def _resolutions(videos: list[Probe]) -> list[str]:
    """Return why the files cannot be one recording."""
    for video in videos[1:]:
        if (video.width, video.height) != (videos[0].width, videos[0].height):
            return [
                f"The files of one recording must have the same picture size: {videos[0].path.name} has"
                f" {_size(videos[0])}, {video.path.name} has {_size(video)}. Convert one of them, or make two jobs."
            ]
    return []


def _size(video: Probe) -> str:
    return f"{video.width} x {video.height} pixels"


def _intervals(inputs: Inputs, videos: list[Probe]) -> list[str]:
    """Return which intervals do not lie inside the recording; unknown where a file does not tell its length."""
    if not all(video.frames > 0 for video in videos):
        return []
    frames = sum(video.frames for video in videos)
    return [text for interval in inputs.intervals if (text := outside(interval, frames))]


def outside(interval: Interval, frames: int) -> str:
    """Return why ``[start, end)`` does not lie within the ``frames`` of a recording, or an empty text."""
    if 0 <= interval.start < interval.end <= frames:
        return ""
    shown = f"The interval [{interval.start}, {interval.end}]"
    if interval.start >= interval.end:
        return f"{shown} holds no frame: its end must be greater than its start. Correct it in the settings file."
    return (
        f"{shown} is not inside the video, which has {frames} frames (0 to {frames}). Correct it in the settings file."
    )


def _missing(path: Path, site: Site) -> str:
    shown = site.workspace.shown(path)
    return f"The file {shown}, named in the settings, is not there. Put it there, or correct the name."


def _disk_space(site: Site, frames: int) -> list[Problem]:
    """Below ``min_free_gb`` nothing is started; a likely shortage is worth a word."""
    free, least = shutil.disk_usage(site.workspace.root).free, site.config.min_free_gb * _GIGABYTE
    where = f"Only {free / _GIGABYTE:.1f} GB are free on the disk of the workspace"
    if free < least:
        text = f"{where}; at least {site.config.min_free_gb:g} GB are needed (min_free_gb). Make room."
        return [Problem(text, fatal=True)]
    needed = frames * BYTES_PER_FRAME
    if free - needed < least:
        text = f"{where}; this job with {frames:,} frames may need up to {needed / _GIGABYTE:.0f} GB. Make room."
        return [Problem(text, fatal=False)]
    return []


def _shared_target(job: JobFile, kind: JobKind, site: Site, claims: Claims) -> list[Problem]:
    """Refuse the second job that would write to one folder, inside it or around it."""
    text = shared_target(kind.target(job, site), job.key, claims, site) if kind.own_place else ""
    return [Problem(text, fatal=True)] if text else []


def shared_target(target: Path, key: str, claims: Claims, site: Site) -> str:
    """Return why the job ``key`` must not write to ``target``, or an empty text; then it is claimed."""
    shown = site.workspace.shown(target)
    other = claims.claim(shown, key)
    if not other:
        return ""
    return (
        f"This job would write to {shown}, where {other} writes or has written. Give one of them"
        " another name (its file's, or the line 'name' in it), or set one to 'skip'."
    )
