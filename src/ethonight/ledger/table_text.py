"""Between the bytes of a table file and its cells, losing nothing that a person or a spreadsheet wrote."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Literal

from ethonight.delimited import not_text, without_sep_line
from ethonight.errors import WorkspaceError
from ethonight.ledger.cells import escape, parse_int, unescape, with_decimal
from ethonight.ledger.dialect import Dialect, decode, detect_text, encode, known_column
from ethonight.ledger.row import COLUMNS

__all__ = ["Table", "TableUnreadable", "complete_columns", "parse_int", "parse_table", "render_table", "shown_name"]

_Record = tuple[int, list[str]]
"""The number of a record's first line in the file, and its cells."""
_MARK = "\x1f"
_LAST = "end"
_LONGEST_CELL = 2**31 - 1
_NEEDS_ESCAPE = frozenset("=+-@\t\r\n'")


class TableUnreadable(WorkspaceError):
    """The file is no job table, or is damaged. It is never replaced while it is so."""


@dataclass(frozen=True)
class Table:
    """A table file, read.

    ``columns`` are in the file's order. The table's own columns have their names in ``row.COLUMNS``, whatever case
    the file writes them in; a person's columns have exactly the name in the file, except that a second column of the
    same name and one without a name carry a mark that makes them unique (``shown_name`` takes it off). ``rows`` hold
    a cell for every column; rows without any text are left out. ``problems`` are sentences for a person.
    """

    dialect: Dialect
    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    problems: tuple[str, ...]


def shown_name(column: str) -> str:
    """Return a column's name as it stands in the file."""
    return column.rpartition(_MARK)[0] if _MARK in column else column


def parse_table(data: bytes, name: str = "tracking_status.csv") -> Table:
    """Read a table file in whatever dialect a spreadsheet saved it.

    A row may have fewer cells than the header (the missing ones are empty) or more (they are kept in columns without
    a name). A last row that is cut off within its line is left out and reported. Raises TableUnreadable, and nothing
    else, for what is no table; ``name`` is the file's name for that message.
    """
    if kind := not_text(data):
        raise TableUnreadable(f"{name} was saved as {kind}, not as CSV. Open it and save it as CSV (text).")
    text, encoding = decode(data)
    dialect = detect_text(text, encoding)
    body = without_sep_line(text)
    records = _records(body, dialect.delimiter, name, 2 if dialect.sep_line else 1)
    if not records or not body.strip(' \r\n\t,;|"'):
        raise TableUnreadable(f"{name} is empty. Delete it: it is then written again from the journal.")
    (line, header), *rest = records
    if "settings" not in map(known_column, map(unescape, header)):
        found = ", ".join(cell[:30] for cell in header[:8])
        raise TableUnreadable(f"{name}, line {line}: no column is named 'settings' (found: {found}).")
    problems: list[str] = []
    if rest and not body.endswith(("\r", "\n")) and len(rest[-1][1]) < len(header):
        problems.append(f"{name}, line {rest.pop()[0]}: the last row is cut off; it was not read.")
    width = _width(header, rest, name, problems)
    columns = _columns(header[:width] + [""] * (width - len(header)))
    return Table(dialect, columns, tuple(_rows(columns, rest, dialect.delimiter)), tuple(problems))


def render_table(columns: Sequence[str], rows: Iterable[Mapping[str, str]], dialect: Dialect) -> bytes:
    """Return the bytes of a table file; ``parse_table`` gives the same cells again for every text.

    ``columns`` are names as in ``Table.columns``; the table's own columns that are missing there are put back in
    their places. A cell that a row lacks is empty. Texts that a spreadsheet would compute get an apostrophe in front
    (see ``cells.escape``); ``minutes`` are written with the dialect's decimal sign. Characters that the encoding
    cannot hold turn the whole file into ``utf-8-sig``.
    """
    full = complete_columns(columns)
    lines: list[str] = []
    quoting: Literal[0, 1] = csv.QUOTE_ALL if dialect.quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(_Lines(lines), delimiter=dialect.delimiter, quoting=quoting, lineterminator="\r\n")
    writer.writerow([escape(shown_name(column)) for column in full])
    writer.writerows(_cells_to_write(full, rows, dialect.decimal))
    if dialect.line_end != "\r\n":
        lines = [line[:-2] + dialect.line_end for line in lines]
    sep = f"sep={dialect.delimiter}{dialect.line_end}" if dialect.sep_line else ""
    return encode(sep + "".join(lines), dialect.encoding)


def complete_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Return ``columns`` with the table's own columns that are missing: each behind its neighbour, ``rev`` last."""
    full = list(columns)
    for place, column in enumerate(COLUMNS):
        if column in full:
            continue
        before = [full.index(known) for known in COLUMNS[:place] if known in full]
        full.insert(len(full) if column == "rev" else before[-1] + 1 if before else 0, column)
    return tuple(full)


class _Lines:
    """The least that csv.writer writes to: one call per row."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


@contextmanager
def _any_cell_length() -> Iterator[None]:
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(body: str, delimiter: str, name: str, first_line: int) -> list[_Record]:
    """Return all lines of the file as cells. A line of our own at the end shows whether a quote was left open."""
    ended = body if body.endswith(("\r", "\n")) else body + "\n"
    records: list[_Record] = []
    with _any_cell_length():
        reader = csv.reader(StringIO(ended + _LAST, newline=""), delimiter=delimiter)
        line = first_line
        for cells in reader:
            records.append((line, cells))
            line = first_line + reader.line_num
    line, cells = records.pop()
    if cells != [_LAST]:
        raise TableUnreadable(f"{name}: a quotation mark is opened and never closed, in line {line} or above.")
    return [record for record in records if any(map(str.strip, record[1]))]


def _width(header: list[str], rest: list[_Record], name: str, problems: list[str]) -> int:
    """Return how many columns hold anything: all with a name, and those beyond in which some row has a text."""
    width = max((place + 1 for place, cell in enumerate(header) if cell), default=0)
    for line, cells in rest:
        if len(cells) <= width or not any(cells[width:]):
            continue
        if len(cells) > len(header) and any(cells[len(header) :]):
            problems.append(f"{name}, line {line}: more cells than the header; kept in a column without a name.")
        width = max(place + 1 for place, cell in enumerate(cells) if cell)
    return width


def _columns(header: list[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for cell in header:
        text = unescape(cell)
        known = known_column(text)
        names[known if known and known not in names else _own_name(text, names)] = None
    return tuple(names)


def _own_name(text: str, taken: Mapping[str, None]) -> str:
    """Return a unique name for a person's column from which ``shown_name`` gives ``text``."""
    if text and text not in taken and _MARK not in text and not known_column(text):
        return text
    count = 1
    while f"{text}{_MARK}{count}" in taken:
        count += 1
    return f"{text}{_MARK}{count}"


def _rows(columns: tuple[str, ...], records: list[_Record], delimiter: str) -> Iterator[dict[str, str]]:
    minutes = columns.index("minutes") if "minutes" in columns else None
    width = len(columns)
    for _, found in records:
        cells = _spread(found[0], width, delimiter) if len(found) == 1 and delimiter in found[0] else found
        cells = [unescape(cell) if cell[:1] == "'" else cell for cell in cells]
        if len(cells) < width:
            cells += [""] * (width - len(cells))
        if minutes is not None:
            cells[minutes] = with_decimal(cells[minutes], ".")
        yield dict(zip(columns, cells, strict=False))


def _spread(cell: str, width: int, delimiter: str) -> list[str]:
    """Return the cells of a row that a spreadsheet with another delimiter took, and saved, as one single cell."""
    try:
        records = list(csv.reader(StringIO(cell, newline=""), delimiter=delimiter))
    except csv.Error:
        return [cell]
    return records[0] if len(records) == 1 and len(records[0]) == width else [cell]


def _cells_to_write(columns: tuple[str, ...], rows: Iterable[Mapping[str, str]], decimal: str) -> Iterator[list[str]]:
    minutes = columns.index("minutes")
    for row in rows:
        cells = [row.get(column, "") for column in columns]
        cells[minutes] = with_decimal(cells[minutes], decimal)
        yield [escape(cell) if cell[:1] in _NEEDS_ESCAPE else cell for cell in cells]
