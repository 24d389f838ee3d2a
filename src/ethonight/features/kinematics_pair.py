"""How each subject moves relative to each other one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.features.around import Around, Array, drawn_in, reach_of_scales
from ethonight.features.symmetry import Dimension

_DELAY = 0.4
"""Seconds: who follows is about so long later where the other one was."""
_BACK = 0.15
"""Seconds before and after a step over which a velocity is measured."""
_NEAR = (1.0, 2.0, 4.0)
"""Body lengths."""
_WEAK = 0.3
"""Below this speed (body lengths per second) or distance (body lengths), a direction says little."""
_CLOSE = 3.0
"""Body lengths over which closeness falls to 1/e."""
_TRACE = 1.5
"""The same for the distance to where the other one was."""

PAIR = (
    "distance",
    "closeness",
    "approach",
    "own approach",
    "its approach",
    "faces it",
    "is faced",
    "same heading",
    "its speed",
    "lower speed of both",
    "goes where it was",
    "it goes where the subject was",
    "moves as it did",
    "it moves as the subject did",
    "distance to where it was",
    "its distance to where the subject was",
    "follows",
    "is followed",
    "found",
    "follows 1 s",
    "is followed 1 s",
    "closeness 1 s",
)
_OVER_A_SECOND = [PAIR.index(kind) for kind in ("follows", "is followed", "closeness")]
_DISTANCES = [PAIR.index(kind) for kind in PAIR if "distance" in kind]
PAIRS: tuple[Dimension, ...] = (
    *(Dimension(f"nearest: {kind}") for kind in PAIR),
    *(Dimension(f"mean of others: {kind}") for kind in PAIR),
    *(Dimension(f"others within {near:g}") for near in _NEAR),
    Dimension("others"),
)


def reach_of_pairs(rate: float) -> int:
    """Return how many steps before and after a step are looked at."""
    return reach_of_scales(rate) + _steps(_DELAY, rate) + _steps(_BACK, rate)


def of_pairs(places: Array, found: NDArray[np.bool_], around: Around, subject: int) -> Array:
    """Return (n, len(PAIRS)) of one subject; all 0 when it is the only one.

    ``places`` (S, m, 2) are bridged and in body lengths, ``found`` (S, m).
    """
    others = np.delete(np.arange(len(places)), subject)
    if not len(others):
        return np.zeros((around.count, len(PAIRS)))
    wide = around.widened()
    values = _values(_Moving.at(places, found, wide), subject, others)
    over_a_second = around.mean_of_widened(values[..., _OVER_A_SECOND])
    values = np.concatenate([values[around.half : around.half + around.count], over_a_second], axis=2)
    distance = values[..., 0]
    nearest = np.take_along_axis(values, distance.argmin(axis=1)[:, None, None], axis=1)[:, 0]
    near = np.stack([(distance < limit).mean(axis=1) for limit in _NEAR], axis=1)
    both = [nearest, values.mean(axis=1)]
    for each in both:
        each[:, _DISTANCES] = np.log1p(each[:, _DISTANCES])
    return np.concatenate([*both, near, np.ones((around.count, 1))], axis=1)


@dataclass(frozen=True, eq=False)
class _Moving:
    """All subjects at n steps, and a little earlier."""

    here: Array
    """(n, S, 2) body lengths."""
    there: Array
    """(n, S, 2) where they were ``_DELAY`` earlier."""
    velocity: Array
    """(n, S, 2)."""
    earlier: Array
    """(n, S, 2) their velocity ``_DELAY`` earlier."""
    found: Array
    """(n, S)."""

    @classmethod
    def at(cls, places: Array, found: NDArray[np.bool_], around: Around) -> _Moving:
        path = places.swapaxes(0, 1)
        back, delay = _steps(_BACK, around.rate), _steps(_DELAY, around.rate)
        first, stop = around.inner.start, around.inner.stop

        def moved(by: int) -> Array:
            return path[first + by : stop + by]

        def velocity(by: int) -> Array:
            return (moved(by + back) - moved(by - back)) * (around.rate / (2 * back))

        seen = found.T[first:stop].astype(np.float64)
        return cls(moved(0), moved(-delay), velocity(0), velocity(-delay), seen)


def _values(all_of_them: _Moving, subject: int, others: NDArray[np.int64]) -> Array:
    """Return (n, others, 19): ``PAIR`` but for what is over a second."""
    it, own = all_of_them, slice(subject, subject + 1)
    to_it = it.here[:, others] - it.here[:, own]
    distance = np.linalg.norm(to_it, axis=-1)
    mine, its = it.velocity[:, own], it.velocity[:, others]
    speed, its_speed = np.linalg.norm(mine, axis=-1), np.linalg.norm(its, axis=-1)
    closeness = np.exp(-distance / _CLOSE)
    own_approach, its_approach = _along(mine, to_it), -_along(its, to_it)
    to_its_trace = it.there[:, others] - it.here[:, own]
    to_my_trace = it.there[:, own] - it.here[:, others]
    trace, its_trace = np.linalg.norm(to_its_trace, axis=-1), np.linalg.norm(to_my_trace, axis=-1)
    copied, its_copied = _alike(mine, it.earlier[:, others]), _alike(its, it.earlier[:, own])
    was = np.linalg.norm(it.earlier, axis=-1)
    columns = [distance, closeness, drawn_in(own_approach + its_approach), drawn_in(own_approach)]
    columns += [drawn_in(its_approach), _alike(mine, to_it), -_alike(its, to_it), _alike(mine, its)]
    columns += [np.log1p(its_speed), np.log1p(np.minimum(speed, its_speed))]
    columns += [_alike(mine, to_its_trace), _alike(its, to_my_trace), copied, its_copied, trace, its_trace]
    columns.append(_following(trace, copied, np.minimum(speed, was[:, others])))
    columns.append(_following(its_trace, its_copied, np.minimum(its_speed, was[:, own])))
    columns.append(it.found[:, others])
    return np.stack(columns, axis=2)


def _following(trace: Array, copied: Array, speed: Array) -> Array:
    """Return how much one moves, near where the other was, as the other did then."""
    return np.asarray(np.exp(-trace / _TRACE) * np.maximum(copied, 0) * np.log1p(speed))


def _along(velocity: Array, line: Array) -> Array:
    """Return the part of the velocity along the line; 0 where the line has no length."""
    return np.asarray((velocity * line).sum(axis=-1) / (np.linalg.norm(line, axis=-1) + 1e-3))


def _alike(one: Array, other: Array) -> Array:
    """Return the cosine between vectors, nearer to 0 where one is short."""
    lengths = (np.linalg.norm(each, axis=-1) for each in (one, other))
    first, second = (length / (length + _WEAK) / np.maximum(length, 1e-9) for length in lengths)
    return np.asarray((one * other).sum(axis=-1) * first * second)


def _steps(seconds: float, rate: float) -> int:
    return max(1, round(seconds * rate))
