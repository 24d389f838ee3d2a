"""The child process of a prediction: cached features and a model in; bouts, scores and an ethogram out."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Several
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout, in_order
from ethonight.annotations.bouts_writing import write_annotation
from ethonight.learning.child import device, leave_notes, run, tell
from ethonight.learning.dataset import read_sequences
from ethonight.learning.film import write_film
from ethonight.learning.lanes import lanes_of
from ethonight.learning.measured import Scored, scored
from ethonight.learning.order import Order
from ethonight.predictions.scores_file import ScoresFile
from ethonight.reports.ethogram import draw_ethogram
from ethonight.temporal.decoding import Decoding, decode
from ethonight.temporal.decoding_table import read_decodings
from ethonight.temporal.model_folder import Model, load_model


@dataclass(frozen=True)
class Prediction:
    """What a model found in one recording."""

    model: Model
    subjects: tuple[Scored, ...]
    bouts: tuple[Bout, ...]
    """Of all subjects, in the order of time."""


def main(order: Order) -> None:
    """Score, decode, write."""
    tell("Reading the model and the features")
    model = load_model(order.path("model"), device())
    sequences = read_sequences(order.text("video"), order.paths("features"), model.description.streams)
    tell("Scoring")
    subjects = tuple(scored(model.ensemble, sequences, with_spread=True))
    prediction = Prediction(model, subjects, tuple(bouts_of(model, subjects, order.number("threshold"))))
    out, name = order.path("out"), order.text("name")
    tell("Writing bouts and ethogram")
    write_annotation(out / f"{name}.csv", Annotation(prediction.bouts))
    _scores_file(order, prediction).write(out / f"{name}.h5")
    labels = model.ensemble.labels
    lanes = lanes_of(prediction.bouts, subjects, labels)
    draw_ethogram(
        out / f"{name}.png", labels, lanes, f"{order.text('video')}, as {Path(order.text('model')).name} sees it"
    )
    notes = write_film(order, out / f"{name}.mp4", lanes, labels) if order.flag("overlay") else ()
    leave_notes([*_taught(model, order.text("video")), *notes])


def _taught(model: Model, video: str) -> list[str]:
    """Return a sentence where the model has learned from this very video."""
    roles = {str(pair["video"]): str(pair["role"]) for pair in model.description.pairs}
    if roles.get(video, "test") == "test":
        return []
    return ["The model has learned from this video: its bouts look better here than on others."]


def bouts_of(model: Model, subjects: Several[Scored], threshold: float) -> list[Bout]:
    """Return the bouts of all subjects; ``threshold`` replaces the model's own where it is above 0."""
    labels, exclusive = model.ensemble.labels, model.ensemble.exclusive
    decodings = _with_threshold(read_decodings(model.description.decoding, labels), threshold)
    several = [
        decode(one.scores, one.sequence.edges, labels, decodings, exclusive, one.sequence.subject) for one in subjects
    ]
    return in_order(bout for bouts in several for bout in bouts)


def _with_threshold(decodings: Mapping[str, Decoding], threshold: float) -> dict[str, Decoding]:
    return {label: one.with_threshold(threshold) if threshold else one for label, one in decodings.items()}


def _scores_file(order: Order, prediction: Prediction) -> ScoresFile:
    spreads = [one.spread for one in prediction.subjects if one.spread is not None]
    return ScoresFile(
        scores=np.stack([one.scores for one in prediction.subjects]),
        spread=np.stack(spreads) if spreads else None,
        edges=prediction.subjects[0].sequence.edges,
        labels=prediction.model.ensemble.labels,
        subjects=[one.sequence.subject for one in prediction.subjects],
        video=order.text("video"),
        model=Path(order.text("model")).name,
        threshold=order.number("threshold"),
        features=order.text("fingerprint"),
    )


if __name__ == "__main__":
    run(main)
