"""How a table is written: encoding, delimiter, line ends, quoting. Found in the file, and kept when writing."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ethonight import delimited
from ethonight.ledger.row import COLUMNS

DELIMITERS = (",", ";", "\t", "|")

_KEY = "settings"
_FIRST_LINE_END = re.compile(r'(?:[^"\r\n]|"[^"]*")*+(\r\n|\r|\n)')
_ANY_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Dialect:
    """How one table file is written. The defaults are for a table that does not exist yet: Excel opens it right.

    ``encoding`` is ``utf-8``, ``utf-8-sig`` (with byte order mark), ``utf-16-le`` or ``utf-16-be`` (both always
    written with their mark), ``cp1252``, or ``ascii``. The last stands for a file that shows nothing of its encoding:
    as soon as a character needs more, it is written as ``utf-8-sig``.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    line_end: str = "\r\n"
    quote_all: bool = False
    sep_line: bool = False
    """Whether the file begins with Excel's ``sep=;`` line."""

    @property
    def decimal(self) -> str:
        """The decimal sign of numbers: a comma where the delimiter is a semicolon, as spreadsheets have it."""
        return "," if self.delimiter == ";" else "."


DEFAULT = Dialect()


def detect(data: bytes) -> Dialect:
    """Return the dialect of a table file; never raises. What the bytes do not show is as in a new table."""
    text, encoding = decode(data)
    return detect_text(text, encoding)


def detect_text(text: str, encoding: str) -> Dialect:
    """Return the dialect of a table's text (the byte order mark taken off), found in its header."""
    sep = delimited.sep_line(text)
    body = delimited.without_sep_line(text)
    delimiter = sep[0] if sep else _delimiter(body)
    line_end = (sep[1] if sep else "") or _line_end(body)
    return Dialect(encoding, delimiter, line_end, _quotes_all(body, delimiter), sep is not None)


def known_column(cell: str) -> str | None:
    """Return the table's own column that a header cell names, whatever its case and blanks, or None."""
    name = cell.strip().strip("\ufeff").strip().lower()
    return name if name in COLUMNS else None


def decode(data: bytes) -> tuple[str, str]:
    """Return a table file's text and its encoding as in ``Dialect``; never raises. See ``delimited.decode``."""
    return delimited.decode(data, _KEY)


def encode(text: str, encoding: str) -> bytes:
    """Return the bytes of a table's text, byte order mark included; never raises. See ``delimited.encode``."""
    return delimited.encode(text, encoding, _KEY)


def _delimiter(body: str) -> str:
    """Return the delimiter with which the header names the most of the known columns, ``settings`` above all."""

    def score(delimiter: str) -> tuple[bool, int]:
        names = {known_column(cell) for cell in _header(body, delimiter)} - {None}
        return _KEY in names, len(names)

    return max(DELIMITERS, key=score)


def _header(body: str, delimiter: str) -> list[str]:
    """Return the cells of the first line that is not empty; none where the quotes are beyond reading."""

    def filled() -> Iterator[list[str]]:
        for cells in csv.reader(io.StringIO(body, newline=""), delimiter=delimiter):
            if any(map(str.strip, cells)):
                yield cells

    try:
        return next(filled(), [])
    except csv.Error:
        return []


def _quotes_all(body: str, delimiter: str) -> bool:
    """Whether the header's ``settings`` stands in quotes, which it does not need."""
    start = body.lstrip(f"\r\n {delimiter}")
    end = _FIRST_LINE_END.match(start)
    mark = re.escape(delimiter)
    quoted = rf'(?:^|{mark})"\s*{_KEY}\s*"(?:{mark}|[\r\n]|\Z)'
    return re.search(quoted, start[: end.end()] if end else start, re.IGNORECASE) is not None


def _line_end(body: str) -> str:
    first = _FIRST_LINE_END.match(body)
    if first:
        return first[1]
    anywhere = _ANY_LINE_END.search(body)
    return anywhere[0] if anywhere else Dialect.line_end
