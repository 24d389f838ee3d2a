"""The cells of BORIS's tables of events: the lines above the header, and the rows by the names of their columns."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from ethonight.annotations.numbers import parse_number, why_no_number
from ethonight.delimited import without_sep_line
from ethonight.interchange.columns import delimiter_of
from ethonight.interchange.observation import FormatError
from ethonight.interchange.text import text_of

NAMES: Mapping[str, tuple[str, ...]] = {
    "behaviour": ("behavior", "behaviour"),
    "time": ("time", "time (s)"),
    "start": ("start (s)", "start"),
    "stop": ("stop (s)", "stop"),
    "status": ("status", "behavior type", "behaviour type"),
    "subject": ("subject",),
    "comment": ("comment", "comment start"),
    "comment stop": ("comment stop",),
    "observation": ("observation id",),
    "offset": ("time offset (s)",),
    "source": ("source", "media file path", "media file name", "media file"),
    "length": ("media duration (s)", "total length"),
    "fps": ("fps", "fps (frame/s)"),
}
"""What a column means, with the names that it has had; the first that a file has counts."""
_MODIFIERS = ("modifiers", "modifier")
_PLAYER = "player #"
_NOTHING = ("", "NA", "nan", "None")


@dataclass(frozen=True)
class BorisRow:
    """One row: its line in the file and its cells, by meaning; those that are empty or NA are not there."""

    line: int
    cells: Mapping[str, str]
    modifiers: str


@dataclass(frozen=True)
class BorisCells:
    """A table. ``above`` is what stands above the header: name (in small letters) and value."""

    path: Path
    above: Mapping[str, str]
    players: tuple[str, ...]
    """The media that stand above the header."""
    meanings: frozenset[str]
    rows: tuple[BorisRow, ...]

    def number(self, row: BorisRow, meaning: str) -> float | None:
        """Return the number in a row, None where there is none. Raises FormatError with line and column."""
        text = row.cells.get(meaning)
        if text is None:
            return None
        number = parse_number(text)
        if number is None:
            hint = f" {why_no_number(text)}".rstrip()
            where = f"{self.path.name}, line {row.line}, {meaning}"
            raise FormatError(f"{where}: expected seconds as a number, found '{text[:30]}'.{hint}")
        return number


def read_cells(path: Path) -> BorisCells:
    """Read a table. Raises FormatError where no line names the columns, or a quotation mark is not closed."""
    lines = without_sep_line(text_of(path, "behavior")).split("\n")
    top = next((at for at, line in enumerate(lines) if is_header(cells_of(line))), None)
    if top is None:
        raise FormatError(f"{path.name} is no table of BORIS: no line names the columns 'Behavior' and 'Time'.")
    delimiter = delimiter_of(lines[top])
    reader = csv.reader(StringIO("\n".join(lines), newline=""), delimiter=delimiter, strict=True)
    above: list[list[str]] = []
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if reader.line_num <= top:
                above.append(cells)
            elif any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
    except csv.Error as error:
        raise FormatError(f"{path.name}, line {reader.line_num}: a quotation mark is not closed.") from error
    header = [_small(cell) for cell in rows[0][1]]
    return BorisCells(path, *_above(above), frozenset(_places(header)), tuple(_rows(path, header, rows[1:])))


def cells_of(line: str) -> list[str]:
    """Return the cells of a line, in small letters; quotation marks around them are left out."""
    return [_small(cell.strip().strip('"')) for cell in line.split(delimiter_of(line))]


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells in small letters name the columns of a table of events."""
    places = _places(cells)
    return "behaviour" in places and "status" in places and bool(places.keys() & {"time", "start"})


def _small(cell: str) -> str:
    return " ".join(cell.strip("\ufeff \t\r\n").lower().split())


def _places(header: Sequence[str]) -> dict[str, int]:
    """Return the column of each meaning that the header names."""
    found = {meaning: [header.index(name) for name in names if name in header] for meaning, names in NAMES.items()}
    return {meaning: columns[0] for meaning, columns in found.items() if columns}


def _above(lines: Sequence[Sequence[str]]) -> tuple[dict[str, str], tuple[str, ...]]:
    pairs = [(_small(cells[0]), cells[1].strip()) for cells in lines if len(cells) > 1 and cells[0].strip()]
    media = tuple(value for name, value in pairs if name == f"{_PLAYER}1" and value)
    return dict(pairs), media


def _rows(path: Path, header: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> list[BorisRow]:
    places = _places(header)
    modifiers = [at for at, name in enumerate(header) if name.partition(" #")[0] in _MODIFIERS]
    found = []
    for line, cells in rows:
        if any(cell.strip() for cell in cells[len(header) :]):
            raise FormatError(f"{path.name}, line {line}: {len(cells)} cells, but the header names {len(header)}.")
        texts = {meaning: cells[at].strip() for meaning, at in places.items() if at < len(cells)}
        kept = {meaning: text for meaning, text in texts.items() if text not in _NOTHING}
        chosen = [cells[at].strip() for at in modifiers if at < len(cells)]
        found.append(BorisRow(line, kept, "|".join(chosen).rstrip("|")))
    return found
