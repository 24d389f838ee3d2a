"""The training that makes a model: found by the model's name among the settings."""

from __future__ import annotations

from ethonight.errors import SettingsError
from ethonight.jobs.protocol import Site
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import TrainingRecipe
from ethonight.settings.job_file import JobFile, load_job
from ethonight.settings.scan import scan_settings

TRAINING_FILE = "train.toml"


def training_job(site: Site, model: str) -> JobFile | None:
    """Return the training file of a model, from ``settings/<model>/``; None where there is none or none is sound."""
    if not (site.workspace.settings / model).is_dir():
        return None
    for key in scan_settings(site.workspace, model):
        try:
            job = load_job(site.workspace, key)
        except SettingsError:
            continue
        if job.document.get("task") == "train" and job.document.get("model") == model:
            return job
    return None


def unreadable_training(site: Site, model: str) -> str:
    """Return why ``settings/<model>/train.toml`` cannot be read; "" where it can, or is not there."""
    path = site.workspace.settings / model / TRAINING_FILE
    if not path.is_file():
        return ""
    try:
        load_job(site.workspace, site.workspace.key(path))
    except SettingsError as error:
        return f"{site.workspace.shown(path)}: {error}"
    return ""


def training_streams(job: JobFile) -> tuple[Recipe, ...]:
    """Return which features a training looks at. Raises SettingsError."""
    return TrainingRecipe.read(job.document).streams
