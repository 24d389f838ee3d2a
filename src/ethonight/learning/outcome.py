"""What a training has given, written as a model's folder."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import tomli_w

from ethonight.features.store import FeaturesFile, Layout
from ethonight.files import replace_atomically
from ethonight.learning.appraisal import Appraised, appraise, write_appraisal
from ethonight.learning.order import Order
from ethonight.learning.provenance import sources
from ethonight.metrics.evaluated import Evaluated
from ethonight.recipe.split import Plan
from ethonight.recipe.training import TrainingRecipe
from ethonight.reports.about import About
from ethonight.temporal.decoding import Decoding
from ethonight.temporal.decoding_table import decodings_table
from ethonight.temporal.model_description import Description
from ethonight.temporal.model_folder import Model, save_model
from ethonight.temporal.progress import Progress
from ethonight.temporal.training import Trained

LOG = "training_log.csv"
MADE_FROM = "made_from.json"
SETTINGS = "train.toml"
_MODES = {
    "none": "Every video taught the model; nothing was held out, so nothing is known of how well it does.",
    "videos": "Whole videos were held out: those of the test neither taught the model nor chose its thresholds.",
    "leave-one-video-out": "Each video was the test once, for a model that learned from the others only.",
    "leave-one-group-out": "Each group of videos was the test once, for a model that learned from other groups only.",
}


@dataclass(frozen=True)
class Outcome:
    """The model that is kept, and what was measured on videos that were held out."""

    trained: Trained
    decodings: Mapping[str, Decoding]
    measured: tuple[Evaluated, ...]
    linear: tuple[Evaluated, ...]
    """A logistic regression on the same features, on the same videos."""
    coders: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()
    """What is good to know about the videos."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Programs, device, seeds."""


def write_outcome(order: Order, recipe: TrainingRecipe, plan: Plan, outcome: Outcome) -> None:
    """Write everything of the model's folder; ``model.toml``, which vouches for the rest, comes last."""
    folder = order.path("folder")
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / LOG, _log_text(outcome.trained.log))
    _write(folder / SETTINGS, tomli_w.dumps(recipe.table()))
    made_from = {
        "settings": order.document("settings"),
        "pairs": {pair.text("video"): pair.text("sha256") for pair in order.orders("pairs")},
    }
    _write(folder / MADE_FROM, json.dumps(made_from, ensure_ascii=False, indent=1))
    about = _about(order, recipe, plan, outcome)
    write_appraisal(folder, appraise(outcome.measured, outcome.linear, recipe.labels, outcome.coders), about)
    description = _description(order, recipe, plan, outcome)
    save_model(folder, Model(description, outcome.trained.ensemble), (LOG, SETTINGS, MADE_FROM, *Appraised.FILES))


def _description(order: Order, recipe: TrainingRecipe, plan: Plan, outcome: Outcome) -> Description:
    dimensions: tuple[int, ...] = ()
    pairs = []
    for pair in order.orders("pairs"):
        layouts = [_layout(path) for path in pair.paths("features")]
        dimensions = tuple(len(layout.names) for layout in layouts)
        names = {name: pair.text(name) for name in ("video", "shown", "sha256")}
        role = "taught" if plan.is_cross_validation else _role(plan, pair.text("video"))
        pairs.append({**names, "content": layouts[0].about.content, "role": role})
    return Description(
        name=recipe.model,
        labels=recipe.labels,
        exclusive=recipe.exclusive,
        streams=recipe.streams,
        dimensions=dimensions,
        training=recipe.training,
        created=f"{datetime.now():%Y-%m-%d %H:%M:%S}",
        decoding=decodings_table(outcome.decodings),
        pairs=tuple(pairs),
        versions=dict(outcome.versions),
    )


def _layout(features: Path) -> Layout:
    with FeaturesFile(features) as stored:
        return stored.layout


def _role(plan: Plan, video: str) -> str:
    fold = plan.folds[0]
    return "test" if video in fold.test else "validation" if video in fold.validation else "taught"


def _about(order: Order, recipe: TrainingRecipe, plan: Plan, outcome: Outcome) -> About:
    fold = plan.folds[0]
    sides = (
        ("taught the model", fold.teaching),
        ("chose its thresholds", fold.validation),
        ("are the test", fold.test),
    )
    parts = tuple((what, names) for what, names in sides if names)
    if plan.is_cross_validation:
        parts = (("each was the test once", tuple(name for one in plan.folds for name in one.test)),)
    return About(
        model=order.path("folder").name,
        labels=recipe.labels,
        made=datetime.now(),
        split=_MODES[plan.mode],
        parts=parts,
        warnings=tuple(order.values["warnings"]),
        notes=outcome.notes,
        versions=tuple({**outcome.versions, **sources(recipe.streams, order.orders("pairs"))}.items()),
        settings=tomli_w.dumps(recipe.table()),
        decoding=decodings_table(outcome.decodings),
        training_log=order.path("folder") / LOG,
    )


def _log_text(log: tuple[Progress, ...]) -> str:
    stream = io.StringIO()
    names = [name for name in Progress.__dataclass_fields__ if name not in ("seeds", "epochs", "remaining")]
    writer = csv.DictWriter(stream, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(entry) for entry in log)
    return stream.getvalue()


def _write(path: Path, text: str) -> None:
    replace_atomically(path, text.encode())
