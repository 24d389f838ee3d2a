"""How well people agree who have marked the same videos."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence as Several
from pathlib import Path
from typing import Any

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.coders import coder_files
from ethonight.annotations.problems import AnnotationError
from ethonight.learning.order import Order
from ethonight.metrics.agreement import CodedVideo, compare_coders
from ethonight.temporal.sequence import Sequence


def coder_agreement(
    order: Order, labels: Several[str], sequences: Mapping[str, Several[Sequence]]
) -> dict[str, Any] | None:
    """Return the comparison of all coders on the pairs' videos that at least two have marked; None without any.

    Files that cannot be read are left out here: they were not asked for.
    """
    coded = []
    for pair in order.orders("pairs"):
        video, annotations = pair.text("video"), _readable(pair.path("coders"))
        if len(annotations) > 1:
            coded.append(CodedVideo(video, annotations, sequences[video][0].edges))
    return compare_coders(coded, labels) if coded else None


def _readable(folder: Path) -> dict[str, Annotation]:
    found: dict[str, Annotation] = {}
    for coder, path in coder_files(folder).items():
        try:
            found[coder] = read_annotation(path)
        except AnnotationError:
            continue
    return found
