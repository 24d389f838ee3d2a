"""The ground on which animals can be: a rectangle or a disc inside the picture, with walls around it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]


@dataclass(frozen=True)
class Ground:
    """Half-width ``wide`` and half-height ``high`` around the middle, pixels; x to the right, y down."""

    middle: Point
    wide: float
    high: float
    round: bool
    """A disc (then ``wide`` equals ``high``), else a rectangle."""

    def nearest(self, x: float, y: float, margin: float) -> Point:
        """Return the point nearest to (x, y) that is at least ``margin`` pixels from the wall."""
        dx, dy = x - self.middle[0], y - self.middle[1]
        if self.round:
            reach, far = max(1.0, self.wide - margin), math.hypot(dx, dy)
            scale = reach / far if far > reach else 1.0
            return self.middle[0] + dx * scale, self.middle[1] + dy * scale
        wide, high = max(1.0, self.wide - margin), max(1.0, self.high - margin)
        return self.middle[0] + min(wide, max(-wide, dx)), self.middle[1] + min(high, max(-high, dy))

    def distance(self, x: float, y: float) -> float:
        """Return how many pixels the point is from the nearest wall; negative beyond it."""
        dx, dy = abs(x - self.middle[0]), abs(y - self.middle[1])
        return self.wide - math.hypot(dx, dy) if self.round else min(self.wide - dx, self.high - dy)

    def somewhere(self, rng: np.random.Generator, margin: float) -> Point:
        """Return a random point at least ``margin`` from the wall."""
        if self.round:
            far, turn = (self.wide - margin) * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
            return self.middle[0] + far * math.cos(turn), self.middle[1] + far * math.sin(turn)
        x = self.middle[0] + rng.uniform(-1, 1) * (self.wide - margin)
        return x, self.middle[1] + rng.uniform(-1, 1) * (self.high - margin)

    def at_wall(self, rng: np.random.Generator, margin: float) -> Point:
        """Return a random point ``margin`` from the wall."""
        if self.round:
            far, turn = self.wide - margin, rng.uniform(0, 2 * math.pi)
            return self.middle[0] + far * math.cos(turn), self.middle[1] + far * math.sin(turn)
        wide, high = self.wide - margin, self.high - margin
        along, side = rng.uniform(-1, 1), 1 if rng.random() < 0.5 else -1
        if rng.random() < wide / (wide + high):
            return self.middle[0] + along * wide, self.middle[1] + side * high
        return self.middle[0] + side * wide, self.middle[1] + along * high
