"""The annotated video of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ethonight.features.store import FeaturesFile
from ethonight.learning.child import Counter
from ethonight.learning.order import Order
from ethonight.reports.lane import Lane
from ethonight.reports.overlay import write_overlay
from ethonight.reports.overlay_marks import Shown
from ethonight.subjects.boxes import Located
from ethonight.video.timeline import Timeline


def write_film(order: Order, path: Path, lanes: tuple[Lane, ...], labels: tuple[str, ...]) -> tuple[str, ...]:
    """Write the recording with boxes, labels and a moving ethogram. Returns sentences about missing frames."""
    timeline = Timeline.read(order.paths("files"), order.path("timestamps"))
    with FeaturesFile(order.paths("features")[0]) as features:
        scene = features.scene
        places = [features.located(number) for number in range(len(scene.subjects))]
        shown = Shown(labels, lanes, scene, _together(places))
    count = Counter("Annotated video, frame")
    return write_overlay(path, timeline, shown, lambda done: count(done, len(timeline)))


def _together(places: Sequence[Located]) -> Located:
    names = ("centers", "axes", "angles", "found")
    return Located(*(np.concatenate([getattr(place, name) for place in places]) for name in names))
