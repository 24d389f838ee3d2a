"""Texts in cells: kept from becoming formulas, and recognised after a spreadsheet has written them its own way."""

from __future__ import annotations

import re
from datetime import datetime

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n]")
_NEGATIVE_NUMBER = re.compile(r"-[0-9]+([.,][0-9]+)?\Z")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+\Z")
_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:[.,]0*)?\Z")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,]000\Z")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?(e[+-]?[0-9]{1,3})?\Z", re.IGNORECASE)
_ISO_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}(:[0-9]{2})?)?\Z")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d.%m.%y", "%m/%d/%y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")


def escape(text: str) -> str:
    """Return ``text`` as it is written, so that no spreadsheet computes it.

    One apostrophe is put in front of a text that begins with ``= + - @``, tab or a line break, directly or behind
    apostrophes of its own; nothing else is changed. ``unescape`` takes one apostrophe off exactly these texts, so
    every text comes back as it was. Negative numbers stay as they are.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NEGATIVE_NUMBER.match(text) else text


def unescape(text: str) -> str:
    """Return the text that ``escape`` was given."""
    return text[1:] if _ESCAPED.match(text) else text


def with_decimal(number: str, sign: str) -> str:
    """Return a number like ``12.5`` or ``12,5`` with this decimal sign; any other text as it is."""
    other = "," if sign == "." else "."
    return number.replace(other, sign) if other in number and _DECIMAL.match(number) else number


def parse_int(text: str) -> int | None:
    """Return the whole number in a cell, however a spreadsheet wrote it (``3``, ``3.0``, ``3,0``), or None.

    None also for ``1.000``, which is one in one country and a thousand in the next.
    """
    whole = _WHOLE.match(text.strip())
    return int(whole[1]) if whole and not _THOUSANDS.match(text.strip()) else None


def same_cell(written: str, saved: str) -> bool:
    """Whether ``saved`` is the text that was ``written``, perhaps as a spreadsheet changes it without being asked.

    That is: blanks around it, line ends, numbers (``007`` and ``7``, ``1.0`` and ``1,00``), ``true`` and ``TRUE``,
    dates and times in another country's order, and ``?`` for characters that the file's encoding does not have.
    """
    written, saved = _plain(written), _plain(saved)
    if written == saved or (written.lower() in ("true", "false") and written.lower() == saved.lower()):
        return True
    if _NUMBER.match(written) and _NUMBER.match(saved):
        return float(written.replace(",", ".")) == float(saved.replace(",", "."))
    if "?" in saved and not written.isascii() and len(written) == len(saved):
        return all(old == new or (new == "?" and not old.isascii()) for old, new in zip(written, saved, strict=True))
    return bool(_ISO_TIME.match(written)) and not _readings(written).isdisjoint(_readings(saved))


def _plain(text: str) -> str:
    return text.strip().replace("\r\n", "\n").replace("\r", "\n")


def _readings(text: str) -> set[datetime]:
    """Return all times that ``text`` may mean, cut to the minute."""
    readings = set()
    for form in (date + time for date in _DATES for time in _TIMES):
        try:
            readings.add(datetime.strptime(text, form).replace(second=0))
        except ValueError:
            continue
    return readings
