"""How a recording looks: floor, light, coat, noise and compression, drawn from the seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ethonight.arena.ground import Ground
from ethonight.arena.scenario import POLARITIES, TEXTURES, Arena


@dataclass(frozen=True)
class Coat:
    """How much light the parts of an animal give back, 0 to 1."""

    fur: float
    back: float
    """The middle of the back."""
    skin: float
    """Ears and paws."""
    tail: float
    head: float


@dataclass(frozen=True)
class Look:
    """``None`` of an arena filled in."""

    texture: str
    dark: bool
    floor: float
    """How much light the floor gives back on average, 0 to 1."""
    wall: float
    texture_contrast: float
    light: float
    """Brightness of the lamp: grey level of what gives back all light."""
    vignette: float
    """How much darker the corners are, as a fraction."""
    lamp: tuple[float, float]
    """Where the lamp hangs, in half-widths and half-heights from the middle."""
    drift: float
    flicker: float
    """Standard deviation of the light from frame to frame, as a fraction of itself."""
    noise: float
    compression: int
    tint: tuple[int, int]
    """The colour of all, as chroma; (128, 128) is grey."""
    coats: tuple[Coat, ...]


def draw_look(arena: Arena) -> Look:
    """Return how the recording looks; what the arena says is taken from it."""
    rng = np.random.default_rng([arena.seed, 1])
    texture = str(rng.choice(TEXTURES))
    dark = str(rng.choice(POLARITIES, p=(0.6, 0.4))) == "dark"
    drift, noise, compression = rng.uniform(0.02, 0.14), rng.uniform(1.5, 4.5), int(rng.integers(18, 29))
    dark = dark if arena.polarity is None else arena.polarity == "dark"
    floor = rng.uniform(0.55, 0.9) if dark else rng.uniform(0.1, 0.32)
    look = Look(
        texture=texture if arena.texture is None else arena.texture,
        dark=dark,
        floor=floor,
        wall=float(np.clip(floor + rng.choice((-1, 1)) * rng.uniform(0.08, 0.25), 0.05, 1.0)),
        texture_contrast=rng.uniform(0.6, 1.0),
        light=rng.uniform(200, 245) if dark else rng.uniform(215, 255),
        vignette=rng.uniform(0.05, 0.4),
        lamp=(rng.uniform(-0.7, 0.7), rng.uniform(-0.7, 0.7)),
        drift=drift if arena.light_drift is None else arena.light_drift,
        flicker=0.0 if arena.light_drift == 0 else rng.uniform(0.0, 0.006),
        noise=noise if arena.noise is None else arena.noise,
        compression=compression if arena.compression is None else arena.compression,
        tint=(128, 128) if rng.random() < 0.5 else (int(rng.integers(123, 134)), int(rng.integers(123, 134))),
        coats=(),
    )
    coats = tuple(_draw_coat(rng, dark, floor) for _ in range(arena.animals))
    return Look(**{**look.__dict__, "coats": coats})


def draw_ground(arena: Arena) -> Ground:
    """Return the ground; it decides where animals can be, so it is no matter of look alone."""
    rng = np.random.default_rng([arena.seed, 2])
    width, height = arena.size
    middle = (width / 2 + rng.uniform(-0.02, 0.02) * width, height / 2 + rng.uniform(-0.02, 0.02) * height)
    if rng.random() < 0.35:
        radius = rng.uniform(0.45, 0.48) * min(width, height)
        return Ground(middle, radius, radius, round=True)
    return Ground(middle, rng.uniform(0.44, 0.47) * width, rng.uniform(0.42, 0.46) * height, round=False)


def _draw_coat(rng: np.random.Generator, dark: bool, floor: float) -> Coat:
    fur = rng.uniform(0.06, 0.2) if dark else floor + rng.uniform(0.38, 0.6)
    sign = 1 if dark else -1
    hooded = rng.random() < 0.25
    return Coat(
        fur=fur,
        back=fur + sign * rng.uniform(0.02, 0.06),
        skin=fur + sign * rng.uniform(0.1, 0.25),
        tail=fur + sign * rng.uniform(0.08, 0.22),
        head=fur + (sign * rng.uniform(0.05, 0.12) if hooded else 0.0),
    )
