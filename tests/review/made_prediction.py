"""What a model said of a video of ten frames a second, made from bouts with scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ethonight.annotations.bouts import Bout
from ethonight.predictions.scores_file import ScoresFile
from ethonight.review.decisions import Decision
from ethonight.review.item import BOUT, Item
from ethonight.review.order import in_turn
from ethonight.review.predicted import Coded, Predicted
from ethonight.review.questions import questions
from ethonight.temporal.decoding import Decoding, decode

LABELS = ("grooming", "rearing", "walking")
FPS = 10
LOW = 0.02
Row = tuple[str, int, int, float]
"""Label, frames [first, stop), and the score there."""


def made(
    rows: Iterable[Row],
    video: str = "v1",
    frames: int = 6000,
    spread: Sequence[Row] | None = None,
    subject: str = "",
    decoding: Decoding | None = None,
) -> Predicted:
    """Return a prediction with these scores, and LOW elsewhere; bouts come from the scores."""
    edges = np.arange(frames + 1) / FPS
    scores = np.full((1, frames, len(LABELS)), LOW, dtype=np.float32)
    for label, first, stop, score in rows:
        scores[0, first:stop, LABELS.index(label)] = score
    differ = None if spread is None else np.zeros(scores.shape, dtype=np.float16)
    for label, first, stop, value in spread or ():
        assert differ is not None
        differ[0, first:stop, LABELS.index(label)] = value
    decodings = {label: decoding or Decoding() for label in LABELS}
    bouts: list[Bout] = decode(scores[0], edges, LABELS, decodings, False, subject)
    file = ScoresFile(scores, edges, LABELS, [subject], video, "m_20260301_220405", 0.0, "", differ)
    return Predicted(video, edges, tuple(bouts), file, decodings, False)


def queue_of(several: Mapping[Predicted, Coded] | Sequence[Predicted]) -> list[Item]:
    """Return the questions about some predictions in the order in which they are asked."""
    pairs = dict(several) if isinstance(several, Mapping) else {one: Coded() for one in several}
    counts = Counter(bout.label for one in pairs for bout in one.bouts)
    items = [item for one, coded in pairs.items() for item in questions(one, coded, counts)]
    return in_turn(items, {one.video: one.edges for one in pairs})


def asked(items: Iterable[Item]) -> list[tuple[str, int, int]]:
    """Return label and frames of each item."""
    return [(item.label, item.first, item.stop) for item in items]


def decision(time: float, outcome: str, trust: float = 0.7, kind: str = BOUT, video: str = "v1") -> Decision:
    return Decision(time, video, "", "grooming", round(time * 10), round(time * 10) + 5, kind, trust, outcome)
