"""What an animal does on the spot, frame by frame: one class for each behaviour. See also ``runs``, ``pottering``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from ethonight.arena.animal import Animal, Pose
from ethonight.arena.scenario import GROOMING, REARING, STILL, TWITCH

_TWO_FRAMES = 0.55
"""Share of the twitches that last two frames; the others last three to five."""


class Act(Protocol):
    """Something that an animal does for a number of frames. ``frames`` may not change any more."""

    frames: int

    def label(self, at: int) -> str:
        """Return what the act is called in its frame ``at``; "" for what has no label."""
        ...

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        """Do what belongs to frame ``at`` and return how the animal looks in it."""
        ...


class Grooming:
    """Fast strokes of head and forepaws on the spot: at the face, or with the head turned to a flank."""

    def __init__(self, animal: Animal, frames: int, dt: float) -> None:
        rng, style = animal.rng, animal.style
        self.frames, self._dt = frames, dt
        self._rate = style.grooming_rate * rng.uniform(0.93, 1.07)
        self._reach = style.grooming_reach * rng.uniform(0.8, 1.25)
        self._swell, self._phase = rng.uniform(0.3, 0.8), rng.uniform(0, 2 * math.pi)
        self._sides = _sides(rng, frames, dt, style.flank)
        self._round = rng.uniform(0.84, 0.93)

    def label(self, at: int) -> str:
        return GROOMING

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        side = self._sides[at]
        animal.ease(min(1.0, 9 * self._dt), self._round, 1.06 / self._round**0.5, 0.55 * side, 0.75 * side)
        animal.drag_tail(0.0)
        wave = self._phase + 2 * math.pi * self._rate * at * self._dt
        strength = 0.82 + 0.18 * math.sin(2 * math.pi * self._swell * at * self._dt)
        reach = self._reach * strength * (0.8 if side else 1.0)
        return replace(
            animal.rest,
            nod=reach * math.sin(wave) - 0.02,
            sway=0.55 * reach * math.sin(wave / 2 + 0.7),
            paws=0.3 if side else min(1.0, 8 * self._dt * (at + 1)),
            stroke=strength * math.cos(wave),
        )


class Rearing:
    """Standing up and coming down again; seen from above the body becomes short and round."""

    def __init__(self, animal: Animal, frames: int, dt: float) -> None:
        rng = animal.rng
        self.frames, self._dt = frames, dt
        self._up = max(1, round(rng.uniform(0.18, 0.35) / dt))
        self._down = max(1, round(rng.uniform(0.18, 0.35) / dt))
        self._loss = animal.style.rearing_height * rng.uniform(0.88, 1.1)
        self._look, self._rate, self._phase = rng.uniform(0.1, 0.3), rng.uniform(0.5, 1.2), rng.uniform(0, 6)

    def label(self, at: int) -> str:
        return REARING

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        rise = min(1.0, (at + 1) / (self._up + 1), (self.frames - at) / (self._down + 1))
        height = rise * rise * (3 - 2 * rise)
        wave = self._phase + 2 * math.pi * self._rate * at * self._dt
        short = 1 - self._loss * height
        rest = animal.rest
        back = 0.42 * animal.length * (short - 1)
        return replace(
            rest,
            x=rest.x + back * math.cos(rest.heading),
            y=rest.y + back * math.sin(rest.heading),
            stretch=rest.stretch * short * (1 + 0.02 * height * math.sin(1.7 * wave)),
            girth=rest.girth * (1 + 0.16 * height),
            head=rest.head + height * self._look * math.sin(wave),
            sway=0.03 * height * math.sin(0.8 * wave),
            height=height,
        )


class Still:
    """Nothing but breathing, in whatever posture it began, and now and then a twitch."""

    def __init__(self, animal: Animal, frames: int, dt: float, least_twitches: int, rate: float) -> None:
        """``rate`` is in twitches per second; ``least_twitches`` happen anyway, the first in two frames."""
        self.frames = frames
        self._jerks = _jerks(animal, frames, dt, least_twitches, rate)

    def label(self, at: int) -> str:
        return TWITCH if at in self._jerks else STILL

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        jerk, rest = self._jerks.get(at), animal.rest
        if jerk is None:
            return rest
        ahead, aside, turn, bend, head = jerk
        cos, sin, size = math.cos(rest.heading), math.sin(rest.heading), animal.length
        return replace(
            rest,
            x=rest.x + size * (ahead * cos - aside * sin),
            y=rest.y + size * (ahead * sin + aside * cos),
            heading=rest.heading + turn,
            bend=rest.bend + bend,
            head=rest.head + head,
        )


def _sides(rng: np.random.Generator, frames: int, dt: float, flank: float) -> list[float]:
    """Return for each frame where the head is: 0 at the front, else how far it is turned."""
    sides: list[float] = []
    while len(sides) < frames:
        side = rng.choice((-1, 1)) * rng.uniform(0.8, 1.3) if rng.random() < flank else 0.0
        sides += [float(side)] * max(1, round(rng.uniform(1.0, 3.0) / dt))
    return sides[:frames]


def _jerks(animal: Animal, frames: int, dt: float, least: int, rate: float) -> dict[int, tuple[float, ...]]:
    """Return for each frame of a twitch how it moves the body: ahead, aside, and its turns."""
    rng, apart, edge = animal.rng, max(6, round(0.6 / dt)), max(3, round(0.4 / dt))
    wanted = max(least, int(rng.poisson(rate * frames * dt)))
    jerks: dict[int, tuple[float, ...]] = {}
    at = edge + int(rng.integers(0, max(1, frames // (wanted + 1))))
    for number in range(wanted):
        lasts = 2 if rng.random() < _TWO_FRAMES or number < least else int(rng.integers(3, 6))
        if at + lasts > frames - edge:
            break
        jerks |= _one_jerk(animal, at, lasts)
        at += lasts + apart + int(rng.exponential(0.5 * frames / (wanted + 1)))
    return jerks


def _one_jerk(animal: Animal, at: int, lasts: int) -> dict[int, tuple[float, ...]]:
    rng, size = animal.rng, animal.style.twitch
    weights = rng.choice(((1.0, 1.0, 1.0), (0.5, 1.2, 1.3), (1.2, 0.5, 0.8)))
    aim, side = rng.uniform(0, 2 * math.pi), rng.choice((-1, 1))
    jerk: dict[int, tuple[float, ...]] = {}
    for k in range(lasts):
        push = size * rng.uniform(0.75, 1.2) * (-1) ** (k // (1 if lasts > 2 else 2)) * (0.75 if k == lasts - 1 else 1)
        turn = side * push * weights[1]
        jerk[at + k] = (
            push * weights[0] * math.cos(aim),
            push * weights[0] * math.sin(aim),
            1.6 * turn,
            1.5 * turn,
            2.0 * side * push * weights[2],
        )
    return jerk
