"""Windows to learn from: pieces of sequences, drawn so that rare classes are met, changed so that no two are alike."""

from __future__ import annotations

from collections.abc import Sequence as Several
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ethonight.temporal.sequence import Sequence

Random = np.random.Generator
Symmetry = tuple[NDArray[np.intp], NDArray[np.float32]]
"""What a mirrored picture does to D features: ``features[..., permutation] * sign``."""
_BALANCED = 0.75
"""Share of windows that are drawn around a bout of a class, each class as often as any other."""
_EDGE_WEIGHT = 0.5
_SHORT = 4
"""Bouts and pauses of fewer steps are all edge; they count in full."""


@dataclass(frozen=True)
class Augmentation:
    """How far windows may differ from what was recorded. All zero: windows as they are."""

    speed: float = 1.25
    """Windows are played up to so many times faster or slower; 1: as they are."""
    silent: float = 0.1
    """Share of the channels that are left out of a window."""
    gain: float = 0.1
    """Standard deviation of the factor, as its logarithm, by which a channel is scaled in a window."""
    drift: float = 0.1
    """Standard deviation by which a channel is shifted in a window, in the channel's own."""
    noise: float = 0.1
    """Standard deviation of what is added at each step, in the channel's own."""


@dataclass(frozen=True, eq=False)
class Batch:
    """B windows of L steps. ``weight`` is 0 where nobody watched and behind the end, where ``inside`` is false."""

    features: NDArray[np.float16]
    """(B, L, D)."""
    found: NDArray[np.bool_]
    """(B, L)."""
    inside: NDArray[np.bool_]
    """(B, L) false behind the end of a sequence that is shorter than the window."""
    targets: NDArray[np.bool_]
    """(B, L, C)."""
    weight: NDArray[np.float32]
    """(B, L, C)."""
    gain: NDArray[np.float32]
    """(B, D) by which the inputs are multiplied."""
    drift: NDArray[np.float32]
    """(B, D) what is then added to the inputs."""


class Windows:
    """Draws windows of ``length`` steps from sequences with targets, balanced over the classes."""

    def __init__(
        self, sequences: Several[Sequence], length: int, augmentation: Augmentation, symmetries: Several[Symmetry] = ()
    ) -> None:
        self._sequences = [sequence for sequence in sequences if _scored_steps(sequence)]
        if not self._sequences:
            raise ValueError("no sequence with a step that somebody watched")
        self._length = length
        self._augmentation = augmentation
        self._symmetries = list(symmetries)
        self._marks = [_marks(sequence) for sequence in self._sequences]
        self._watched = [np.flatnonzero(sequence.scored) for sequence in self._sequences]  # type: ignore[arg-type]
        scored = np.array([len(watched) for watched in self._watched], dtype=np.float64)
        self._shares = scored / scored.sum()
        self._bouts = _bouts_by_class(self._sequences)

    def draw(self, random: Random, count: int) -> Batch:
        """Return ``count`` windows. The same random numbers give the same windows."""
        windows = [self._one(random) for _ in range(count)]
        features, found, inside, targets, weight = (np.stack([window[part] for window in windows]) for part in range(5))
        gain, drift = self._changes(random, count, features.shape[-1])
        return Batch(features, found, inside, targets, weight, gain, drift)

    def _one(self, random: Random) -> tuple[NDArray[np.generic], ...]:
        place, center = self._center(random)
        sequence, marks = self._sequences[place], self._marks[place]
        most = np.log(self._augmentation.speed)
        steps = window_steps(len(sequence), center, self._length, float(np.exp(random.uniform(-most, most))), random)
        shown = len(steps)
        features = np.zeros((self._length, sequence.features.shape[1]), dtype=np.float16)
        features[:shown] = self._mirrored(sequence.features[steps], random)
        marked = np.zeros((self._length, marks.shape[1]), dtype=np.float32)
        marked[:shown] = marks[steps]
        found, inside = np.zeros(self._length, dtype=np.bool_), np.arange(self._length) < shown
        found[:shown] = sequence.found[steps]
        targets = np.zeros(marked.shape, dtype=np.bool_)
        assert sequence.targets is not None
        targets[:shown] = sequence.targets[steps]
        return features, found, inside, targets, marked

    def _center(self, random: Random) -> tuple[int, int]:
        """Return a sequence and a step of it: of a bout of some class, or any step that somebody watched."""
        if self._bouts and random.random() < _BALANCED:
            bouts = self._bouts[random.integers(len(self._bouts))]
            place, first, stop = bouts[random.integers(len(bouts))]
            return int(place), int(random.integers(first, stop))
        place = int(random.choice(len(self._sequences), p=self._shares))
        return place, int(random.choice(self._watched[place]))

    def _mirrored(self, features: NDArray[np.float16], random: Random) -> NDArray[np.float16]:
        if not self._symmetries:
            return features
        which = int(random.integers(len(self._symmetries) + 1))
        if which == len(self._symmetries):
            return features
        permutation, sign = self._symmetries[which]
        return features[:, permutation] * sign.astype(np.float16)

    def _changes(self, random: Random, count: int, width: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        how = self._augmentation
        gain = np.exp(how.gain * random.standard_normal((count, width)))
        gain *= random.random((count, width)) >= how.silent
        drift = how.drift * random.standard_normal((count, width)) * (gain > 0)
        return gain.astype(np.float32), drift.astype(np.float32)


def window_steps(total: int, center: int, length: int, speed: float, random: Random) -> NDArray[np.int64]:
    """Return the steps of a window around ``center`` of a sequence of ``total`` steps: at most ``length``, ascending.

    Played ``speed`` times as fast. ``center`` is anywhere in it; a window reaches over no end of a sequence that is
    long enough, and has fewer steps of one that is not.
    """
    wide = max(1, round(length * speed))
    first = int(np.clip(center - random.integers(wide), 0, max(0, total - wide)))
    steps = first + np.arange(length, dtype=np.int64) * wide // length
    return np.asarray(steps[steps < total], dtype=np.int64)


def _scored_steps(sequence: Sequence) -> int:
    return 0 if sequence.scored is None or sequence.targets is None else int(sequence.scored.sum())


def _marks(sequence: Sequence) -> NDArray[np.float16]:
    """Return how much each answer counts: (T, C). Less beside onsets and offsets, where people differ by a step."""
    assert sequence.targets is not None and sequence.scored is not None
    weight = np.where(edges_of(sequence.targets, sequence.scored), _EDGE_WEIGHT, 1.0) * sequence.scored[:, None]
    return np.asarray(weight, dtype=np.float16)


def edges_of(targets: NDArray[np.bool_], scored: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which steps (T, C) lie directly before or after a change, unless in a run of fewer than four steps.

    What the targets say where nobody watched changes nothing elsewhere: runs end there.
    """
    edges = np.zeros(targets.shape, dtype=np.bool_)
    watched_both = scored[1:] & scored[:-1]
    for column, active in enumerate(targets.T):
        changed = (active[1:] != active[:-1]) & watched_both
        ends = np.flatnonzero(changed | (scored[1:] != scored[:-1])) + 1
        long = np.diff(np.concatenate([[0], ends, [len(active)]])) >= _SHORT
        real = changed[ends - 1]
        edges[ends[real & long[1:]], column] = True
        edges[ends[real & long[:-1]] - 1, column] = True
    return edges


def _bouts_by_class(sequences: Several[Sequence]) -> list[NDArray[np.int64]]:
    """Return for each class that occurs its bouts in watched time: (n, 3) place of the sequence, first step, stop."""
    classes: dict[int, list[tuple[int, int, int]]] = {}
    for place, sequence in enumerate(sequences):
        assert sequence.targets is not None and sequence.scored is not None
        for column, active in enumerate((sequence.targets & sequence.scored[:, None]).T):
            ends = np.flatnonzero(np.diff(active.astype(np.int8), prepend=0, append=0))
            found = [(place, int(first), int(stop)) for first, stop in zip(ends[::2], ends[1::2], strict=True)]
            classes.setdefault(column, []).extend(found)
    return [np.array(bouts, dtype=np.int64) for _, bouts in sorted(classes.items()) if bouts]
