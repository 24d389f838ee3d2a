"""Jobs of kind ``train``: a model of behaviour from videos in which bouts are marked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ethonight.jobs import own
from ethonight.jobs.embed import embed_need
from ethonight.jobs.feature_source import source_changed
from ethonight.jobs.groups import read_groups
from ethonight.jobs.model_choice import MODEL_FILE, folder_name
from ethonight.jobs.pair_checks import check_pairs
from ethonight.jobs.pairs import MarkedVideo, labels_of, pair_orders, pair_recordings, read_pairs, split_of
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
from ethonight.recipe.training import TrainingRecipe


def partial_key(recipe: TrainingRecipe, videos: Sequence[MarkedVideo]) -> str:
    """Return the name of the folder in which an unfinished training keeps its checkpoints."""
    return own.digest(recipe.table(), [(video.name, video.sha256) for video in videos])


class TrainKind(own.OwnKind):
    """``task = "train"``."""

    name = "train"

    def video(self, job: JobFile) -> str:
        """Return the model's name: a training is of no single video."""
        return str(job.document.get("model", job.path.parent.name))

    def inputs(self, job: JobFile, site: Site) -> Inputs:
        """Validate the settings and all bouts. Raises SettingsError, with file, line and cell."""
        recipe = TrainingRecipe.read(job.document)
        videos = read_pairs(site.workspace, recipe.pairs)
        warnings = check_pairs(site, recipe, videos)
        return Inputs(files=tuple(video.path for video in videos), warnings=tuple(warnings))

    def target(self, job: JobFile, site: Site) -> Path:
        """Return ``models/<model>``; the finished folder has its date and time behind the name."""
        return site.workspace.models / str(job.document.get("model", job.path.parent.name))

    def needs(self, job: JobFile, site: Site) -> tuple[Need, ...]:
        """Return the jobs that make the features of every pair's video."""
        recipe = TrainingRecipe.read(job.document)
        videos = pair_recordings(site.workspace, recipe.pairs)
        return tuple(embed_need(video.name, stream, job.key) for video in videos for stream in recipe.streams)

    def outdated(self, job: JobFile, output: Path, site: Site) -> str:
        """A model is outdated when it is damaged, or its bouts, videos or settings were changed since."""
        from ethonight.temporal.model_description import ModelError, check_folder

        try:
            description = check_folder(output)
            record = json.loads((output / "made_from.json").read_text("utf-8"))
        except (ModelError, OSError, ValueError):
            return "The model's folder is gone or damaged."
        recipe = TrainingRecipe.read(job.document)
        if record["settings"] != json.loads(json.dumps(recipe.table())):
            return "Its settings were changed."
        videos = read_pairs(site.workspace, recipe.pairs)
        if changed := [v.annotation.name for v in videos if record["pairs"].get(v.name) != v.sha256]:
            return f"The bouts in {', '.join(changed)} were changed."
        learned = {str(pair["video"]): str(pair["content"]) for pair in description.pairs}
        others = [v.name for v in videos if source_changed(site, v.recording, recipe.streams[0], learned[v.name])]
        return f"Other videos, or another tracking of them, are there now for {', '.join(others)}." if others else ""

    def prepare(self, job: JobFile, attempt: AttemptPaths, site: Site, shrink: int) -> Launch:
        """Write the order, with everything that the training depends on. After a lack of memory the batch is halved."""
        recipe, workspace = TrainingRecipe.read(job.document), site.workspace
        videos = read_pairs(workspace, recipe.pairs)
        warnings = check_pairs(site, recipe, videos)
        plan = split_of(workspace, recipe.split, videos)
        folder = folder_name(recipe.model, datetime.now())
        order = {
            "model": recipe.model,
            "folder": str(attempt.out / folder),
            "recipe": json.dumps({**recipe.table(), "labels": list(labels_of(recipe, videos))}),
            "settings": json.dumps(recipe.table()),
            "mode": plan.mode,
            "folds": [{"teaching": f.teaching, "validation": f.validation, "test": f.test} for f in plan.folds],
            "pairs": pair_orders(workspace, videos, recipe.streams),
            "groups": read_groups(workspace, recipe.split.group, [video.name for video in videos]),
            "warnings": warnings,
            "timestamps": str(workspace.timestamps),
            "partial": str(workspace.partial / "models" / partial_key(recipe, videos)),
            "batch": max(1, recipe.training.batch >> shrink),
        }
        return own.launch("train", order, attempt)

    def judge(self, job: JobFile, attempt: AttemptPaths, end: Exit, site: Site) -> Success | Failure:
        """Check every file of the model's folder against what its description vouches for."""
        from ethonight.temporal.model_description import ModelError, check_folder

        if failed := own.failure(attempt, end):
            return failed
        folders = sorted(attempt.out.glob(f"*/{MODEL_FILE}"))
        if not folders:
            return own.missing(attempt.out / MODEL_FILE)
        folder = folders[0].parent
        try:
            check_folder(folder)
            message = json.loads((folder / "metrics.json").read_text("utf-8")).get("headline", "")
        except (ModelError, OSError, ValueError) as error:
            return Failure(FailureKind.OUTPUTS_MISSING, str(error))
        own.forget_partial(attempt)
        return Success(folder, site.workspace.models / folder.name, message or "Not measured: no video was held out.")
