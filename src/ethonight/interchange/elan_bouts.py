"""From ELAN's tiers to bouts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ethonight.annotations.bouts import Bout, in_order
from ethonight.annotations.numbers import parse_number
from ethonight.annotations.pieces import column_name
from ethonight.interchange.elan_reading import Aligned, Tier
from ethonight.interchange.elan_writing import COMMENT, POINT, SCORE, TIER, tier_name
from ethonight.interchange.label import label_text
from ethonight.interchange.lanes import base_name, subject_lanes
from ethonight.words import count


@dataclass(frozen=True)
class ElanBouts:
    """The bouts of a document, in order, and sentences about what became of them."""

    bouts: tuple[Bout, ...]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, tiers: Sequence[Tier], origin: float) -> ElanBouts:
        """Return the bouts of these tiers; the document begins at ``origin`` (milliseconds) of the recording."""
        lanes = _lanes(tiers)
        subjects = subject_lanes(_labels(tiers, lanes))
        bouts: list[Bout] = []
        before = 0
        for tier in tiers:
            lane = lanes[tier.name]
            subject = tier.participant or (lane if lane in subjects else "")
            for one in tier.annotations:
                before += one.start + origin < 0
                bouts.append(_bout(one, tier, lane, subject, origin))
        notes = [f"Tiers are read as subjects: {', '.join(sorted(subjects))}."] if subjects else []
        if origin:
            notes.append(f"The file begins {origin / 1000:g} s into its video; times are those of the video.")
        if before:
            notes.append(f"{count(before, 'annotation')} from before the video now start at 0.")
        return cls(tuple(in_order(bouts)), tuple(notes))


def _lanes(tiers: Iterable[Tier]) -> dict[str, str]:
    """Return for each tier the tier that it goes on with: ``attack (2)`` goes on with ``attack``."""
    names = [tier.name for tier in tiers]
    return {name: base_name(name, names) for name in names}


def _labels(tiers: Iterable[Tier], lanes: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the labels of each lane that names no participant."""
    labels: dict[str, list[str]] = {}
    for tier in tiers:
        if not tier.participant:
            labels.setdefault(lanes[tier.name], []).extend(_label(one, tier) for one in tier.annotations)
    return labels


def _label(one: Aligned, tier: Tier) -> str:
    return label_text(one.value, label_text(tier.name))


def _bout(one: Aligned, tier: Tier, lane: str, subject: str, origin: float) -> Bout:
    start, end = (max(time + origin, 0) / 1000 for time in (one.start, one.end))
    notes: dict[str, str] = {}
    for column, text in one.notes:
        notes[column] = f"{notes[column]}; {text}" if column in notes else text
    comment = notes.pop(COMMENT, "")
    score = parse_number(notes.get(SCORE, ""))
    if score is not None:
        del notes[SCORE]
    bout = Bout(_label(one, tier), start, start if tier.kind == POINT else end, subject, score, comment)
    if lane not in (subject, tier_name(bout)):
        notes[TIER] = lane
    return replace(bout, extra=tuple((_free(column), text) for column, text in notes.items()))


def _free(column: str) -> str:
    """Return the column's name, changed where a bouts file would take it for one of its own."""
    return f"{column} (ELAN)" if column_name(column) else column
