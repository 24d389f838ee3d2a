"""Decodings as tables of a TOML file, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ethonight.errors import SettingsError
from ethonight.recipe.reading import read_value
from ethonight.temporal.decoding import Decoding


def decodings_table(decodings: Mapping[str, Decoding]) -> dict[str, dict[str, float]]:
    """Return label -> parameter -> number, all of them: a stored model keeps its own when defaults change."""
    return {label: asdict(decoding) for label, decoding in decodings.items()}


def read_decodings(table: object, labels: Sequence[str], where: str = "decoding") -> dict[str, Decoding]:
    """Return the decoding of every label. Raises SettingsError for a missing or unknown label, key or value."""
    if not isinstance(table, Mapping):
        raise SettingsError(f"{where}: must hold one table for each label; found {table!r}.")
    if missing := [label for label in labels if label not in table]:
        raise SettingsError(f"{where}: nothing about {', '.join(missing)}.")
    if unknown := [str(label) for label in table if label not in labels]:
        raise SettingsError(f"{where}: {', '.join(unknown)} is no label of this model.")
    return {label: _read(table[label], f"{where}.{label}") for label in labels}


def _read(table: object, where: str) -> Decoding:
    try:
        return read_value(Decoding, table, where)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}.") from error
