"""Jobs of kind ``embed``: where the subjects of a recording are, and what they look like, as cached features."""

from __future__ import annotations

import json
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.jobs import own
from ethonight.jobs.feature_source import background_pictures, source_of
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
    Success,
)
from ethonight.recipe.stream import Recipe
from ethonight.settings.recording import recording_of
from ethonight.workspace import Workspace

NEEDED_BY = "needed_by"
"""The key in settings that were written for another job's sake: that job. A person's own settings do not have it."""

_KEYS = ("task", NEEDED_BY, "subjects", "features", "rate")


def embed_need(video: str, recipe: Recipe, needed_by: str = "") -> Need:
    """Return the job that makes the features of ``video`` (a recording's name) by ``recipe``.

    ``needed_by`` is the key of the job that works on them; empty where a person asks for the features.
    """
    origin = {NEEDED_BY: needed_by} if needed_by else {}
    return Need(f"settings/{video}/embed_{recipe.name}.toml", {"task": "embed", **origin, **recipe.table()})


def features_file(workspace: Workspace, video: str, recipe: Recipe) -> Path:
    """Return where the features of a recording lie, or will lie."""
    return workspace.features / video / f"{recipe.name}.h5"


class EmbedKind(own.OwnKind):
    """``task = "embed"``."""

    name = "embed"

    def video(self, job: JobFile) -> str:
        return job.path.parent.name

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Validate the settings. Raises SettingsError."""
        recipe = _recipe(job)
        recording = recording_of(site.workspace, job.path)
        source = source_of(site, recording.name, recipe)
        return Inputs(recording.files, source.files if not source.needs else (), takes_damaged=True)

    def target(self, job: JobFile, site: Site) -> Path:
        """Return ``features/<video>/<recipe>.h5``; its name tells the settings."""
        try:
            return features_file(site.workspace, recording_of(site.workspace, job.path).name, _recipe(job))
        except SettingsError:
            return site.workspace.features / job.path.parent.name / f"{job.path.stem}.h5"

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Return the tracking job whose identities are looked at, if any."""
        recording = recording_of(site.workspace, job.path)
        return source_of(site, recording.name, _recipe(job)).needs

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """Features are outdated when they are gone, or their video, background or trajectories are others now."""
        if not output.is_file():
            return "Its features were removed."
        recording = recording_of(site.workspace, job.path)
        source = source_of(site, recording.name, _recipe(job))
        return source.why_outdated(recording.files, output)

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Write the order. After a lack of memory the batch is halved."""
        recipe, workspace = _recipe(job), site.workspace
        recording = recording_of(workspace, job.path)
        source = source_of(site, recording.name, recipe)
        content = source.content(recording.files)
        order = {
            "video": recording.name,
            "files": [str(path) for path in recording.files],
            "content": content,
            "recipe": json.dumps(recipe.table()),
            "trajectories": str(source.trajectories or ""),
            "backgrounds": [str(path) for path in background_pictures(workspace, recording.name)],
            "out": str(attempt.out / f"{recipe.name}.h5"),
            "there": str(features_file(workspace, recording.name, recipe)),
            "partial": str(workspace.partial / "features" / f"{recording.name}-{recipe.digest}-{content[:8]}"),
            "timestamps": str(workspace.timestamps),
            "batch": max(1, own.BATCH >> shrink),
        }
        return own.launch("embed", order, attempt)

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Open the features and check their shape and what they were made by."""
        from ethonight.features.store import FeaturesError, FeaturesFile

        if failed := own.failure(attempt, end):
            return failed
        target = self.target(job, site)
        out = attempt.out / target.name
        try:
            FeaturesFile(out, _recipe(job)).close()
        except FeaturesError as error:
            return Failure(FailureKind.OUTPUTS_MISSING, str(error))
        own.forget_partial(attempt)
        return Success(out, target, " ".join(own.notes(attempt)), keep=False)


def _recipe(job: JobFile) -> Recipe:
    own.only_keys(job.document, _KEYS)
    origin = job.document.get(NEEDED_BY, "")
    if not isinstance(origin, str):
        raise SettingsError(f"'{NEEDED_BY}' must be a text, the job that needs these features; found {origin!r}.")
    return Recipe.read(job.document)
