"""Behaviours that come into the ethogram from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ethonight.annotations.ethogram import Behaviour, Ethogram, ethogram_of
from ethonight.errors import SettingsError


def grown(ethogram: Ethogram, behaviours: Iterable[Behaviour]) -> Ethogram:
    """Return the ethogram with the behaviours that it does not know yet.

    One keeps what it says of itself as far as an ethogram here can hold it, and its key if that is free.
    """
    for behaviour in behaviours:
        if behaviour.label not in ethogram.labels:
            *before, plain = ethogram.with_labels([behaviour.label]).behaviours
            ethogram = replace(ethogram, behaviours=(*before, _best(behaviour, plain, before)))
    return ethogram


def _best(behaviour: Behaviour, plain: Behaviour, before: list[Behaviour]) -> Behaviour:
    """Return the first way to take a behaviour over that the ethogram allows."""
    rekeyed = replace(behaviour, key=plain.key)
    whole = behaviour if behaviour.key else rekeyed
    for candidate in (whole, rekeyed, replace(rekeyed, colour=""), replace(plain, kind=behaviour.kind)):
        try:
            ethogram_of(Ethogram((*before, candidate)).table())
        except SettingsError:
            continue
        return candidate
    return plain
