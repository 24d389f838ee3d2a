"""Which cached features anything in the workspace refers to: models, trainings, and what a person asked for."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ethonight.errors import SettingsError, WorkspaceError
from ethonight.jobs.embed import NEEDED_BY
from ethonight.jobs.model_choice import MODEL_FILE, ModelFolder
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import TrainingRecipe
from ethonight.settings.recording import VIDEO_FILE
from ethonight.settings.scan import scan_settings
from ethonight.settings.toml_file import parse_toml, read_text
from ethonight.workspace import Workspace


@dataclass
class References:
    """Names of recipes; with the recording's name where only its features are meant."""

    everywhere: set[str] = field(default_factory=set)
    """What models and trainings look at."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Recording and recipe of embed settings that a person wrote."""
    automatic: dict[tuple[str, str], list[Path]] = field(default_factory=dict)
    """The embed settings that were written for another job's sake, by recording and recipe."""

    def keep(self, video: str, recipe: str) -> bool:
        return recipe in self.everywhere or (video, recipe) in self.asked


def read_references(workspace: Workspace) -> References:
    """Read all models and settings. Raises WorkspaceError for one that cannot be read: it may refer to anything."""
    references = References()
    for folder in _model_folders(workspace):
        references.everywhere |= _names_in_model(workspace, folder)
    for key in scan_settings(workspace):
        path = workspace.settings_file(key)
        try:
            text = read_text(path)
            if "task" in text:  # idtracker.ai's own settings have none, and there may be thousands of them
                _note(references, workspace, path, parse_toml(text))
        except SettingsError as error:
            raise _unclear(key, error) from error
    return references


def has_recording(workspace: Workspace, video: str) -> bool:
    """Whether the recording is still in ``settings/``."""
    return (workspace.settings / video / VIDEO_FILE).is_file()


def _note(references: References, workspace: Workspace, path: Path, document: Mapping[str, object]) -> None:
    if document.get("task") == "train":
        references.everywhere |= {stream.name for stream in TrainingRecipe.read(document).streams}
    elif document.get("task") == "embed":
        place = (_video_of(workspace, path), Recipe.read(document).name)
        if NEEDED_BY in document:
            references.automatic.setdefault(place, []).append(path)
        else:
            references.asked.add(place)


def _video_of(workspace: Workspace, path: Path) -> str:
    """Return the recording of a settings file, also where its ``video.toml`` cannot be read."""
    names = [
        parent.relative_to(workspace.settings).as_posix()
        for parent in path.parents
        if parent != workspace.settings and parent.is_relative_to(workspace.settings)
    ]
    return next((name for name in names if has_recording(workspace, name)), (names or [""])[0])


def _model_folders(workspace: Workspace) -> list[Path]:
    with os.scandir(workspace.models) as entries:
        return [Path(entry.path) for entry in entries if os.path.isfile(os.path.join(entry.path, MODEL_FILE))]


def _names_in_model(workspace: Workspace, folder: Path) -> set[str]:
    path = folder / MODEL_FILE
    try:
        return {stream.name for stream in ModelFolder(folder, tomllib.loads(path.read_text("utf-8"))).streams}
    except (OSError, ValueError, KeyError, TypeError, SettingsError) as error:
        raise _unclear(workspace.shown(path), error) from error


def _unclear(shown: str, error: Exception) -> WorkspaceError:
    return WorkspaceError(
        f"{shown} cannot be read, so nobody knows which features it needs: {error} "
        "Nothing was removed. Mend or delete it, then run again: pixi run clean"
    )
