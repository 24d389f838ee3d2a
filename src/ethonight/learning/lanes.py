"""What is drawn of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ethonight.annotations.bouts import Bout
from ethonight.learning.measured import Scored
from ethonight.reports.lane import Lane


def lanes_of(bouts: Sequence[Bout], subjects: Sequence[Scored], labels: Sequence[str]) -> tuple[Lane, ...]:
    """Return what is drawn of each subject."""
    return tuple(_lane(one, bouts, labels) for one in subjects)


def _lane(one: Scored, bouts: Sequence[Bout], labels: Sequence[str]) -> Lane:
    lane = Lane.of_bouts(one.sequence.subject, bouts, labels, one.sequence.edges)
    return replace(lane, scores=np.nan_to_num(one.scores), found=one.sequence.found)
