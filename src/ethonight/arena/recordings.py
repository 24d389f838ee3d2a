"""A made recording in a workspace: its video, its settings folder, a coder's bouts, and a tracking session."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import clip
from ethonight.annotations.bouts_writing import render_annotation, write_annotation
from ethonight.arena.movie import Made, make_recording
from ethonight.arena.scenario import Arena
from ethonight.arena.tracks import write_session
from ethonight.settings.recording import Recording, add_recording
from ethonight.workspace import Workspace

VIDEOS = "videos"
"""The folder in the workspace where made videos lie."""


@dataclass(frozen=True)
class Written:
    """Where a made recording lies."""

    recording: Recording
    made: Made
    annotation: Path
    trajectories: Path | None


def write_recording(
    arena: Arena, workspace: Workspace, name: str, coder: str = "truth", tracked: bool = True
) -> Written:
    """Make the recording ``name`` of an arena in a workspace, with what ``coder`` would have marked in it.

    Doing it again gives the same. Without ``tracked`` there is no session. Raises VideoError when the video cannot be
    written, AnnotationError when the coder's file is there and somebody has changed it.
    """
    videos = workspace.root / VIDEOS
    videos.mkdir(exist_ok=True)
    made = make_recording(arena, videos / f"{name}.mp4")
    recording = add_recording(workspace, [made.video])
    path = workspace.annotations / recording.name / f"{coder}.csv"
    annotation = annotation_of(made)
    if not path.is_file() or path.read_bytes() != render_annotation(annotation):
        write_annotation(path, annotation)
    session = workspace.sessions / f"session_{recording.name}"
    return Written(recording, made, path, write_session(made, session) if tracked else None)


def annotation_of(made: Made) -> Annotation:
    """Return what a coder without error marks: the bouts, as far as they lie in the time that was scored.

    Where all time was scored, there is no row that says so.
    """
    if made.scored == ((0.0, float(made.edges[-1])),):
        return Annotation(made.bouts)
    return Annotation(tuple(clip(made.bouts, made.scored))).with_scored(made.scored)
