"""How one animal moves: its size, speeds and amplitudes, drawn from the seed. No two animals are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Style:
    """Lengths are in body lengths (nose to rump), times in seconds, angles in radians."""

    length: float
    """Body length, pixels."""
    girth: float
    """How thick it is, 1 on average."""
    tail: float
    speed: float
    """When it runs, body lengths per second."""
    agility: float
    """How fast it can turn, radians per second."""
    creep: float
    """Speed of the small steps that are no locomotion."""
    scan: float
    """How far the head turns when it looks around."""
    grooming_rate: float
    """Strokes per second."""
    grooming_reach: float
    """How far the head moves in a stroke."""
    flank: float
    """Share of grooming that is at the flank and not at the face."""
    rearing_height: float
    """0 to 1: how much of its length an upright animal loses, seen from above."""
    twitch: float
    """How far a twitch moves the body."""
    breath: float
    """How much breathing widens the body, as a fraction."""
    breath_rate: float
    tempo: float
    """Factor of the durations of its bouts."""
    pause: float
    """Mean time between two bouts in which it does nothing that has a label."""


def draw_style(rng: np.random.Generator, size: tuple[int, int], animals: int) -> Style:
    """Return an animal for a picture of this width and height."""
    typical = (size[0] * size[1]) ** 0.5 * (0.185 if animals == 1 else 0.155)
    return Style(
        length=min(typical * rng.uniform(0.85, 1.2), 0.26 * min(size)),
        girth=rng.uniform(0.88, 1.14),
        tail=rng.uniform(0.7, 1.0),
        speed=rng.uniform(2.0, 3.6),
        agility=rng.uniform(5.0, 8.0),
        creep=rng.uniform(0.1, 0.3),
        scan=rng.uniform(0.3, 0.6),
        grooming_rate=rng.uniform(6.0, 8.0),
        grooming_reach=rng.uniform(0.045, 0.08),
        flank=rng.uniform(0.15, 0.5),
        rearing_height=rng.uniform(0.3, 0.42),
        twitch=rng.uniform(0.05, 0.085),
        breath=rng.uniform(0.012, 0.025),
        breath_rate=rng.uniform(1.5, 3.0),
        tempo=rng.uniform(0.8, 1.25),
        pause=rng.uniform(0.6, 1.3),
    )
