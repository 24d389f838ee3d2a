"""The training that a review leads to: the model's own, with the reviewed videos added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ethonight.annotations.coders import coder_file
from ethonight.errors import SettingsError
from ethonight.jobs.pairs import pair_file, pair_recordings
from ethonight.jobs.protocol import Site
from ethonight.jobs.training_jobs import training_job, unreadable_training
from ethonight.labeler.job_orders import TrainingOrder
from ethonight.labeler.refusal import Conflict
from ethonight.recipe.training import TrainingRecipe


def training_with(site: Site, model: str, coder: str, reviewed: Sequence[str]) -> tuple[TrainingOrder, list[str]]:
    """Return the model's training with a coder's bouts of the reviewed videos, and sentences about what is left out.

    A video that the model learns from already keeps its bouts there: they were watched completely. Raises Conflict
    where nothing was reviewed or the model has no training file here, SettingsError for one with pairs that are gone.
    """
    if not reviewed:
        raise Conflict("Nothing was reviewed yet: there is nothing new to learn from.")
    workspace, recipe = site.workspace, _recipe(site, model)
    pairs: dict[str, str] = {}
    taken: dict[str, Path] = {}
    for pair, recording in zip(recipe.pairs, pair_recordings(workspace, recipe.pairs), strict=True):
        pairs[recording.name], taken[recording.name] = pair.annotations, pair_file(workspace, pair)
    notes = []
    for video in reviewed:
        own = coder_file(workspace, video, coder)
        if not own.is_file():
            notes.append(f"{workspace.shown(own)} is no longer there; {video} is left out.")
        elif taken.setdefault(video, own) != own:
            shown = workspace.shown(taken[video])
            notes.append(f"{video} is learned from {shown} already, which stays; {coder}'s answers are not used there.")
        else:
            pairs.setdefault(video, coder)
    return TrainingOrder(model, tuple(pairs.items())), notes


def _recipe(site: Site, model: str) -> TrainingRecipe:
    if problem := unreadable_training(site, model):
        raise Conflict(problem)
    job = training_job(site, model)
    if job is None:
        raise Conflict(
            f"There is no training file for '{model}' in this workspace: it was trained elsewhere. Train a new model "
            "with these bouts, under Jobs."
        )
    try:
        return TrainingRecipe.read(job.document)
    except SettingsError as error:
        raise Conflict(f"{job.key}: {error}") from error
