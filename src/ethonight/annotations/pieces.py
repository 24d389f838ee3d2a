"""A bouts file taken apart into rows, remarks and blank lines, each with its own text, so that nothing is lost."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO

from ethonight.annotations.document import KNOWN
from ethonight.annotations.problems import Problem
from ethonight.delimited import sep_line, without_sep_line

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Record:
    """One row, remark or blank line: its text with the line end, its first line (1-based), its cells.

    ``cells`` is empty for a remark and for a line without any text.
    """

    text: str
    line: int
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lines:
    """A file's records: those above the header, and the rest, which begins with the header if there is one."""

    delimiter: str
    line_end: str
    above: tuple[Record, ...]
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]


def column_name(cell: str) -> str | None:
    """Return the known column that a header cell names, whatever its case and blanks, or None."""
    name = cell.strip().strip("\ufeff").strip().lower()
    return next((known for known in KNOWN if known.lower() == name), None)


def take_apart(text: str) -> Lines:
    """Return the records of a file's text. The first line with text that is no remark is the header."""
    numbered = list(enumerate(StringIO(text, newline=""), 1))
    sep = sep_line(text)
    top = 1 if sep else 0
    while top < len(numbered) and _is_above_header(numbered[top][1]):
        top += 1
    above = tuple(Record(line, number) for number, line in numbered[:top])
    header = numbered[top][1] if top < len(numbered) else ""
    delimiter = sep[0] if sep else _delimiter(header)
    problems: list[Problem] = []
    records = tuple(_records(numbered[top:], delimiter, problems))
    return Lines(delimiter, _line_end(header or without_sep_line(text)), above, records, tuple(problems))


def _is_above_header(line: str) -> bool:
    return line.lstrip(' "\ufeff').startswith("#") or not line.strip(' \r\n\t,;|"')


def _delimiter(header: str) -> str:
    """Return the delimiter with which the header names the most known columns, then the most of any."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = header.split(delimiter)
        return sum(column_name(cell.strip(' "\r\n')) is not None for cell in cells), len(cells)

    return max(DELIMITERS, key=score)


def _line_end(line: str) -> str:
    body = line.rstrip("\r\n")
    return line[len(body) :][:2] or "\n"


def _records(numbered: Iterable[tuple[int, str]], delimiter: str, problems: list[Problem]) -> Iterator[Record]:
    """Yield the records; a quotation mark that is never closed ends them, with a problem."""
    rest = deque(numbered)
    taken: list[tuple[int, str]] = []

    def lines() -> Iterator[str]:
        while rest:
            taken.append(rest.popleft())
            yield taken[-1][1]

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while rest:
        taken.clear()
        if rest[0][1].lstrip(" ").startswith("#"):
            number, line = rest.popleft()
            yield Record(line, number)
            continue
        try:
            cells = next(reader)
        except csv.Error:
            problems.append(_quote_problem(taken))
            return
        yield Record("".join(line for _, line in taken), taken[0][0], () if _says_nothing(cells) else tuple(cells))


def _says_nothing(cells: list[str]) -> bool:
    """Whether this is a blank line, or a remark as a spreadsheet saves it: in the first cell, perhaps in quotes."""
    return not any(map(str.strip, cells)) or (cells[0].startswith("#") and not any(map(str.strip, cells[1:])))


def _quote_problem(taken: list[tuple[int, str]]) -> Problem:
    if len(taken) > 1:
        return Problem("a quotation mark is opened here and never closed; what follows was not read.", taken[0][0])
    return Problem(
        'a quotation mark stands alone; write "" for one inside a text. What follows was not read.', taken[0][0]
    )
