"""Running: from place to place, and one animal behind the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ethonight.arena.animal import Animal, Pose, rump_of, wrapped
from ethonight.arena.ground import Point
from ethonight.arena.scenario import CHASING, LOCOMOTION

_RAMP = 0.13
"""Seconds in which an animal gets up to speed, and slows down again."""
_WALL_MARGIN = 0.3


class Running:
    """Locomotion along a way of several goals. The first one may be given, like a place at the wall."""

    def __init__(self, animal: Animal, frames: int, dt: float, goal: Point | None = None, speed: float = 0.0) -> None:
        """``speed`` in body lengths per second; 0: the animal's own."""
        rng = animal.rng
        self.frames, self._dt = frames, dt
        self._speed = speed or animal.style.speed * rng.uniform(0.75, 1.2)
        self._goal = goal or next_goal(animal)
        self._gait = rng.uniform(0, 2 * math.pi)

    def label(self, at: int) -> str:
        return LOCOMOTION

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        if animal.distance_to(self._goal) < 0.7:
            self._goal = next_goal(animal)
        pace = self._speed * ramp(at, self.frames, self._dt)
        return self.run(animal, self._goal, pace, others)

    def run(self, animal: Animal, goal: Point, pace: float, others: Sequence[Animal]) -> Pose:
        """Run towards a goal with this speed, for one frame."""
        miss = animal.turn_to(goal) + self.detour(animal, others, goal)
        most = animal.style.agility * self._dt
        turn = min(most, max(-most, 0.35 * wrapped(miss)))
        pace *= 1 - 0.35 * min(1.0, abs(turn) / most)
        animal.go(pace * self._dt, turn, list(others))
        self._gait += 2 * math.pi * (1.5 + 0.9 * pace) * self._dt
        curve = 0.7 * turn / most + 0.06 * math.sin(self._gait)
        animal.ease(min(1.0, 10 * self._dt), 1.05 + 0.02 * math.sin(2 * self._gait), 0.96, curve, 0.4 * curve)
        animal.drag_tail(0.0)
        return replace(animal.rest, gait=self._gait, step=min(0.16, 0.06 * pace))

    def detour(self, animal: Animal, others: Sequence[Animal], goal: Point) -> float:
        """Return by which angle to run past another animal that is in the way."""
        return _avoidance(animal, others, goal)


class Fleeing(Running):
    """Locomotion away from another animal, which follows."""

    def __init__(self, animal: Animal, chaser: Animal, frames: int, dt: float) -> None:
        super().__init__(animal, frames, dt, speed=max(2.2, animal.style.speed) * animal.rng.uniform(0.9, 1.15))
        self._goal = _away(animal, chaser)


class Chasing(Running):
    """Following another animal that runs, close behind it."""

    def __init__(self, animal: Animal, chased: Animal, frames: int, dt: float) -> None:
        super().__init__(animal, frames, dt)
        self._chased, self._gap = chased, animal.rng.uniform(1.15, 1.7)

    def label(self, at: int) -> str:
        return CHASING

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        goal = rump_of(self._chased.rest, self._chased.length)
        behind = animal.distance_to(self._chased.place) - self._gap
        pace = min(1.5 * self._speed, max(0.8, self._speed + 2.5 * behind)) * ramp(at, self.frames, self._dt)
        return self.run(animal, goal, pace, others)

    def detour(self, animal: Animal, others: Sequence[Animal], goal: Point) -> float:
        return 0.0


def ramp(at: int, frames: int, dt: float) -> float:
    """Return the share of the full speed in frame ``at``: it rises, stays, and falls."""
    length = max(1.0, _RAMP / dt)
    return min(1.0, (at + 1) / length, (frames - at) / length)


def next_goal(animal: Animal) -> Point:
    """Return a place that is worth running to: half of them at the wall."""
    rng, ground, margin = animal.rng, animal.ground, _WALL_MARGIN * animal.length
    goals = [ground.at_wall(rng, margin) if rng.random() < 0.5 else ground.somewhere(rng, 2 * margin) for _ in range(3)]
    far = [goal for goal in goals if animal.distance_to(goal) > 1.8]
    return min(far or goals, key=lambda goal: abs(animal.turn_to(goal)))


def wall_goal(animal: Animal) -> Point:
    """Return a place at the wall, not too near."""
    margin = _WALL_MARGIN * animal.length
    goals = [animal.ground.at_wall(animal.rng, margin) for _ in range(4)]
    return min(goals, key=lambda goal: abs(animal.distance_to(goal) - 2.5))


def _away(animal: Animal, chaser: Animal) -> Point:
    margin = 2 * _WALL_MARGIN * animal.length
    goals = [animal.ground.somewhere(animal.rng, margin) for _ in range(6)]
    return max(goals, key=lambda goal: chaser.distance_to(goal) + 0.5 * animal.distance_to(goal))


def _avoidance(animal: Animal, others: Sequence[Animal], goal: Point) -> float:
    """Return by which angle to run past another animal that is in the way."""
    turn = 0.0
    for other in others:
        near, miss = animal.distance_to(other.place), animal.turn_to(other.place)
        if near < 1.8 and abs(miss) < 1.2 and animal.distance_to(goal) > near - 0.5:
            turn -= float(np.copysign(1.1 * (1.8 - near), miss))
    return turn
