"""Numbers in cells: seconds as people and spreadsheets write them, and as they are written here."""

from __future__ import annotations

import re

DECIMALS = 6
"""Digits behind the decimal sign of a time that is written: a microsecond, far below the time of any frame."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+([.,][0-9]*)?|([.,])[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z", re.ASCII)
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{1,2}(?:[.,][0-9]+)?)\Z", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,' ][0-9]{3})+[.,][0-9]+\Z", re.ASCII)


def decimal_sign(text: str) -> str:
    """Return the decimal sign in a number, "" where it has none or is no number."""
    match = _NUMBER.match(text)
    return (match[1] or match[2] or "")[:1] if match else ""


def parse_number(text: str) -> float | None:
    """Return a finite number written with a decimal point or a decimal comma, or None."""
    if not _NUMBER.match(text):
        return None
    number = float(text.replace(",", "."))
    return number if abs(number) != float("inf") else None


def number_text(number: float, decimal: str = ".") -> str:
    """Return a number with as few decimals as it needs, at most six, never in powers of ten.

    A time that was written so and read again is less than a microsecond from what it was, and is written the same
    way from then on.
    """
    whole, _, fraction = f"{number:.{DECIMALS}f}".partition(".")
    fraction = fraction.rstrip("0")
    text = f"{whole}{decimal}{fraction}" if fraction else whole
    return "0" if text == "-0" else text


def why_no_number(text: str) -> str:
    """Return what a person may have meant with a text that is no number, as a sentence, or ""."""
    if clock := _CLOCK.match(text):
        seconds = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3].replace(",", "."))
        return f"If this is a time on a clock, write {number_text(seconds)}."
    if _GROUPED.match(text):
        return "Write it without a sign between the thousands."
    if text.lower() in ("", "na", "n/a", "nan", "none", "null"):
        return "A bout needs both times; a point event has the same time twice."
    return ""
