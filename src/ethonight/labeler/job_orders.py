"""What the page orders: a training or predictions, checked word by word, and as the command that does the same."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ethonight.behaviour import TrainingAsked
from ethonight.labeler.answers import texts_of, value_of
from ethonight.labeler.names import chosen, known_coder
from ethonight.labeler.refusal import Refusal
from ethonight.recipe.stream import BACKBONES, WEIGHTS_FREE
from ethonight.recipe.training import check_model_name
from ethonight.settings.recording import list_recordings
from ethonight.workspace import Workspace

FEATURES = (*WEIGHTS_FREE, *BACKBONES)
SPLITS = ("auto", "leave-one-video-out", "leave-one-group-out", "none")
_SUBJECTS = re.compile(r"frame|tracks|blobs:[1-9]\d{0,2}")


@dataclass(frozen=True)
class TrainingOrder:
    """A training. What is empty, or None, is left as it is in the model's training file, or to the defaults."""

    model: str
    pairs: tuple[tuple[str, str], ...]
    """Video and coder."""
    features: str = ""
    subjects: str = ""
    labels: tuple[str, ...] = ()
    split: str = ""
    """A way to split, or the names of test videos with commas between them."""
    exclusive: bool | None = None

    @property
    def asked(self) -> TrainingAsked:
        """The same in the words of the command line."""
        return TrainingAsked(
            self.model,
            tuple(f"{video}={coder}" for video, coder in self.pairs),
            self.features,
            self.subjects,
            ",".join(self.labels),
            self.split,
            self.exclusive,
        )

    @property
    def words(self) -> list[str]:
        """The command's words, its name first."""
        asked = self.asked
        options = {
            "--features": asked.features,
            "--subjects": asked.subjects,
            "--labels": asked.labels,
            "--split": asked.split,
        }
        words = ["train", "--model", self.model]
        words += ["--pairs", *asked.pairs] if asked.pairs else []
        words += [word for option in options.items() if option[1] for word in option]
        return words + ([] if self.exclusive is None else ["--exclusive" if self.exclusive else "--no-exclusive"])


@dataclass(frozen=True)
class PredictionOrder:
    """Predictions of one model for some videos."""

    model: str
    videos: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The command's words, its name first."""
        return ["predict", "--model", self.model, *self.videos]


def training_order(workspace: Workspace, document: dict[str, object]) -> TrainingOrder:
    """Read an order; every name in it is one of this workspace's. Raises Refusal or SettingsError."""
    order = TrainingOrder(
        model=value_of(document, "model", str),
        pairs=tuple(_pair(workspace, pair) for pair in value_of(document, "pairs", list, [])),
        features="+".join(chosen(one, FEATURES, "kind of features") for one in texts_of(document, "features")),
        subjects=value_of(document, "subjects", str, ""),
        labels=texts_of(document, "labels"),
        split=_split(workspace, texts_of(document, "split")),
        exclusive=None if document.get("exclusive") is None else value_of(document, "exclusive", bool),
    )
    check_model_name(order.model)
    if order.subjects and not _SUBJECTS.fullmatch(order.subjects):
        raise Refusal(f"'subjects' must be frame, blobs:2 (two animals) or tracks; found '{order.subjects[:40]}'.")
    if comma := [label for label in order.labels if "," in label]:
        raise Refusal(f"The label '{comma[0]}' has a comma in it and cannot be chosen here. Leave 'labels' empty.")
    return order


def prediction_order(workspace: Workspace, document: dict[str, object]) -> PredictionOrder:
    """Read an order; every video in it is one of this workspace's. Raises Refusal or SettingsError."""
    there = list_recordings(workspace)
    videos = tuple(chosen(name, there, "video") for name in texts_of(document, "videos"))
    if not videos:
        raise Refusal("Choose at least one video.")
    model = value_of(document, "model", str)
    check_model_name(model)
    return PredictionOrder(model, videos)


def shown_command(words: Sequence[str]) -> str:
    """Return a task's command as it is typed into this computer's terminal."""
    full = ["pixi", "run", *words]
    return subprocess.list2cmdline(full) if sys.platform == "win32" else shlex.join(full)


def _pair(workspace: Workspace, pair: object) -> tuple[str, str]:
    if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
        raise Refusal("Each of 'pairs' must be a video and a coder.")
    video = chosen(pair[0], list_recordings(workspace), "video")
    return video, known_coder(workspace, video, pair[1])


def _split(workspace: Workspace, words: Sequence[str]) -> str:
    if len(words) == 1 and words[0] in SPLITS:
        return words[0]
    there = list_recordings(workspace)
    return ",".join(chosen(word, there, "video") for word in words)
