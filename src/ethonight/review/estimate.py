"""What ten more minutes of reviewing would bring: at the pace so far, and judged by how often the model was right.

The model's own scores say how often it should be right; how often it was is counted in bins of that (histogram
binning: Zadrozny & Elkan, ICML 2001). In each bin the score counts like four answers, to which those that were given
are added (a Beta prior), so that a few answers move the estimate a little and many make it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ethonight.review.decisions import Decision, latest
from ethonight.review.item import Item
from ethonight.words import count

MINUTES = 10
_BINS = 5
_PRIOR = 4.0
"""How many answers the model's own scores are worth, in each bin."""
_PAUSE_SECONDS = 120.0
"""Who took longer than this was doing something else."""
_LATEST = 30
"""The pace is that of so many last answers."""
_FEWEST = 3
_WIDTH = 1.2816
"""Standard deviations: a normal number lies within them four times out of five."""


@dataclass(frozen=True)
class Estimate:
    """What is to be expected; ranges hold four times out of five."""

    items: int
    minutes: float
    corrections: tuple[float, float]
    """Fewest and most."""


def seconds_each(decisions: Sequence[Decision]) -> float | None:
    """Return the median seconds from one answer to the next, pauses left out; None before there are a few."""
    times = np.array([one.time for one in decisions[-_LATEST - 1 :]])
    gaps = np.diff(times)
    worked = gaps[(gaps >= 0) & (gaps <= _PAUSE_SECONDS)]
    return max(float(np.median(worked)), 0.1) if len(worked) >= _FEWEST else None


def estimate(queue: Sequence[Item], decisions: Sequence[Decision], each: float) -> Estimate:
    """Return what the next ten minutes bring where every answer takes ``each`` seconds."""
    coming = queue[: round(MINUTES * 60 / each)]
    answered = [one for one in latest(decisions) if not one.is_skip]
    mean = variance = 0.0
    for kind in {item.kind for item in coming}:
        for place in range(_BINS):
            asked = [item.trust for item in coming if (item.kind, _bin(item.trust)) == (kind, place)]
            if asked:
                seen = [one.was_right for one in answered if (one.kind, _bin(one.trust)) == (kind, place)]
                wrong, spread = _wrong(asked, seen)
                mean, variance = mean + wrong, variance + spread
    width = _WIDTH * math.sqrt(variance)
    return Estimate(
        len(coming), len(coming) * each / 60, (max(0.0, mean - width), min(float(len(coming)), mean + width))
    )


def sentence(queue: Sequence[Item], decisions: Sequence[Decision]) -> str:
    """Say how it goes and what ten more minutes would bring."""
    if not queue:
        return "Nothing is left to be asked."
    each = seconds_each(decisions)
    if each is None:
        return f"{count(len(queue), 'question')} left. After a few answers, this line says what ten more minutes bring."
    found = estimate(queue, decisions, each)
    least, most = (round(value) for value in found.corrections)
    changed = f"{least}" if least == most else f"{least} to {most}"
    if found.items < len(queue):
        return (
            f"At your pace, ten more minutes are about {count(found.items, 'answer')}; in {changed} of them the model "
            "is likely to be corrected."
        )
    return (
        f"The {count(found.items, 'question')} that are left take about {max(1, round(found.minutes))} min at your "
        f"pace; in {changed} of them the model is likely to be corrected."
    )


def _wrong(asked: Sequence[float], seen: Sequence[bool]) -> tuple[float, float]:
    """Return how many of the items of one bin are expected to be wrong, and the variance of that."""
    right = _PRIOR * float(np.mean(asked)) + sum(seen)
    total = _PRIOR + len(seen)
    share = min(max(1.0 - right / total, 0.0), 1.0)
    doubt = share * (1.0 - share)
    return len(asked) * share, len(asked) * doubt + len(asked) ** 2 * doubt / (total + 1.0)


def _bin(trust: float) -> int:
    return min(max(int(trust * _BINS), 0), _BINS - 1)
