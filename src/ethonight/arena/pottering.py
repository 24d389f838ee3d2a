"""What an animal does that has no label: small movements, and movements that look like a behaviour and are none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ethonight.arena.animal import Animal, Pose

_KINDS = {"scan": 0.35, "turn": 0.25, "creep": 0.25, "stretch": 0.15}
_LOOKALIKES = ("sniff", "crouch", "hurry", "shake")


class Pottering:
    """Nothing that has a label: looking around, turning slowly, small steps, stretching. It never lies still."""

    def __init__(self, animal: Animal, frames: int, dt: float) -> None:
        rng, style = animal.rng, animal.style
        self.frames, self._dt = frames, dt
        kind = rng.choice(list(_KINDS), p=list(_KINDS.values()))
        self._turn = rng.choice((-1, 1)) * rng.uniform(0.5, 1.4) if kind == "turn" else rng.uniform(-0.2, 0.2)
        self._speed = style.creep * rng.uniform(0.7, 1.6) if kind == "creep" else style.creep * rng.uniform(0.1, 0.4)
        self._stretch = rng.uniform(1.08, 1.16) if kind == "stretch" else rng.uniform(0.95, 1.03)
        self._scan = style.scan * rng.uniform(0.7, 1.4) * (1.3 if kind == "scan" else 0.8)
        self._rate, self._phase = rng.uniform(0.5, 1.4), rng.uniform(0, 2 * math.pi)
        self._swish = rng.uniform(0.02, 0.06) if rng.random() < 0.3 else 0.0

    def label(self, at: int) -> str:
        return ""

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        wave = self._phase + 2 * math.pi * self._rate * at * self._dt
        look = self._scan * (math.sin(wave) + 0.4 * math.sin(2.3 * wave))
        animal.go(self._speed * self._dt, self._turn * self._dt, list(others))
        animal.ease(min(1.0, 5 * self._dt), self._stretch, 1 / self._stretch, 0.5 * look, look)
        animal.drag_tail(self._swish * math.sin(2.7 * wave))
        gait = 2 * math.pi * 2.0 * at * self._dt
        return replace(animal.rest, gait=gait, step=min(0.1, 0.3 * (self._speed + 0.2 * abs(self._turn))))


class Lookalike(Pottering):
    """Sniffing (slower and smaller than grooming), crouching (no rearing), a few hurried steps, shaking the head."""

    def __init__(self, animal: Animal, frames: int, dt: float) -> None:
        super().__init__(animal, frames, dt)
        rng = animal.rng
        self._kind = str(rng.choice(_LOOKALIKES))
        self._beat, self._reach = rng.uniform(2.8, 4.6), rng.uniform(0.012, 0.028)
        self._shakes_at = rng.uniform(0.1, 0.8) * frames * dt
        self._shake, self._shake_lasts = rng.uniform(0.2, 0.4), rng.uniform(0.15, 0.3)
        if self._kind == "hurry":
            self._speed, self._turn = rng.uniform(0.45, 0.75), rng.uniform(-0.3, 0.3)
        self._depth = rng.uniform(0.15, 0.25) if self._kind == "crouch" else 0.0

    def pose(self, animal: Animal, at: int, others: Sequence[Animal]) -> Pose:
        if self._depth:
            self._stretch = 1 - self._depth * math.sin(math.pi * min(1.0, 1.2 * at / self.frames))
        pose, second = super().pose(animal, at, others), at * self._dt
        if self._kind == "sniff":
            return replace(pose, nod=self._reach * math.sin(2 * math.pi * self._beat * second))
        if self._kind == "shake":
            part = (second - self._shakes_at) / self._shake_lasts
            swing = self._shake * math.sin(2 * math.pi * 7 * second) if 0 <= part < 1 else 0.0
            return replace(pose, head=pose.head + swing)
        return pose
