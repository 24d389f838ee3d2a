"""A model's folder and a prediction as a finished job would have left them, without any training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import h5py
from study import Study

from ethonight.jobs.feature_source import source_content
from ethonight.jobs.model_choice import folder_name
from ethonight.jobs.pairs import read_pairs
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import TrainingRecipe
from ethonight.settings.job_file import JobFile
from ethonight.settings.recording import read_recording
from ethonight.temporal.model_description import WEIGHTS, Description, check_folder, write_description


def make_model(study: Study, job: JobFile, roles: Sequence[str] = ("taught", "taught", "validation", "test")) -> Path:
    """Write the folder of the model that ``job`` would train; its weights are no network."""
    recipe = TrainingRecipe.read(job.document)
    folder = study.workspace.models / folder_name(recipe.model, datetime.now())
    folder.mkdir()
    videos = read_pairs(study.workspace, recipe.pairs)
    made_from = {"settings": recipe.table(), "pairs": {video.name: video.sha256 for video in videos}}
    (folder / "made_from.json").write_text(json.dumps(made_from), "utf-8")
    (folder / WEIGHTS).write_bytes(b"weights")
    pairs = [
        {
            "video": video.name,
            "shown": "anna",
            "sha256": video.sha256,
            "content": source_content(study.site, video.recording, recipe.streams[0]),
            "role": role,
        }
        for video, role in zip(videos, roles, strict=True)
    ]
    description = Description(
        name=recipe.model,
        labels=("grooming", "rearing"),
        exclusive=recipe.exclusive,
        streams=recipe.streams,
        dimensions=(3,) * len(recipe.streams),
        training=recipe.training,
        created="2026-03-01 22:04:05",
        pairs=tuple(pairs),
    )
    write_description(folder, description, [WEIGHTS, "made_from.json"])
    return folder


def streams_of(folder: Path) -> tuple[Recipe, ...]:
    return check_folder(folder).streams


def make_prediction(study: Study, job: JobFile, folder: Path, threshold: float = 0.0) -> Path:
    """Write what a prediction of the video in whose folder ``job`` lies leaves, as far as others look at it."""
    video = job.path.parent.name
    path = study.workspace.predictions / video / f"{job.document['model']}.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text("labelId,timestamp,endTimestamp\n", "utf-8")
    recording = read_recording(study.workspace, video)
    made_from = [f"{one.name}:{source_content(study.site, recording, one)}" for one in streams_of(folder)]
    with h5py.File(path.with_suffix(".h5"), "w") as file:
        file.attrs.update(model=folder.name, threshold=threshold, features=" ".join(made_from))
    return path
