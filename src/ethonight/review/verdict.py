"""What an answer says of the video.

The rule: an answer speaks for the item's ``watched`` frames and for those of the corrected bout, completely and for
the item's subject. Somebody has looked at them, with all predictions in them listed: what is listed and kept is there,
what is not, is not. So these frames, and no others, become scored time, in which a behaviour without a bout counts as
absent; the bouts that are kept are cut to them. What the coder has watched before stays as it is: predictions are
never added there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.errors import EthonightError
from ethonight.frame_times import Edges
from ethonight.review.item import Item
from ethonight.review.predicted import Coded, left_of

ACCEPTED, CORRECTED, RELABELLED, REJECTED, SKIPPED = "accepted", "corrected", "relabelled", "rejected", "skipped"
REACH_SECONDS = 30.0
"""How far from the item a corrected edge may lie: what else is predicted up to there is known to the reviewer."""


class AnswerError(EthonightError):
    """An answer that does not fit its question."""


@dataclass(frozen=True)
class Labelled:
    """A behaviour in the frames ``[first, stop)``."""

    label: str
    first: int
    stop: int


@dataclass(frozen=True)
class Verdict:
    """What an answer adds to the coder's work; the rows that say what was watched are among ``rows``."""

    outcome: str
    rows: tuple[Bout, ...]


def judged(item: Item, here: Labelled | None, also: Sequence[Labelled], coded: Coded, edges: Edges) -> Verdict:
    """Return what an answer means: ``here`` is the behaviour as it really is (None: it is not), ``also`` what else is.

    Raises AnswerError for what cannot be a bout or lies too far away.
    """
    for one in (*([here] if here else []), *also):
        _check(one, item, edges)
    first, stop = item.watched
    if here:
        first, stop = min(first, here.first), max(stop, here.stop)
    free = left_of(first, stop, coded.watched(item.subject))
    parts = [
        Labelled(one.label, max(one.first, low), min(one.stop, high))
        for one in also
        for low, high in free
        if one.first < high and low < one.stop
    ]
    kept = [*parts, here] if here else parts
    rows = [_bout(_joined(one, item.subject, coded), item.subject, edges) for one in kept]
    watched = Bout(SCORED, *_seconds(first, stop, edges), item.subject)
    return Verdict(_outcome(item, here), (*rows, watched))


def _outcome(item: Item, here: Labelled | None) -> str:
    if here is None:
        return REJECTED
    if here.label != item.label:
        return RELABELLED
    return ACCEPTED if (here.first, here.stop) == (item.first, item.stop) else CORRECTED


def _check(one: Labelled, item: Item, edges: Edges) -> None:
    if not 0 <= one.first < one.stop < len(edges):
        raise AnswerError(f"The frames {one.first} to {one.stop} of '{one.label}' are no bout in this video.")
    if one.label == SCORED:
        raise AnswerError(f"'{SCORED}' is no behaviour.")
    if edges[item.first] - edges[one.first] > REACH_SECONDS or edges[one.stop] - edges[item.stop] > REACH_SECONDS:
        raise AnswerError(
            f"'{one.label}' would reach more than {REACH_SECONDS:.0f} seconds beyond what was asked. Mark it in the "
            "timeline instead."
        )


def _joined(one: Labelled, subject: str, coded: Coded) -> Labelled:
    """Return a bout so that it reaches a frame into bouts of its kind that it touches: with them it becomes one."""
    like = [bout for bout in coded.bouts if (bout.label, bout.subject) == (one.label, subject)]
    first = one.first - any(bout.stop == one.first for bout in like)
    stop = one.stop + any(bout.first == one.stop for bout in like)
    return Labelled(one.label, first, stop)


def _bout(one: Labelled, subject: str, edges: Edges) -> Bout:
    try:
        return Bout(one.label, *_seconds(one.first, one.stop, edges), subject)
    except ValueError as error:
        raise AnswerError(f"This cannot be marked: {error}.") from error


def _seconds(first: int, stop: int, edges: Edges) -> tuple[float, float]:
    return float(edges[first]), float(edges[stop])
