"""The pairs of an order: every video's features, with the bouts that somebody marked in it."""

from __future__ import annotations

from collections.abc import Sequence as Several

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.checks import beyond_video, nothing_scored
from ethonight.annotations.problems import refuse
from ethonight.learning.child import tell
from ethonight.learning.dataset import marked, read_sequences
from ethonight.learning.order import Order
from ethonight.recipe.stream import Recipe
from ethonight.temporal.sequence import Sequence


def read_pairs(order: Order, streams: Several[Recipe], labels: Several[str]) -> dict[str, list[Sequence]]:
    """Return the subjects of each video by its name.

    Raises FeaturesError, and AnnotationError now that the exact length of the video is known.
    """
    return {pair.text("video"): _subjects(pair, order, streams, labels) for pair in order.orders("pairs")}


def _subjects(pair: Order, order: Order, streams: Several[Recipe], labels: Several[str]) -> list[Sequence]:
    video = pair.text("video")
    tell(f"Reading the features of {video}")
    sequences = read_sequences(video, pair.paths("features"), streams)
    annotation = read_annotation(pair.path("annotations"), pair.text("shown"))
    end = float(sequences[0].edges[-1])
    refuse(annotation.name, beyond_video(annotation, end) + nothing_scored(annotation, end))
    return marked(sequences, annotation, labels, order.values["groups"].get(video, ""))
