"""Pairs of a video and its bouts, read and checked before any hour is spent."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import list_coders
from ethonight.annotations.problems import AnnotationError
from ethonight.errors import SettingsError, VideoError
from ethonight.jobs.embed import features_file
from ethonight.jobs.groups import read_groups
from ethonight.recipe.split import Plan, plan_split
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import Pair, Split, TrainingRecipe
from ethonight.settings.recording import Recording, list_recordings, read_recording
from ethonight.suggest import closest
from ethonight.video.content import content_key
from ethonight.workspace import Workspace


@dataclass(frozen=True)
class MarkedVideo:
    """A recording and what somebody marked in it."""

    recording: Recording
    path: Path
    annotation: Annotation

    @property
    def name(self) -> str:
        return self.recording.name

    @property
    def watched_labels(self) -> frozenset[str]:
        """The labels with bouts in time that was watched; others can be neither learned nor measured."""
        return frozenset(bout.label for bout in self.annotation.scored_bouts(math.inf))

    @property
    def sha256(self) -> str:
        """Of the bouts file."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def pair_file(workspace: Workspace, pair: Pair) -> Path:
    """Return the bouts file that a pair means: a coder's of this video, or a file in the workspace, or anywhere."""
    own = workspace.annotations / pair.video / pair.annotations
    choices = (own.with_name(f"{own.name}.csv"), own, workspace.root / pair.annotations)
    for path in choices:
        if path.is_file():
            return path
    coders = list_coders(workspace, pair.video)
    close = closest(pair.annotations, coders)
    hint = f"did you mean '{close}'?" if close else f"there are bouts of: {', '.join(coders) or 'nobody'}."
    raise SettingsError(f"There is no {workspace.shown(choices[0])} and no file {pair.annotations}; {hint}")


def read_pairs(workspace: Workspace, pairs: Sequence[Pair]) -> list[MarkedVideo]:
    """Read all bouts. Raises SettingsError, with file, line and cell, for what cannot be used."""
    found: list[MarkedVideo] = []
    for pair, recording in zip(pairs, pair_recordings(workspace, pairs), strict=True):
        if any(recording.name == other.name for other in found):
            raise SettingsError(f"The video {recording.name} is in two pairs. Choose one coder's bouts for it.")
        path = pair_file(workspace, Pair(recording.name, pair.annotations))
        found.append(MarkedVideo(recording, path, _read(path, workspace)))
    _refuse_same_content(found)
    return found


def pair_orders(
    workspace: Workspace, videos: Sequence[MarkedVideo], streams: Sequence[Recipe]
) -> list[dict[str, object]]:
    """Return what a child process is told of each video: its bouts, files and features, one for each stream."""
    return [
        {
            "video": video.name,
            "annotations": str(video.path),
            "shown": video.annotation.name,
            "sha256": video.sha256,
            "coders": str(workspace.annotations / video.name),
            "files": [str(path) for path in video.recording.files],
            "features": [str(features_file(workspace, video.name, stream)) for stream in streams],
        }
        for video in videos
    ]


def labels_of(recipe: TrainingRecipe, videos: Sequence[MarkedVideo]) -> tuple[str, ...]:
    """Return the labels to be learned: those of the recipe, else all that were marked, in alphabetical order."""
    return recipe.labels or tuple(sorted({label for video in videos for label in video.annotation.labels}))


def pair_recordings(workspace: Workspace, pairs: Sequence[Pair]) -> list[Recording]:
    """Return the recordings of the pairs; their bouts are not read. Raises SettingsError for one that is not there."""
    there = list_recordings(workspace)
    return [_recording(workspace, pair.video, there) for pair in pairs]


def split_of(workspace: Workspace, split: Split, videos: Sequence[MarkedVideo]) -> Plan:
    """Return which videos teach, choose and test. Raises SettingsError."""
    names = [video.name for video in videos]
    groups = read_groups(workspace, split.group, names)
    if split.mode == "leave-one-group-out" and not any(name in groups for name in names):
        raise SettingsError(
            "[split] mode 'leave-one-group-out' needs groups: write annotations/groups.csv with the columns "
            'video,group, or group = "^(mouse[0-9]+)" for a part of the video\'s name.'
        )
    return plan_split(split, {video.name: video.watched_labels for video in videos}, groups)


def _recording(workspace: Workspace, name: str, there: Sequence[str]) -> Recording:
    if name not in there:
        stem = Path(name).stem
        if stem in there:
            return read_recording(workspace, stem)
        close = closest(name, there)
        hint = f"did you mean '{close}'?" if close else "add it first: pixi run add VIDEO"
        raise SettingsError(f"There is no video '{name}' in the workspace; {hint}")
    return read_recording(workspace, name)


def _read(path: Path, workspace: Workspace) -> Annotation:
    try:
        return read_annotation(path, workspace.shown(path))
    except AnnotationError as error:
        raise SettingsError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"{workspace.shown(path)} cannot be read: {error.strerror}.") from error


def _refuse_same_content(videos: Sequence[MarkedVideo]) -> None:
    """Two copies of one video on both sides of a split would make the test a lie."""
    seen: dict[str, str] = {}
    for video in videos:
        for file in video.recording.files:
            try:
                key = content_key(file)
            except VideoError as error:
                raise SettingsError(str(error)) from error
            other = seen.setdefault(key, video.name)
            if other != video.name:
                raise SettingsError(f"The videos {other} and {video.name} have the same content. Take one of them out.")
