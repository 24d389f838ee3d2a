"""The selected video or settings file in words, for the pane below the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ethonight.gui.model import GONE, NEW, Job, Selection, Video
from ethonight.gui.places import log_file
from ethonight.ledger.row import SKIP, State
from ethonight.words import count
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class Line:
    """One line of the pane: what it is, and the text."""

    label: str
    text: str
    bad: bool = False
    """Whether the text says that something is wrong."""


_NEXT = {
    State.PENDING: "The next run of track takes it.",
    State.FAILED: "Mend what the message says, then run track again. To leave it out, write skip in the job table.",
    SKIP: "Left out because the job table says skip. Write pending there to run it.",
    NEW: "In the evening: track-dryrun checks it, track runs it.",
    GONE: "The settings file was deleted, renamed or moved. Its row stays in the job table.",
}


def describe(workspace: Workspace, selected: Selection) -> list[Line]:
    """Return what is known of the selection; no lines when nothing is selected."""
    if selected.job and selected.video:
        return [line for line in _job(workspace, selected.job, selected) if line.text]
    return [line for line in _video(selected.video) if line.text] if selected.video else []


def title(selected: Selection) -> str:
    """Return the heading of the pane."""
    if selected.job:
        return selected.job.key
    return selected.video.title if selected.video else "Select a video or a settings file to see all about it."


def _job(workspace: Workspace, job: Job, selected: Selection) -> Iterator[Line]:
    yield Line("State", _state(job))
    if job.row is None:
        yield Line("Next", _NEXT[NEW])
        return
    yield Line("Message", job.row.message, bad=job.state == State.FAILED)
    if job.running:
        yield Line("Stage", job.message)
    yield Line("Next", _next(job))
    yield Line("Notes", job.row.notes)
    yield Line("Output", job.row.output)
    log = log_file(workspace, selected)
    yield Line("Log", workspace.shown(log) if log else "")


def _state(job: Job) -> str:
    row = job.row
    if row is None:
        return "new: not in the job table yet"
    parts = [job.state]
    if row.attempts:
        parts.append(f"after {count(row.attempts, 'attempt')}" if not job.running else f"attempt {row.attempts}")
    if job.when:
        parts.append(f"finished {row.finished}" if row.finished else f"started {row.started}")
    if job.took:
        parts.append(f"took {job.took}" if not job.running else f"for {job.took}")
    return ", ".join(parts)


def _next(job: Job) -> str:
    if job.state in _NEXT:
        return _NEXT[job.state]
    if job.row and job.row.hold:
        return f"'{job.row.hold}' is no status that Ethonight knows. Write skip or pending in the job table."
    return ""


def _video(video: Video) -> Iterator[Line]:
    yield Line("Problem", video.problem, bad=True)
    label = "Files" if len(video.files) > 1 else "File"
    for file in video.files:
        yield Line(label, _file(file, file in video.missing), bad=file in video.missing)
        label = ""
    if video.missing:
        yield Line("Next", "Connect the disk, or run fix-paths when the video was moved.")
    yield Line("Settings", video.summary)
    if not video.jobs and not video.problem and not video.missing:
        yield Line("Next", "Open it in idtracker.ai, set it up, and save the settings into the folder that it offers.")


def _file(file: Path, missing: bool) -> str:
    return f"{file} (not there)" if missing else str(file)
