"""What a training job learns from what, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ethonight.errors import SettingsError
from ethonight.recipe.reading import read_value, to_table
from ethonight.recipe.stream import Features, Recipe
from ethonight.suggest import unknown_key

_KEYS = ("task", "model", "features", "subjects", "rate", "labels", "exclusive", "pairs", "split", "training")
_FORBIDDEN = '<>:"/\\|?*'


@dataclass(frozen=True)
class Pair:
    """One video and the bouts that somebody marked in it."""

    video: str = ""
    """The recording's name."""
    annotations: str = ""
    """A coder's name, or a file in the workspace."""


@dataclass(frozen=True)
class Split:
    """Which videos teach, which choose, which test."""

    mode: str = field(
        default="auto", metadata={"choices": ("auto", "videos", "leave-one-video-out", "leave-one-group-out", "none")}
    )
    """``videos``: some are held out; ``none``: every video teaches, nothing is measured; ``auto``: by how many there
    are."""
    test: tuple[str, ...] = ()
    """Names of the videos that are held out; empty: chosen."""
    validation: tuple[str, ...] = ()
    """Names of the videos that stop the training and choose thresholds; empty: chosen."""
    group: str = ""
    """A regular expression whose first group, found in a video's name, is its group; empty: ``groups.csv``."""


@dataclass(frozen=True)
class Training:
    """How the temporal model is built and taught."""

    network: str = field(default="tcn", metadata={"choices": ("tcn",)})
    width: int = field(default=48, metadata={"least": 4, "most": 1024})
    """Channels."""
    layers: int = field(default=5, metadata={"least": 1, "most": 16})
    """Dilated layers of each stage; the widest dilation is 2 to the power of ``layers - 1``, times ``pooling``."""
    pooling: int = field(default=4, metadata={"least": 1, "most": 64})
    """How many time steps the dilated layers take together; the layers around them see every step."""
    refinements: int = field(default=1, metadata={"least": 0, "most": 8})
    """Stages after the first, each of which refines the scores of the one before it."""
    dropout: float = field(default=0.3, metadata={"least": 0.0, "most": 0.9})
    epochs: int = field(default=24, metadata={"least": 1, "most": 10000})
    """At most; the training stops earlier when the validation no longer improves."""
    patience: int = field(default=6, metadata={"least": 1, "most": 10000})
    """Epochs without improvement after which it stops."""
    batch: int = field(default=8, metadata={"least": 1, "most": 4096})
    """Windows that are learned from at a time."""
    window: float = field(default=20.0, metadata={"least": 1.0, "most": 3600.0})
    """Length of a window, seconds."""
    learning_rate: float = field(default=0.01, metadata={"least": 1e-6, "most": 1.0})
    seeds: int = field(default=2, metadata={"least": 1, "most": 20})
    """How many networks are trained from different starts; their scores are averaged."""
    seed: int = field(default=0, metadata={"least": 0})
    """The first start; the same seed on the same machine gives the same numbers."""


@dataclass(frozen=True)
class TrainingRecipe:
    """One training file. ``labels`` empty: every label that the pairs have, in alphabetical order."""

    model: str
    streams: tuple[Recipe, ...]
    """Files of features that are put side by side; all with the same subjects and rate."""
    labels: tuple[str, ...]
    exclusive: bool
    """Whether at most one label is true at a time."""
    pairs: tuple[Pair, ...]
    split: Split = Split()
    training: Training = Training()

    @classmethod
    def read(cls, document: Mapping[str, object]) -> TrainingRecipe:
        """Read a training file. Raises SettingsError for an unknown key or a value that cannot be."""
        for key in document:
            if key not in _KEYS:
                raise SettingsError(unknown_key(key, _KEYS))
        exclusive = document.get("exclusive", False)
        if not isinstance(exclusive, bool):
            raise SettingsError(f"'exclusive' must be true or false; found {exclusive!r}.")
        return cls(
            model=_name(document.get("model")),
            streams=_streams(document),
            labels=_labels(document.get("labels", [])),
            exclusive=exclusive,
            pairs=_pairs(document.get("pairs")),
            split=read_value(Split, document.get("split", {}), "split"),
            training=read_value(Training, document.get("training", {}), "training"),
        )

    def table(self) -> dict[str, object]:
        """Return the document that ``read`` reads back."""
        first = self.streams[0].table()
        features = [_features_table(stream.features) for stream in self.streams]
        document: dict[str, object] = {"task": "train", "model": self.model}
        document["features"] = features[0] if len(features) == 1 else features
        document |= {key: first[key] for key in ("rate", "subjects") if key in first}
        if self.labels:
            document["labels"] = list(self.labels)
        if self.exclusive:
            document["exclusive"] = True
        for name, value in (("split", self.split), ("training", self.training)):
            if table := to_table(value):
                document[name] = table
        document["pairs"] = [{"video": pair.video, "annotations": pair.annotations} for pair in self.pairs]
        return document


def check_model_name(text: object) -> str:
    """Return the name of a model. Raises SettingsError for one that cannot be a folder's on every system."""
    if not isinstance(text, str) or not text:
        raise SettingsError("'model' is missing: the name that the model gets, like \"grooming\".")
    if text != text.strip(" .") or not text.isprintable() or any(letter in _FORBIDDEN for letter in text):
        raise SettingsError(f"'model' cannot be {text!r}: it names a folder. Use letters, digits, - and _.")
    return text


_name = check_model_name


def _features_table(features: Features) -> object:
    table = to_table(features)
    return features.name if set(table) <= {"name"} else table | {"name": features.name}


def _streams(document: Mapping[str, object]) -> tuple[Recipe, ...]:
    named = document.get("features", "motion")
    several = named if isinstance(named, list) else [named]
    if not several:
        raise SettingsError("'features' is empty; write features = \"motion\".")
    streams = tuple(Recipe.read({**document, "features": features}) for features in several)
    for place, stream in enumerate(streams):
        if stream in streams[:place]:
            raise SettingsError(f"'features' names {stream.features.name} twice.")
    return streams


def _labels(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise SettingsError(f'\'labels\' must be a list of texts, like ["grooming", "rearing"]; found {value!r}.')
    labels = tuple(label.strip() for label in value)
    if len({label.casefold() for label in labels}) < len(labels):
        raise SettingsError("'labels' names one label twice.")
    if "_scored" in labels:
        raise SettingsError("'_scored' marks time that was watched; it cannot be a label.")
    return labels


def read_pair_tables(value: object) -> tuple[Pair, ...]:
    """Return what ``[[pairs]]`` lists; nothing where it is not there. Raises SettingsError."""
    if not isinstance(value, list):
        raise SettingsError("'pairs' must be written as [[pairs]], each with video = ... and annotations = ...")
    found = [read_value(Pair, table, f"pair {place}") for place, table in enumerate(value, start=1)]
    for place, pair in enumerate(found, start=1):
        if not pair.video or not pair.annotations:
            raise SettingsError(f"pair {place} needs both 'video' and 'annotations'.")
    return tuple(found)


def _pairs(value: object) -> tuple[Pair, ...]:
    pairs = read_pair_tables(value or [])
    if not pairs:
        raise SettingsError("The training file names no pairs. Add [[pairs]] with video = ... and annotations = ...")
    return pairs
