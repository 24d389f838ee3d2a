"""One question to the reviewer: is this behaviour here?"""

from __future__ import annotations

from dataclasses import dataclass

BOUT, MISS = "bout", "miss"

Key = tuple[str, str, str, int, int]
"""Video, subject, label, first and stop frame: what tells items apart."""


@dataclass(frozen=True)
class Signs:
    """Why an answer would teach the model something; each 0 to 1. See :mod:`ethonight.review.signs`."""

    uncertainty: float
    rarity: float
    disagreement: float | None = None
    """None for a model of one network."""
    onset: float | None = None
    """How unclear the beginning is; None where nothing begins (a possible miss)."""
    offset: float | None = None


@dataclass(frozen=True)
class Item:
    """A predicted bout (``BOUT``), or a stretch where the model nearly saw one (``MISS``): frames ``[first, stop)``."""

    video: str
    subject: str
    label: str
    first: int
    stop: int
    kind: str
    chance: float
    """How likely the model finds it that the behaviour is here, 0 to 1: its mean score."""
    signs: Signs
    watched: tuple[int, int]
    """The frames for which an answer speaks, half-open: the item's own, and what is quiet around it."""

    @property
    def key(self) -> Key:
        return self.video, self.subject, self.label, self.first, self.stop

    @property
    def trust(self) -> float:
        """How likely what the model said is right, by its own scores: a bout is there, a miss is none."""
        return self.chance if self.kind == BOUT else 1.0 - self.chance
