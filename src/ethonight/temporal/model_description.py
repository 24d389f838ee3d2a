"""What a model's folder says about it: everything that is needed to run it, and what all its files must be.

Nothing here needs torch; the weights are read in :mod:`ethonight.temporal.model_folder`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from ethonight.errors import EthonightError, SettingsError
from ethonight.files import content_hash, replace_atomically
from ethonight.recipe.reading import read_value
from ethonight.recipe.stream import Recipe
from ethonight.recipe.training import Training

DESCRIPTION = "model.toml"
WEIGHTS = "weights.safetensors"
_FORMAT = 1


class ModelError(EthonightError):
    """A model's folder that cannot be used: a file is missing, was altered, or is of another program version."""


@dataclass(frozen=True)
class Description:
    """A model without its weights."""

    name: str
    labels: tuple[str, ...]
    exclusive: bool
    streams: tuple[Recipe, ...]
    """Files of features that are put side by side, in this order."""
    dimensions: tuple[int, ...]
    """How many channels each of the streams has."""
    training: Training
    created: str
    """Local date and time, ``2026-03-01 22:04:05``."""
    decoding: Mapping[str, Any] = field(default_factory=dict)
    """How scores become bouts; numbers, texts, lists and tables."""
    pairs: tuple[Mapping[str, Any], ...] = ()
    """The videos and annotations it was trained on, with their hashes."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of the programs that made it."""

    def document(self) -> dict[str, Any]:
        """Return what ``model.toml`` holds, but for the files."""
        streams = zip(self.streams, self.dimensions, strict=True)
        return {
            "format": _FORMAT,
            "name": self.name,
            "created": self.created,
            "labels": list(self.labels),
            "exclusive": self.exclusive,
            "training": asdict(self.training),
            "decoding": dict(self.decoding),
            "versions": dict(self.versions),
            "streams": [{"digest": stream.digest, "dimensions": count} | stream.table() for stream, count in streams],
            "pairs": [dict(pair) for pair in self.pairs],
        }


def write_description(folder: Path, description: Description, files: Iterable[str]) -> None:
    """Write ``model.toml``, which vouches for ``files``: names of files in the folder. It is written last."""
    hashes = {name: content_hash(folder / name) for name in files}
    text = tomli_w.dumps(description.document() | {"files": hashes})
    replace_atomically(folder / DESCRIPTION, text.encode())


def check_folder(folder: Path) -> Description:
    """Return the description of a model after a look at every file that it vouches for. Raises ModelError."""
    path = folder / DESCRIPTION
    document = _document(path)
    try:
        description = _description(document)
        files = {str(name): str(expected) for name, expected in document["files"].items()}
    except (KeyError, TypeError, ValueError, AttributeError, SettingsError) as problem:
        raise ModelError(f"{path} does not describe a model ({_sentence(problem)}). {_AGAIN}") from problem
    if WEIGHTS not in files:
        raise ModelError(f"{path} does not vouch for {WEIGHTS}. {_AGAIN}")
    for name, expected in files.items():
        _check_file(folder, name, expected)
    _check_digests(path, document, description)
    return description


_AGAIN = "Copy the model's whole folder again from where it was made, or train the model again."


def _document(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path} is missing: {path.parent} is not the folder of a model, or not all of it.") from None
    except (OSError, ValueError) as problem:
        raise ModelError(f"{path} cannot be read ({problem}). {_AGAIN}") from problem
    if document.get("format") != _FORMAT:
        raise ModelError(
            f"{path} has format {document.get('format')!r}; this version of Ethonight knows format {_FORMAT}. "
            "Use the version that the model was made with, or train the model again."
        )
    return document


def _description(document: Mapping[str, Any]) -> Description:
    labels, dimensions = document["labels"], [stream["dimensions"] for stream in document["streams"]]
    if not labels or not all(isinstance(label, str) for label in labels):
        raise ValueError("its labels are not texts")
    if not dimensions or not all(type(count) is int and count > 0 for count in dimensions):
        raise ValueError("its streams do not say how many dimensions they have")
    if not isinstance(document["exclusive"], bool):
        raise ValueError("'exclusive' is neither true nor false")
    return Description(
        name=str(document["name"]),
        labels=tuple(labels),
        exclusive=document["exclusive"],
        streams=tuple(Recipe.read(stream) for stream in document["streams"]),
        dimensions=tuple(dimensions),
        training=read_value(Training, document["training"], "training"),
        created=str(document["created"]),
        decoding=dict(document["decoding"]),
        pairs=tuple(dict(pair) for pair in document["pairs"]),
        versions=dict(document["versions"]),
    )


def _check_file(folder: Path, name: str, expected: str) -> None:
    path = folder / name
    if Path(name).name != name:
        raise ModelError(f"{folder / DESCRIPTION} names a file outside of its folder: {name!r}. {_AGAIN}")
    try:
        found = content_hash(path)
    except FileNotFoundError:
        raise ModelError(f"{path} is missing. {_AGAIN}") from None
    except OSError as problem:
        raise ModelError(f"{path} cannot be read ({problem}). {_AGAIN}") from problem
    if found != expected:
        raise ModelError(f"{path} was altered or is damaged: its content is not what the model had. {_AGAIN}")


def _check_digests(path: Path, document: Mapping[str, Any], description: Description) -> None:
    """Raise ModelError where this version computes the features in another way."""
    for held, stream in zip(document["streams"], description.streams, strict=True):
        if held["digest"] != stream.digest:
            raise ModelError(
                f"{path}: this version of Ethonight computes '{stream.features.name}' features in another way than "
                "the version that made the model. Train the model again."
            )


def _sentence(problem: Exception) -> str:
    return f"{problem} is missing" if isinstance(problem, KeyError) else str(problem)
