"""What features are made from besides the video: the trajectories of its tracking, its background pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ethonight.errors import SettingsError, VideoError
from ethonight.jobs.idtracker_session import trajectories_in
from ethonight.jobs.idtracker_settings import session_name
from ethonight.jobs.protocol import Need, Site
from ethonight.recipe.stream import Recipe
from ethonight.settings.job_file import JobFile, load_job
from ethonight.settings.recording import Recording
from ethonight.settings.scan import scan_settings
from ethonight.subjects.background_files import background_files
from ethonight.suggest import closest
from ethonight.video.content import content_key
from ethonight.workspace import Workspace

_WEIGHTS = frozenset({".safetensors", ".bin", ".pth", ".pt", ".json"})


@dataclass(frozen=True)
class FeatureSource:
    """``needs`` are jobs that make a part of it and may not have run yet."""

    trajectories: Path | None = None
    pictures: tuple[Path, ...] = ()
    weights: tuple[Path, ...] = ()
    """Of a pretrained network, where they are on this computer."""
    needs: tuple[Need, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything besides the video."""
        return (*self.pictures, *self.weights, *((self.trajectories,) if self.trajectories else ()))

    def content(self, videos: Sequence[Path]) -> str:
        """Return 32 hexadecimal digits that stand for the content of all of it. Raises VideoError, OSError."""
        keys = [content_key(path) for path in (*videos, *self.files)]
        return keys[0] if len(keys) == 1 else hashlib.sha256("".join(keys).encode()).hexdigest()[:32]

    def why_outdated(self, videos: Sequence[Path], features: Path) -> str:
        """Return why a file of features was not made from this; "" where it was, or where that cannot be told now (a
        disk is away).
        """
        from ethonight.features.store import FeaturesError, FeaturesFile

        if not all(path.is_file() for path in (*videos, *self.files)):
            return ""
        try:
            with FeaturesFile(features) as stored:
                same = stored.about.content == self.content(videos)
        except FeaturesError:
            return "Its features are damaged."
        return "" if same else "The video, its background or its tracking changed."


def known_subjects(site: Site, video: str, recipe: Recipe) -> tuple[str, ...] | None:
    """Return the names of the subjects that the features will have; None where that is not known before tracking.

    Raises SettingsError for trajectories that cannot be read.
    """
    from ethonight.subjects.blobs_model import subject_names
    from ethonight.subjects.trajectories import read_trajectories

    if recipe.subjects.kind != "tracks":
        return subject_names(recipe.subjects.count if recipe.subjects.kind == "blobs" else 1)
    trajectories = source_of(site, video, recipe).trajectories
    if trajectories is None or not trajectories.is_file():
        return None
    labels = read_trajectories(trajectories).labels
    return labels if len(labels) > 1 else ("",)


def source_content(site: Site, recording: Recording, recipe: Recipe) -> str:
    """Return what stands for all that the features of a recording are made from; "" where that cannot be told now:
    files are away, or are still to be made.
    """
    try:
        source = source_of(site, recording.name, recipe)
        there = all(path.is_file() for path in (*recording.files, *source.files))
        return source.content(recording.files) if there else ""
    except (SettingsError, VideoError, OSError):
        return ""


def source_changed(site: Site, recording: Recording, recipe: Recipe, content: str) -> bool:
    """Whether the features of a recording would now be made from something else than ``content`` stands for."""
    return source_content(site, recording, recipe) not in ("", content)


def source_of(site: Site, video: str, recipe: Recipe) -> FeatureSource:
    """Return what the features of a recording are made from. Raises SettingsError where that is not clear."""
    weights = weight_files(recipe.features.weights)
    if recipe.subjects.kind == "tracks":
        return replace(_tracked(site, video, recipe.subjects.session), weights=weights)
    if recipe.subjects.kind == "blobs":
        return FeatureSource(pictures=background_pictures(site.workspace, video), weights=weights)
    return FeatureSource(weights=weights)


def weight_files(weights: str) -> tuple[Path, ...]:
    """Return the files of a network's weights that lie on this computer; nothing where they are the hub's."""
    place = Path(weights).expanduser()
    if not weights or not place.exists():
        return ()
    files = [place] if place.is_file() else [path for path in place.iterdir() if path.suffix in _WEIGHTS]
    return tuple(sorted(files))


def background_pictures(workspace: Workspace, video: str) -> tuple[Path, ...]:
    """Return the background pictures that a person has put into ``backgrounds/<video>/``, sorted."""
    return tuple(background_files(workspace.backgrounds / video))


def _tracked(site: Site, video: str, wanted: str) -> FeatureSource:
    """Find the session: that of the video's only tracking job, or the one that is named."""
    jobs = _tracking_jobs(site, video)
    if wanted:
        jobs = {name: key for name, key in jobs.items() if name == wanted}
    names = sorted(jobs) or [wanted or video]
    if len(names) > 1:
        raise SettingsError(f'The video {video} has several tracking jobs: say which, session = "{names[0]}".')
    trajectories = trajectories_in(site.workspace.sessions / f"session_{names[0]}")
    if names[0] in jobs:
        return FeatureSource(trajectories, needs=(Need(jobs[names[0]]),))
    if not trajectories.is_file():
        raise SettingsError(_no_session(site.workspace, video, names[0]))
    return FeatureSource(trajectories)


def _tracking_jobs(site: Site, video: str) -> dict[str, str]:
    """Return the table keys of the video's tracking jobs by their session's name."""
    found: dict[str, str] = {}
    for key in scan_settings(site.workspace, video):
        try:
            job: JobFile = load_job(site.workspace, key)
        except SettingsError:
            continue
        if job.document.get("task", "track") == "track":
            found[session_name(job, site.workspace)] = key
    return found


def _no_session(workspace: Workspace, video: str, name: str) -> str:
    there = [path.name.removeprefix("session_") for path in workspace.sessions.glob("session_*")]
    close = closest(name, there)
    hint = f' Did you mean session = "{close}"?' if close else ""
    return f"The video {video} is not tracked: there is no sessions/session_{name} and no settings to track it.{hint}"
