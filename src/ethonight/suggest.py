"""Suggestions for words that a person mistyped."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LISTED = 12
"""Longest list of known words that is shown in full."""


def closest(word: str, known: Iterable[str]) -> str:
    """Return the word of ``known`` that ``word`` most likely stands for, or "" where none is close. Case is ignored."""
    by_small = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), by_small, n=1)
    return by_small[close[0]] if close else ""


def unknown_key(key: str, known: Iterable[str]) -> str:
    """Return the sentence for an unknown key, with the key that was probably meant, or those that there are."""
    names = list(known)
    close = closest(key, names)
    if close:
        return f"unknown key '{key}'; did you mean '{close}'?"
    if len(names) <= _LISTED:
        return f"unknown key '{key}'; known keys: {', '.join(names)}."
    return f"unknown key '{key}'; remove it, or check how it is spelled."
