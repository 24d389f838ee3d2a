"""Jobs of kind ``evaluate``: how well a trained model does on videos that somebody has marked."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from ethonight.errors import SettingsError
from ethonight.jobs import own
from ethonight.jobs.embed import embed_need
from ethonight.jobs.feature_source import source_content
from ethonight.jobs.groups import read_groups
from ethonight.jobs.model_choice import ModelFolder, check_model, find_model, no_model
from ethonight.jobs.pair_checks import Wanted, check_videos
from ethonight.jobs.pairs import MarkedVideo, pair_orders, pair_recordings, read_pairs
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
from ethonight.recipe.training import Pair, read_pair_tables

_KEYS = ("task", "model", "pairs")


class EvaluateKind(own.OwnKind):
    """``task = "evaluate"``."""

    name = "evaluate"
    own_place = False
    """It adds to the folder of the model."""

    def video(self, job: JobFile) -> str:
        return str(job.document.get("model", job.path.parent.name))

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Validate the settings and the bouts. Raises SettingsError."""
        own.only_keys(job.document, _KEYS)
        model, videos = _model(job, site), _videos(job, site)
        check_model(model)
        if seen := _seen(model, videos, site):
            raise SettingsError(
                f"{model.folder.name} has learned from {', '.join(seen)}: that is no test. Give videos it has not seen."
            )
        warnings = check_videos(site, _wanted(model), videos)
        return Inputs(files=tuple(video.path for video in videos), warnings=tuple(warnings))

    def target(self, job: JobFile, site: Site) -> Path:
        """Return ``models/<folder>/evaluations/<settings file>``."""
        try:
            folder = _model(job, site).folder
        except SettingsError:
            folder = site.workspace.models / str(job.document.get("model", job.path.parent.name))
        return folder / "evaluations" / job.path.stem

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Return the jobs that make the features of the videos."""
        model = _model(job, site)
        names = [recording.name for recording in pair_recordings(site.workspace, _pairs(job, site))]
        return tuple(embed_need(name, stream, job.key) for name in names for stream in model.streams)

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """An evaluation that is asked for again is made again: it takes seconds."""
        return "It was asked for again."

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Write the order."""
        model, workspace, videos = _model(job, site), site.workspace, _videos(job, site)
        order = {
            "model": str(model.folder),
            "pairs": pair_orders(workspace, videos, model.streams),
            "groups": _groups(model, [video.name for video in videos], site),
            "warnings": check_videos(site, _wanted(model), videos),
            "timestamps": str(workspace.timestamps),
            "out": str(attempt.out),
        }
        return own.launch("evaluate", order, attempt)

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Read the metrics; the report must be there."""
        if failed := own.failure(attempt, end):
            return failed
        if not (attempt.out / "report.html").is_file():
            return own.missing(attempt.out / "report.html")
        try:
            metrics = json.loads((attempt.out / "metrics.json").read_text("utf-8"))
        except (OSError, ValueError) as error:
            return Failure(FailureKind.OUTPUTS_MISSING, f"The metrics cannot be read: {error}")
        return Success(attempt.out, self.target(job, site), metrics.get("headline", ""))


def _model(job: JobFile, site: Site) -> ModelFolder:
    name = job.document.get("model")
    if not isinstance(name, str) or not name:
        raise SettingsError("'model' is missing: the name of the model to be evaluated.")
    model = find_model(site.workspace, name)
    if model is None:
        raise SettingsError(no_model(site.workspace, name))
    return model


def _seen(model: ModelFolder, videos: Sequence[MarkedVideo], site: Site) -> list[str]:
    """Return the videos that the model knows, by their names or, under another name, by their content."""
    taught = {pair["video"]: pair["content"] for pair in model.document["pairs"] if pair["role"] != "test"}
    known = frozenset(taught.values())
    return [
        video.name
        for video in videos
        if video.name in taught or source_content(site, video.recording, model.streams[0]) in known
    ]


def _groups(model: ModelFolder, videos: Sequence[str], site: Site) -> dict[str, str]:
    """Return the groups of the videos, made as for the training: by its pattern, where that fits any of their names."""
    settings = json.loads((model.folder / "made_from.json").read_text("utf-8"))["settings"]
    pattern = settings.get("split", {}).get("group", "")
    if pattern and not any(re.search(pattern, video) for video in videos):
        return {}
    return read_groups(site.workspace, pattern, videos)


def _wanted(model: ModelFolder) -> Wanted:
    return Wanted(model.labels, model.exclusive, model.streams)


def _pairs(job: JobFile, site: Site) -> tuple[Pair, ...]:
    """Return the pairs of the settings; without any, those that the model was tested on when it was trained."""
    pairs = read_pair_tables(job.document.get("pairs", []))
    if not pairs:
        known = _model(job, site).document["pairs"]
        pairs = tuple(Pair(one["video"], one["shown"]) for one in known if one["role"] == "test")
    if not pairs:
        raise SettingsError(
            "No video was kept apart for a test when the model was trained: it has learned from all of them, and its "
            "report.html says what was measured. Give further videos: --pairs video=coder.csv"
        )
    return pairs


def _videos(job: JobFile, site: Site) -> list[MarkedVideo]:
    return read_pairs(site.workspace, _pairs(job, site))
