"""What a BORIS project holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BorisBehaviour:
    """One behaviour of the project. ``excluded`` are the codes that end when it begins."""

    code: str
    key: str
    kind: str
    colour: str
    description: str
    category: str
    excluded: tuple[str, ...]

    @property
    def lasts(self) -> bool:
        return self.kind.lower().startswith("state")


@dataclass(frozen=True)
class BorisEvent:
    """One event: ``second`` is of the observation's clock, which begins at its time offset; NaN where it has none."""

    second: float
    subject: str
    code: str
    modifiers: str
    comment: str


@dataclass(frozen=True)
class BorisObservation:
    """One observation. ``media`` are the first player's files, ``lengths`` theirs in seconds as far as known."""

    name: str
    kind: str
    events: tuple[BorisEvent, ...]
    offset: float
    on_the_clock: bool
    """Whether times count from when the media were made."""
    media: tuple[str, ...]
    other_media: int
    """How many files further players show at the same time."""
    lengths: tuple[float, ...]
    fps: float | None
    interval: tuple[float, float] | None
    """The seconds of the media to which the observation is limited; an end of 0 is the media's end."""


@dataclass(frozen=True)
class BorisProject:
    version: str
    behaviours: tuple[BorisBehaviour, ...]
    subjects: tuple[str, ...]
    observations: tuple[BorisObservation, ...]
