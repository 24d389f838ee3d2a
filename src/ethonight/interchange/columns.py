"""A table with one row per moment and one column per behaviour, as cells of text."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ethonight.delimited import without_sep_line
from ethonight.interchange.observation import FormatError
from ethonight.interchange.text import text_of

Flags = NDArray[np.int8]
"""One number per row: 1 where a behaviour is on, 0 where it is not, -1 where nobody looked."""

_FLAGS = {"1": 1, "1.0": 1, "0": 0, "0.0": 0, "-1": -1, "-1.0": -1}
_HEADER_LINES = 1


@dataclass(frozen=True)
class Columns:
    """A table read from ``path``. ``header`` names the columns of ``cells``, which are text without blanks around."""

    path: Path
    header: tuple[str, ...]
    cells: pl.DataFrame

    @property
    def height(self) -> int:
        return self.cells.height

    def column(self, place: int) -> pl.Series:
        return self.cells.to_series(place)

    def flags(self, place: int) -> Flags:
        """Return a column of 0, 1 and -1. Raises FormatError, with line and column, where anything else stands."""
        numbers = self.column(place).replace_strict(_FLAGS, default=None, return_dtype=pl.Int8)
        if (row := first_null(numbers)) is not None:
            raise FormatError(f"{self.where(place, row)}: expected 0 or 1, found {self._found(place, row)}.")
        return numbers.to_numpy()

    def holds_flags(self, place: int) -> bool:
        """Whether a column holds nothing but 0, 1 and -1."""
        return bool(self.column(place).is_in(list(_FLAGS)).all())

    def numbers(self, place: int) -> NDArray[np.float64]:
        """Return a column of numbers, with decimal point or comma. Raises FormatError where one is none."""
        numbers = self.column(place).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        row = first_null(numbers.replace([float("inf"), float("-inf"), float("nan")], None))
        if row is not None:
            raise FormatError(f"{self.where(place, row)}: expected a number, found {self._found(place, row)}.")
        return numbers.to_numpy()

    def where(self, place: int, row: int) -> str:
        """Return the words for a cell: file, line, column."""
        return f"{self.path.name}, line {row + _HEADER_LINES + 1}, column '{self.header[place]}'"

    def _found(self, place: int, row: int) -> str:
        text = self.column(place)[row]
        return f"'{text[:30]}'" if text else "an empty cell"


def first_null(column: pl.Series) -> int | None:
    """Return the first row without a value, None where every row has one."""
    return column.is_null().arg_max() if column.has_nulls() else None


def delimiter_of(line: str) -> str:
    """Return the sign that most often parts the cells of a line."""
    return max(",;\t", key=line.count)


def header_of(head: str) -> list[str]:
    """Return the cells of the first line of a file's beginning."""
    first = without_sep_line(head).partition("\n")[0].rstrip("\r")
    return [cell.strip().strip('"').strip() for cell in first.split(delimiter_of(first))]


def read_columns(path: Path, known: str) -> Columns:
    """Read a table with a header line. Raises FormatError when it is no table, or has no rows."""
    text = without_sep_line(text_of(path, known)).strip("\n")
    top = text.partition("\n")[0]
    separator = delimiter_of(top)
    try:
        table = pl.read_csv(StringIO(text), has_header=False, infer_schema=False, separator=separator)
    except pl.exceptions.PolarsError as error:
        raise FormatError(_ragged(path, text, separator)) from error
    if table.height <= _HEADER_LINES:
        raise FormatError(f"{path.name} has a header, but no rows.")
    cells = table.with_columns(pl.all().fill_null("").str.strip_chars())
    return Columns(path, cells.row(0), cells.slice(_HEADER_LINES))


def _ragged(path: Path, text: str, separator: str) -> str:
    """Return the sentence for a table that cannot be read: which line is longer than the first."""
    lines = text.split("\n")
    width = lines[0].count(separator)
    for number, line in enumerate(lines, 1):
        if line.count(separator) > width:
            found = line.count(separator) + 1
            return f"{path.name}, line {number}: {found} cells, but the first line has {width + 1}."
    return f"{path.name} is not a table of cells with one header line."
