"""Which trained model a name stands for: the newest of its folders, or that very folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ethonight.errors import SettingsError
from ethonight.recipe.stream import Recipe
from ethonight.suggest import closest
from ethonight.workspace import Workspace

MODEL_FILE = "model.toml"
_STAMPED = re.compile(r"(.+)_(\d{8}_\d{6})")


def folder_name(model: str, when: datetime) -> str:
    """Return ``<model>_YYYYMMDD_HHMMSS``."""
    return f"{model}_{when:%Y%m%d_%H%M%S}"


@dataclass(frozen=True)
class ModelFolder:
    """A trained model on the disk; only its description is read here."""

    folder: Path
    document: Mapping[str, Any]

    @property
    def streams(self) -> tuple[Recipe, ...]:
        """Which features it looks at, in this order."""
        return tuple(Recipe.read(stream) for stream in self.document["streams"])

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.document["labels"])

    @property
    def exclusive(self) -> bool:
        return bool(self.document["exclusive"])


def list_models(workspace: Workspace) -> dict[str, list[Path]]:
    """Return the folders of each model by its name, oldest first."""
    found: dict[str, list[Path]] = {}
    for folder in sorted(workspace.models.iterdir(), key=_age):
        if (stamped := _STAMPED.fullmatch(folder.name)) and (folder / MODEL_FILE).is_file():
            found.setdefault(stamped[1], []).append(folder)
    return found


def find_model(workspace: Workspace, name: str) -> ModelFolder | None:
    """Return the newest model of this name, or the one whose folder is named; None where there is none.

    Raises SettingsError for a ``model.toml`` that cannot be read.
    """
    exact = workspace.models / name
    folders = [exact] if (exact / MODEL_FILE).is_file() else list_models(workspace).get(name, [])
    if not folders:
        return None
    path = folders[-1] / MODEL_FILE
    try:
        model = ModelFolder(folders[-1], tomllib.loads(path.read_text("utf-8")))
        if not model.streams:
            raise KeyError("streams")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{workspace.shown(path)} cannot be used ({error}). Train the model again.") from error
    return model


def check_model(model: ModelFolder | None) -> None:
    """Raise SettingsError for a model with a missing or altered file; None is one that is still to be made."""
    from ethonight.temporal.model_description import ModelError, check_folder

    if model is not None:
        try:
            check_folder(model.folder)
        except ModelError as error:
            raise SettingsError(str(error)) from error


def no_model(workspace: Workspace, name: str, planned: Sequence[str] = ()) -> str:
    """Return the sentence for a model that is not there; ``planned`` are models that can be trained."""
    there = list(dict.fromkeys([*list_models(workspace), *planned]))
    close = closest(name, there)
    hint = f"did you mean '{close}'?" if close else f"there are: {', '.join(there)}." if there else "train one first."
    return f"There is no model '{name}' in models/; {hint}"


def _age(folder: Path) -> str:
    stamped = _STAMPED.fullmatch(folder.name)
    return stamped[2] if stamped else ""
