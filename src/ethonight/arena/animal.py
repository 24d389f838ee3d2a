"""One animal while it is being filmed: where it is, how it holds itself, and what it does to the next frame."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ethonight.arena.ground import Ground, Point
from ethonight.arena.style import Style

Tail = NDArray[np.float64]

TAIL_POINTS = 9
_NOSE, _RUMP = 0.5, -0.5
_WAYS = (0.0, 0.6, -0.6, 1.2, -1.2, 1.9, -1.9)
"""Radians from the heading in which a step is tried, one after the other."""
_MOST_CURL = 0.45
"""Radians between two pieces of a tail."""


@dataclass(frozen=True)
class Pose:
    """How an animal is drawn in one frame. Lengths are in body lengths unless they say pixels; angles in radians.

    Directions have x to the right and y down.
    """

    x: float
    """Pixels; the middle of the spine."""
    y: float
    heading: float
    stretch: float = 1.0
    """Length as a factor."""
    girth: float = 1.0
    """Width as a factor."""
    bend: float = 0.0
    """How much the spine turns from rump to neck."""
    head: float = 0.0
    """How much the head turns against the neck."""
    nod: float = 0.0
    """How far the head is moved forward."""
    sway: float = 0.0
    """How far the head is moved sideways."""
    paws: float = 0.0
    """0: the forepaws are on the ground; 1: at the snout."""
    stroke: float = 0.0
    """Phase of the paws' strokes, -1 to 1."""
    gait: float = 0.0
    """Phase of the steps, radians."""
    step: float = 0.0
    """How far the feet reach."""
    height: float = 0.0
    """0: on all fours; 1: upright."""


class Animal:
    """Acts change ``rest`` (what stays) and return the pose of the frame (what is seen)."""

    def __init__(self, style: Style, ground: Ground, place: Point, rng: np.random.Generator) -> None:
        self.style, self.ground, self.rng = style, ground, rng
        self.rest = Pose(place[0], place[1], rng.uniform(-math.pi, math.pi))
        self._breath = rng.uniform(0, 2 * math.pi)
        self.tail = self._straight_tail()

    @property
    def length(self) -> float:
        """Body length, pixels."""
        return self.style.length

    @property
    def place(self) -> Point:
        return self.rest.x, self.rest.y

    def distance_to(self, point: Point) -> float:
        """Body lengths from here to a point."""
        return math.hypot(point[0] - self.rest.x, point[1] - self.rest.y) / self.length

    def turn_to(self, point: Point) -> float:
        """Return by which angle the heading misses a point, in [-pi, pi)."""
        wanted = math.atan2(point[1] - self.rest.y, point[0] - self.rest.x)
        return wrapped(wanted - self.rest.heading)

    def go(self, distance: float, turn: float, others: list[Animal]) -> None:
        """Move by so many body lengths along the heading, turn, and stay on the ground and off the others.

        Where an animal bars the way it goes around, and where that cannot be either it stays.
        """
        heading = wrapped(self.rest.heading + turn)
        place = self.place
        for aside in _WAYS:
            landing = self._landing(heading, heading + aside, distance, others)
            if not others or self._is_free(landing, distance, others):
                place, heading = landing, wrapped(heading + 0.25 * aside)
                break
        self.rest = replace(self.rest, x=place[0], y=place[1], heading=heading)

    def _landing(self, heading: float, way: float, distance: float, others: list[Animal]) -> Point:
        """Return where a step ends that others and walls may bend."""
        x = self.rest.x + distance * self.length * math.cos(way)
        y = self.rest.y + distance * self.length * math.sin(way)
        for other in others:
            x, y = self._beside(x, y, other)
        for reach in (_NOSE, _RUMP, _NOSE):
            tip_x = x + reach * self.length * math.cos(heading)
            tip_y = y + reach * self.length * math.sin(heading)
            free_x, free_y = self.ground.nearest(tip_x, tip_y, 0.04 * self.length)
            x, y = x + free_x - tip_x, y + free_y - tip_y
        return self.ground.nearest(x, y, 0.24 * self.length)

    def _is_free(self, place: Point, distance: float, others: list[Animal]) -> bool:
        """Whether a step leads there at nearly full length and onto no other animal."""
        went = math.hypot(place[0] - self.rest.x, place[1] - self.rest.y)
        return went >= 0.5 * distance * self.length and not any(self._is_pressed(*place, one) for one in others)

    def ease(
        self, share: float, stretch: float = 1.0, girth: float = 1.0, bend: float = 0.0, head: float = 0.0
    ) -> None:
        """Come nearer to a posture by this share of the way."""
        rest = self.rest
        self.rest = replace(
            rest,
            stretch=rest.stretch + share * (stretch - rest.stretch),
            girth=rest.girth + share * (girth - rest.girth),
            bend=rest.bend + share * (bend - rest.bend),
            head=rest.head + share * (head - rest.head),
        )

    def breathed(self, pose: Pose, dt: float) -> Pose:
        """Return the pose after ``dt`` more seconds of breathing."""
        self._breath += 2 * math.pi * self.style.breath_rate * dt
        return replace(pose, girth=pose.girth * (1 + self.style.breath * math.sin(self._breath)))

    def drag_tail(self, swish: float) -> None:
        """Let the tail follow the rump, as a rope on the ground; ``swish`` (radians) bends it."""
        root = rump_of(self.rest, self.length)
        moved = math.hypot(root[0] - self.tail[0, 0], root[1] - self.tail[0, 1])
        stiff = min(0.5, 1.5 * moved / self.length)
        link = self.style.tail * self.length / (TAIL_POINTS - 1)
        along = self.rest.heading - self.rest.bend / 2 + math.pi
        points = [root]
        for k in range(1, TAIL_POINTS):
            here = points[-1]
            own = math.atan2(self.tail[k, 1] - here[1], self.tail[k, 0] - here[0])
            turn = (1 - stiff / k) * wrapped(own - along) + swish / k
            own = along + min(_MOST_CURL, max(-_MOST_CURL, turn))
            points.append((here[0] + link * math.cos(own), here[1] + link * math.sin(own)))
            along = own
        self.tail = np.array(points)

    def _straight_tail(self) -> Tail:
        root = rump_of(self.rest, self.length)
        link, back = self.style.tail * self.length / (TAIL_POINTS - 1), self.rest.heading + math.pi
        curl = self.rng.uniform(-0.2, 0.2)
        points = [root]
        for k in range(1, TAIL_POINTS):
            turn = back + curl * k
            points.append((points[-1][0] + link * math.cos(turn), points[-1][1] + link * math.sin(turn)))
        return np.array(points)

    def _beside(self, x: float, y: float, other: Animal) -> Point:
        """Return the place nearest to (x, y) that is not on top of another animal."""
        dx, dy = x - other.rest.x, y - other.rest.y
        far, least = math.hypot(dx, dy), self._room(other)
        if far >= least or far == 0:
            return x, y
        return other.rest.x + dx * least / far, other.rest.y + dy * least / far

    def _is_pressed(self, x: float, y: float, other: Animal) -> bool:
        """Whether the wall would push this animal at (x, y) onto another one."""
        there = math.hypot(x - other.rest.x, y - other.rest.y)
        here = math.hypot(self.rest.x - other.rest.x, self.rest.y - other.rest.y)
        return there < 0.95 * self._room(other) and there < here

    def _room(self, other: Animal) -> float:
        """Return how far the middles of two animals stay from each other, pixels."""
        return 0.45 * (self.length + other.length)


def rump_of(pose: Pose, length: float) -> Point:
    """Return where the tail begins, pixels."""
    back = pose.heading - pose.bend / 2
    reach = _RUMP * 0.96 * pose.stretch * length
    return pose.x + reach * math.cos(back), pose.y + reach * math.sin(back)


def wrapped(angle: float) -> float:
    """Return an angle in [-pi, pi)."""
    return (angle + math.pi) % (2 * math.pi) - math.pi
