"""The ethogram: which behaviours a lab marks, with the key, colour and kind of each. One file for the workspace."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tomli_w

from ethonight.annotations.bouts import SCORED
from ethonight.errors import SettingsError
from ethonight.files import replace_atomically
from ethonight.recipe.reading import read_value, to_table
from ethonight.suggest import unknown_key

STATE, POINT = "state", "point"
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_HEAD = (
    "# The behaviours that are marked here: label, key, colour (#rrggbb), kind (state or point), exclusive group.\n\n"
)


@dataclass(frozen=True)
class Behaviour:
    """One behaviour. A ``state`` lasts, a ``point`` is an event without a duration."""

    label: str = ""
    key: str = ""
    """What is pressed to mark it: one character; empty: none."""
    colour: str = ""
    """``#rrggbb``; empty: by its place."""
    kind: str = field(default=STATE, metadata={"choices": (STATE, POINT)})
    group: str = ""
    """Of the behaviours with one group, a subject shows at most one at a time; empty: in no group."""
    description: str = ""


@dataclass(frozen=True)
class Ethogram:
    """Behaviours in the order in which they are shown, and the names of subjects, the first of which has the key 1."""

    behaviours: tuple[Behaviour, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(behaviour.label for behaviour in self.behaviours)

    def of(self, label: str) -> Behaviour:
        """Return the behaviour with this label; one with defaults where the ethogram does not know it."""
        return next((one for one in self.behaviours if one.label == label), Behaviour(label))

    def rivals(self, label: str) -> frozenset[str]:
        """Return the other labels of the exclusive group of ``label``."""
        group = self.of(label).group
        return frozenset(one.label for one in self.behaviours if group and one.group == group and one.label != label)

    def with_labels(self, labels: Iterable[str]) -> Ethogram:
        """Return the ethogram with behaviours added for the labels that it does not know, each with a free key."""
        behaviours = list(self.behaviours)
        for label in dict.fromkeys(labels):
            if label not in {one.label for one in behaviours} and label != SCORED:
                behaviours.append(Behaviour(label, _free_key(label, {one.key for one in behaviours})))
        return replace(self, behaviours=tuple(behaviours))

    def table(self) -> dict[str, object]:
        """Return the document that ``ethogram_of`` reads back."""
        document: dict[str, object] = {"subjects": list(self.subjects)} if self.subjects else {}
        return document | {"behaviours": [to_table(behaviour) for behaviour in self.behaviours]}


def read_ethogram(path: Path) -> Ethogram:
    """Read ``ethogram.toml``; a missing file is an empty ethogram. Raises SettingsError, which names file and place."""
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return Ethogram()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{_shown(path)} cannot be read: {error}. Mend it, or rename it to begin anew.") from error
    try:
        return ethogram_of(document)
    except SettingsError as error:
        raise SettingsError(f"{_shown(path)}: {error}") from error


def write_ethogram(path: Path, ethogram: Ethogram) -> None:
    """Write the file, whole or not at all. Raises SettingsError for an ethogram that could not be read again."""
    ethogram_of(ethogram.table())
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_atomically(path, (_HEAD + tomli_w.dumps(ethogram.table())).encode())


def ethogram_of(document: dict[str, Any]) -> Ethogram:
    """Return the ethogram that a document describes: ``subjects`` and ``[[behaviours]]``. Raises SettingsError."""
    for key in document:
        if key not in ("subjects", "behaviours"):
            raise SettingsError(unknown_key(key, ("subjects", "behaviours")))
    tables = document.get("behaviours", [])
    if not isinstance(tables, list):
        raise SettingsError("'behaviours' must be written as [[behaviours]], each with label = ...")
    behaviours = tuple(read_value(Behaviour, table, f"behaviour {at}") for at, table in enumerate(tables, start=1))
    for place, behaviour in enumerate(behaviours, start=1):
        _check(behaviour, behaviours[: place - 1], f"behaviour {place}")
    return Ethogram(behaviours, _subjects(document.get("subjects", [])))


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _check(behaviour: Behaviour, before: Sequence[Behaviour], where: str) -> None:
    label, key = behaviour.label, behaviour.key
    if not label or label != label.strip() or label.startswith("#") or not label.isprintable():
        raise SettingsError(f"{where}: 'label' must be the name of a behaviour; found {label!r}.")
    if label.lower() == SCORED:
        raise SettingsError(f"{where}: '{SCORED}' marks time that was watched; it cannot be a behaviour.")
    if key and (len(key) != 1 or not key.isprintable() or key.isspace() or key.isdigit()):
        raise SettingsError(f"{where}: 'key' of '{label}' must be one letter or sign, and no digit; found {key!r}.")
    if behaviour.colour and not _COLOUR.fullmatch(behaviour.colour):
        raise SettingsError(f"{where}: 'colour' of '{label}' must be like #e59a0c; found {behaviour.colour!r}.")
    for other in before:
        if other.label == label:
            raise SettingsError(f"{where}: '{label}' is there twice.")
        if key and other.key == key:
            raise SettingsError(f"{where}: the key '{key}' is that of '{other.label}' already.")


def _subjects(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one and one == one.strip() for one in value):
        raise SettingsError(f'\'subjects\' must be a list of names, like ["male", "female"]; found {value!r}.')
    if len(set(value)) < len(value):
        raise SettingsError("'subjects' names one subject twice.")
    return tuple(value)


def _free_key(label: str, taken: set[str]) -> str:
    """Return a letter of the label that is free, else any free letter, else none."""
    letters = [letter for letter in label.lower() if letter.isascii() and letter.isalpha()]
    free = [letter for letter in (*letters, *"abcdefghijklmnopqrstuvwxyz") if letter not in taken]
    return free[0] if free else ""
