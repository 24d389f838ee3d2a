"""What is to be filmed: how long, how many animals, which floor, and how much each behaviour is seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

LOCOMOTION, GROOMING, REARING, STILL, TWITCH, CHASING = (
    "locomotion",
    "grooming",
    "rearing",
    "still",
    "twitch",
    "chasing",
)
LABELS = (LOCOMOTION, GROOMING, REARING, STILL, TWITCH)
"""What an animal alone does. At any time it does one of these, or something that has no label."""
TEXTURES = ("smooth", "grid", "gradient", "brushed", "speckled", "bedding")
POLARITIES = ("dark", "light")

_LEAST_SECONDS = 2.0
_FPS = (10.0, 250.0)
_LEAST_SIDE, _MOST_SIDE = 120, 4096


@dataclass(frozen=True)
class Behaviours:
    """How often each behaviour is chosen, relative to the others; 0 leaves it out."""

    locomotion: float = 1.0
    grooming: float = 1.0
    rearing: float = 1.0
    still: float = 1.1
    chasing: float = 0.9
    """Only where there are two animals."""
    twitches: float = 0.45
    """Twitches per second of lying still."""
    lookalikes: float = 0.35
    """Share of the pauses, 0 to 1, with a movement that looks like a behaviour and is none."""

    def __post_init__(self) -> None:
        """Raises ValueError for what is no frequency."""
        for one in fields(self):
            _check(one.name, getattr(self, one.name), 0.0, 1.0 if one.name == "lookalikes" else 100.0)


@dataclass(frozen=True)
class Arena:
    """One recording that can be made. The same arena gives the same recording; None: drawn from the seed.

    What the animals do depends on the seed, length, rate, size, number of animals and behaviours only; floor, light,
    noise and compression can be changed without changing it. Raises ValueError for what cannot be made.
    """

    seed: int
    seconds: float = 60.0
    """Length; it is rounded to whole frames."""
    fps: float = 30.0
    size: tuple[int, int] = (320, 240)
    """Width and height in pixels, both even."""
    animals: int = 1
    texture: str | None = None
    """One of ``TEXTURES``."""
    polarity: str | None = None
    """Whether the animals are ``dark`` or ``light`` against the floor."""
    light_drift: float | None = None
    """How far the light changes in the course of the recording, as a fraction of itself, 0 to 0.5."""
    noise: float | None = None
    """Standard deviation of the sensor's noise in grey levels, 0 to 30."""
    compression: int | None = None
    """The encoder's constant rate factor, 0 (nothing is lost) to 51."""
    unscored: bool | None = None
    """Whether there are stretches that the coder did not watch."""
    behaviours: Behaviours = field(default_factory=Behaviours)

    def __post_init__(self) -> None:
        _check_whole("seed", self.seed, 0, 2**63 - 1)
        _check("seconds", self.seconds, _LEAST_SECONDS, 24 * 3600.0)
        _check("fps", self.fps, *_FPS)
        if not isinstance(self.size, tuple) or len(self.size) != 2:
            raise ValueError(f"size must be width and height, like (320, 240); found {self.size!r}")
        for name, side in zip(("width", "height"), self.size, strict=True):
            _check_whole(name, side, _LEAST_SIDE, _MOST_SIDE)
            if side % 2:
                raise ValueError(f"{name} must be even, since the video's colours have half its size; found {side}")
        if self.animals not in (1, 2):
            raise ValueError(f"animals must be 1 or 2; found {self.animals!r}")
        _check_choice("texture", self.texture, TEXTURES)
        _check_choice("polarity", self.polarity, POLARITIES)
        if self.light_drift is not None:
            _check("light_drift", self.light_drift, 0.0, 0.5)
        if self.noise is not None:
            _check("noise", self.noise, 0.0, 30.0)
        if self.compression is not None:
            _check_whole("compression", self.compression, 0, 51)
        if not self.labels:
            raise ValueError("every behaviour is left out: give at least one a frequency above 0")

    @property
    def frames(self) -> int:
        """How many frames the recording has."""
        return round(self.seconds * self.fps)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of the animals."""
        return ("",) if self.animals == 1 else ("1", "2")

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that can occur, in a fixed order."""
        wanted = self.behaviours
        seen = {
            LOCOMOTION: wanted.locomotion > 0 or (self.animals == 2 and wanted.chasing > 0),
            GROOMING: wanted.grooming > 0,
            REARING: wanted.rearing > 0,
            STILL: wanted.still > 0,
            TWITCH: wanted.still > 0 and wanted.twitches > 0,
            CHASING: self.animals == 2 and wanted.chasing > 0,
        }
        return tuple(label for label, occurs in seen.items() if occurs)


def _check(name: str, value: float, least: float, most: float) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not least <= value <= most:
        raise ValueError(f"{name} must be a number from {least:g} to {most:g}; found {value!r}")


def _check_whole(name: str, value: int, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name} must be a whole number from {least} to {most}; found {value!r}")


def _check_choice(name: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}; found {value!r}")
