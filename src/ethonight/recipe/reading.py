"""Settings tables become frozen values: types checked, unknown keys refused with a suggestion."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TypeVar

from ethonight.errors import SettingsError
from ethonight.suggest import closest, unknown_key

_Value = TypeVar("_Value")


def read_value(kind: type[_Value], table: object, where: str = "") -> _Value:
    """Return the dataclass ``kind`` with the values of ``table``; what is not in it keeps its default.

    Fields are texts, truth values, whole numbers, numbers or tuples of texts, told by their defaults. A field's
    metadata may hold ``choices``, ``least`` and ``most``. Raises SettingsError; ``where`` begins the sentence.
    """
    place = f"{where}: " if where else ""
    if not isinstance(table, Mapping):
        raise SettingsError(f"{place}must be a table, like [{where or 'name'}]; found {table!r}.")
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in fields:
            raise SettingsError(f"{place}{unknown_key(key, fields)}")
        values[key] = _checked(value, fields[key], f"{place}'{key}'")
    return kind(**values)


def to_table(value: object) -> dict[str, object]:
    """Return what differs from the defaults, as a table that ``read_value`` reads back."""
    table: dict[str, object] = {}
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        held = getattr(value, field.name)
        if held != field.default:
            table[field.name] = list(held) if isinstance(held, tuple) else held
    return table


def _checked(value: object, field: dataclasses.Field[object], where: str) -> object:
    typed = _typed(value, field.default, where)
    choices = field.metadata.get("choices")
    if choices and typed not in choices:
        close = closest(str(typed), choices)
        hint = f"did you mean '{close}'?" if close else f"it can be {', '.join(choices)}."
        raise SettingsError(f"{where} cannot be {value!r}; {hint}")
    least, most = field.metadata.get("least", -math.inf), field.metadata.get("most", math.inf)
    if isinstance(typed, (int, float)) and not least <= typed <= most:
        bounds = f"{least:g} to {most:g}" if most < math.inf else f"{least:g} or more"
        raise SettingsError(f"{where} must be {bounds}; found {value!r}.")
    return typed


def _typed(value: object, default: object, where: str) -> object:
    """Return ``value`` as the type of ``default``. Raises SettingsError."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if isinstance(default, bool):
        fits, kind = isinstance(value, bool), "true or false"
    elif isinstance(default, tuple):
        value = [value] if isinstance(value, str) else value
        fits = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        kind = 'a list of texts, like ["a", "b"]'
        value = tuple(value) if isinstance(value, list) else value
    elif isinstance(default, int):
        fits, kind = isinstance(value, int) and number, "a whole number"
    elif isinstance(default, float):
        fits, kind = number and math.isfinite(float(str(value))), "a number"
        value = float(str(value)) if fits else value
    else:
        fits, kind = isinstance(value, str), "a text"
    if not fits:
        raise SettingsError(f"{where} must be {kind}; found {value!r}.")
    return value
