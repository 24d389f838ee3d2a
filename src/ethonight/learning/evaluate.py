"""The child process of an evaluation: a model, features and bouts in; metrics and a report out."""

from __future__ import annotations

from datetime import datetime

from ethonight.learning.appraisal import appraise, write_appraisal
from ethonight.learning.child import device, run, tell
from ethonight.learning.coders import coder_agreement
from ethonight.learning.marked_pairs import read_pairs
from ethonight.learning.measured import evaluated, scored
from ethonight.learning.order import Order
from ethonight.learning.provenance import device_words, programs, sources, video_notes
from ethonight.reports.about import About
from ethonight.temporal.decoding_table import decodings_table, read_decodings
from ethonight.temporal.model_folder import Model, load_model


def main(order: Order) -> None:
    """Score, decode, compare, write."""
    tell("Reading the model and the features")
    model = load_model(order.path("model"), device())
    labels, exclusive = model.ensemble.labels, model.ensemble.exclusive
    decodings = read_decodings(model.description.decoding, labels)
    sequences = read_pairs(order, model.description.streams, labels)
    tell("Scoring")
    every = scored(model.ensemble, [one for several in sequences.values() for one in several])
    measured = [evaluated(one, labels, decodings, exclusive) for one in every]
    tell("Measuring and writing the report")
    appraised = appraise(measured, (), labels, coder_agreement(order, labels, sequences))
    about = About(
        model=order.path("model").name,
        labels=labels,
        made=datetime.now(),
        split="The model learned nothing from these videos, and no threshold was chosen on them.",
        parts=(("are the test", tuple(sequences)),),
        warnings=tuple(order.values["warnings"]),
        notes=video_notes(order, sequences),
        versions=tuple(_versions(order, model).items()),
        decoding=decodings_table(decodings),
    )
    write_appraisal(order.path("out"), appraised, about)


def _versions(order: Order, model: Model) -> dict[str, str]:
    trained = {f"{name}, when it was trained": version for name, version in model.description.versions.items()}
    measured = {**programs(), "computed on": device_words(device())}
    return {**measured, **sources(model.description.streams, order.orders("pairs")), **trained}


if __name__ == "__main__":
    run(main)
