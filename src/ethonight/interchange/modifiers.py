"""Modifiers of a bout: what BORIS says of it besides its behaviour, like ``fast|left``."""

from __future__ import annotations

from dataclasses import replace

from ethonight.annotations.bouts import Bout
from ethonight.interchange.observation import Observation

MODIFIERS = "modifiers"
"""The name under which modifiers stand in the ``extra`` of a bout."""


def modifiers_of(bout: Bout) -> str:
    """Return the modifiers of a bout; "" where it has none."""
    return next((text for column, text in bout.extra if column == MODIFIERS), "")


def plain(bout: Bout) -> Bout:
    """Return the bout with nothing in ``extra`` but its modifiers, and without a score."""
    text = modifiers_of(bout)
    return replace(bout, extra=((MODIFIERS, text),) if text else (), score=None)


def without_modifiers(observation: Observation) -> Observation:
    """Return the observation as it is besides its modifiers."""
    bouts = (
        replace(bout, extra=tuple(cell for cell in bout.extra if cell[0] != MODIFIERS)) for bout in observation.bouts
    )
    return replace(observation, bouts=tuple(bouts))
