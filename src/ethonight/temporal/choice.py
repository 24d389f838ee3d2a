"""Which decoding suits each label, by what it would have given on the validation recordings.

A label's decoding is the one with the highest mean of frame F1 and bout F1@50 on the watched steps of the validation
recordings, never of others. The search changes a few parameters at a time, from sensible values on. Thresholds
are judged together with their neighbours, so that a lucky value between bad ones does not win. With few bouts only
thresholds are searched; with none, or without validation, a label has the values that suit bouts of its typical
length.

Labels are searched one by one; exclusive ones then once more, each in the steps that the others leave to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import NamedTuple

import numpy as np

from ethonight.annotations.frames import Mask
from ethonight.frame_times import Edges
from ethonight.temporal.decoding import Decoding, Numbers, Scores, comparable, filled, smoothed
from ethonight.temporal.trial import Trial, bout_lengths, joined

SWEEPS = 2
ENOUGH = 8
"""With fewer validation bouts of a label, only its thresholds are searched."""
LEVELS = tuple(round(0.05 * place, 2) for place in range(1, 20))
"""Values that the thresholds can have."""
TIMES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 5.0)
"""Seconds that smoothing, least duration and least gap can have."""
_BETTER = 0.002
"""By how much another value of smoothing, duration or gap must be better than the one there is."""


class Validated(NamedTuple):
    """One validation recording (of one subject): T steps, C labels."""

    scores: Scores
    """(T, C)."""
    truth: Mask
    """(T, C)."""
    scored: Mask
    """(T,)."""
    edges: Edges
    """(T + 1,) seconds."""


def choose(
    validation: Sequence[Validated],
    labels: Sequence[str],
    exclusive: bool = False,
    typical: Mapping[str, float] | None = None,
) -> dict[str, Decoding]:
    """Return the decoding of each label.

    ``typical``: seconds that a short but usual bout of each label lasts, by the training; used where the validation has
    no bout of the label.
    """
    lengths = dict(typical or {})
    known = [Validated(*recording) for recording in validation if len(recording[0]) and recording[2].any()]
    chosen = {label: default_decoding(lengths.get(label)) for label in labels}
    rivals = [comparable(recording.scores, exclusive) for recording in known]
    present = [c for c in range(len(labels)) if any(r.truth[r.scored, c].any() for r in known)]
    for c in present:
        chosen[labels[c]] = default_decoding(bout_lengths([(r.truth[:, c] & r.scored, r.edges) for r in known]))
    for c in present:
        chosen[labels[c]] = search(_trial(known, rivals, c), chosen[labels[c]])
    return _against_each_other(known, rivals, labels, chosen, present) if exclusive else chosen


def default_decoding(typical: float | None = None) -> Decoding:
    """Return a decoding for bouts that last ``typical`` seconds or more; without, one that leaves twitches alone."""
    length = 0.0 if typical is None else typical
    half = round(min(length / 2, 1.0), 2)
    return Decoding(high=0.5, low=0.4, smoothing=half, least_duration=half, least_gap=half)


def search(trial: Trial, start: Decoding) -> Decoding:
    """Return the best decoding of a label that is found from ``start`` on; with enough bouts, also from a plain one."""
    starts = [start, default_decoding()] if trial.bouts >= ENOUGH else [start]
    return max((_climb(trial, decoding) for decoding in starts), key=trial.value)


def _climb(trial: Trial, best: Decoding) -> Decoding:
    if trial.bouts < ENOUGH:
        return _best_thresholds(trial, best)
    for _ in range(SWEEPS):
        thresholds = [(best.low, best.high), *combinations_with_replacement(LEVELS[1::3], 2)]
        both = product(thresholds, _times(trial.short))
        best = _best(trial, best, [replace(best, low=low, high=high, smoothing=t) for (low, high), t in both])
        best = _best_thresholds(trial, best)
        pairs = product(_times(0.8 * trial.short), _times(trial.short_gap))
        best = _best(trial, best, [replace(best, least_duration=d, least_gap=gap) for d, gap in pairs])
    return best


def _best(trial: Trial, current: Decoding, others: Sequence[Decoding]) -> Decoding:
    """Return the best of the others where it is clearly better than the current one."""
    values = [trial.value(decoding) for decoding in others]
    place = int(np.argmax(values))
    return others[place] if values[place] > trial.value(current) + _BETTER else current


def _best_thresholds(trial: Trial, current: Decoding) -> Decoding:
    """Return the current decoding with the best thresholds, each judged with its neighbours."""
    size = len(LEVELS)
    table = np.full((size + 2, size + 2), np.nan)  # low by high, with a border of nothing
    for low, high in zip(*np.triu_indices(size), strict=True):
        table[low + 1, high + 1] = trial.value(replace(current, low=LEVELS[low], high=LEVELS[high]))
    own = table[1:-1, 1:-1]
    around = (table[:-2, 1:-1], table[2:, 1:-1], table[1:-1, :-2], table[1:-1, 2:])
    robust = own / 2 + sum(np.where(np.isnan(near), own, near) for near in around) / 8
    # of equally good ones, the nearest to one half
    distance = np.abs(np.array(LEVELS) - 0.5)
    robust = np.round(robust, 6) - 1e-7 * (distance + distance[:, None])
    place = np.unravel_index(int(np.nanargmax(robust)), robust.shape)
    return replace(current, low=LEVELS[int(place[0])], high=LEVELS[int(place[1])])


def _times(most: float) -> list[float]:
    return [seconds for seconds in TIMES if seconds <= most + 1e-9]


def _against_each_other(
    known: Sequence[Validated],
    rivals: Sequence[Numbers],
    labels: Sequence[str],
    chosen: Mapping[str, Decoding],
    present: Sequence[int],
) -> dict[str, Decoding]:
    """Return the decodings of exclusive labels, each searched again with the steps that the others leave to it."""
    found = dict(chosen)
    claims = {c: _claims(known, rivals, c, found[label]) for c, label in enumerate(labels)}
    for c in present:
        others = [claims[other] for other in claims if other != c]
        taken = [_taken(claims[c][n], [other[n] for other in others]) for n in range(len(known))]
        found[labels[c]] = search(_trial(known, rivals, c, taken), found[labels[c]])
        claims[c] = _claims(known, rivals, c, found[labels[c]])
    return found


def _trial(
    known: Sequence[Validated], rivals: Sequence[Numbers], place: int, taken: Sequence[Mask] | None = None
) -> Trial:
    parts = zip(known, rivals, strict=True)
    return joined([(scores[:, place], one.truth[:, place], one.scored, one.edges) for one, scores in parts], taken)


_Claim = tuple[Mask, Numbers]
"""The steps (T,) that a label wants, and how much: smoothed scores (T,)."""


def _claims(known: Sequence[Validated], rivals: Sequence[Numbers], place: int, decoding: Decoding) -> list[_Claim]:
    """Return, for each recording, what a label claims."""
    smooth = [smoothed(r[:, place], one.edges, decoding.smoothing) for one, r in zip(known, rivals, strict=True)]
    return [(filled(values, one.edges, decoding), values) for one, values in zip(known, smooth, strict=True)]


def _taken(own: _Claim, others: Sequence[_Claim]) -> Mask:
    """Return the steps (T,) that another label wants more."""
    taken = np.zeros_like(own[0])
    for mask, scores in others:
        taken |= mask & (scores > own[1])
    return taken
