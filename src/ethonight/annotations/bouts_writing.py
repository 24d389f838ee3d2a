"""Writing bouts: what did not change stays as it was, to the byte."""

from __future__ import annotations

import csv
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_csv import MARKER, parse_annotation
from ethonight.annotations.document import COMMENT, END, KNOWN, LABEL, REQUIRED, SCORE, START, SUBJECT, Document, Piece
from ethonight.annotations.numbers import number_text
from ethonight.annotations.problems import AnnotationError, Problem
from ethonight.delimited import encode
from ethonight.files import replace_atomically


def write_annotation(path: Path, annotation: Annotation) -> Annotation:
    """Write a bouts file, whole or not at all, and return what now stands in it (with the new lines of its rows).

    A file that is not what ``annotation`` was read from is not overwritten: somebody else has changed it, or it could
    not be read. Raises AnnotationError then, and for rows that could not be read again; OSError when the disk does not
    take the file.
    """
    try:
        present = path.read_bytes()
    except FileNotFoundError:
        present = b""
    if present not in (b"", annotation.document.source):
        message = (
            "was changed by another program meanwhile and is left as it is. Read it again, then repeat the change."
        )
        raise AnnotationError(str(path), [Problem(message)])
    data = render_annotation(annotation)
    written = parse_annotation(data, annotation.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_atomically(path, data)
    return written


def render_annotation(annotation: Annotation) -> bytes:
    """Return the bytes of a bouts file; ``parse_annotation`` gives the same rows again.

    A file whose rows did not change comes out as it went in. Otherwise rows that are equal to what was read keep
    their text, remarks stay in front of the row they stood before, and new rows are written in the file's dialect.
    Times and scores are written with at most six decimals (see ``number_text``).
    """
    document = annotation.document
    columns = _complete(document.columns, annotation.rows)
    owners = _owners(annotation.rows, document.pieces)
    if columns == document.columns and _is_unchanged(annotation.rows, owners, document.pieces):
        return document.source
    head, before, tail = _surroundings(document.pieces, {owner.line for owner in owners if owner})
    texts = [_header(document, columns, piece) if piece.is_header else piece.text for piece in head]
    texts = texts or [_line(columns, document.delimiter) + document.line_end]
    for row, owner in zip(annotation.rows, owners, strict=True):
        texts += before[owner.line] if owner else []
        texts.append(_row(row, owner, columns, document))
    return encode(_join([*texts, *tail], document.line_end), document.encoding, MARKER)


def _complete(columns: tuple[str, ...], rows: Iterable[Bout]) -> tuple[str, ...]:
    """Return the file's columns and, behind them, those that the rows need besides."""
    needed = dict.fromkeys((*columns, *REQUIRED))
    optional: dict[str, None] = {}
    extra: dict[str, None] = {}
    for row in rows:
        used = {SUBJECT: row.subject, SCORE: row.score is not None, COMMENT: row.comment}
        optional |= {column: None for column, value in used.items() if value}
        extra |= {column: None for column, text in row.extra if text}
    return tuple(needed | {column: None for column in KNOWN if column in optional} | extra)


def _owners(rows: Sequence[Bout], pieces: Iterable[Piece]) -> list[Piece | None]:
    """Return for each row the piece of the file that it comes from: its own line, or one that says the same."""
    free = {piece.line: piece for piece in pieces if piece.bout}
    owners: dict[int, Piece] = {}

    def claim(place: int, line: int | None) -> None:
        if place not in owners and line in free:
            owners[place] = free.pop(line)

    for place, row in enumerate(rows):
        if row.line in free and free[row.line].bout == row:
            claim(place, row.line)
    same: defaultdict[Bout | None, deque[int]] = defaultdict(deque)
    for piece in free.values():
        same[piece.bout].append(piece.line)
    for place, row in enumerate(rows):
        if place not in owners and same.get(row):
            claim(place, same[row].popleft())
    for place, row in enumerate(rows):  # a row that was changed
        claim(place, row.line)
    return [owners.get(place) for place in range(len(rows))]


def _is_unchanged(rows: Sequence[Bout], owners: list[Piece | None], pieces: Iterable[Piece]) -> bool:
    return owners == [piece for piece in pieces if piece.bout] and all(
        owner is not None and owner.bout == row for row, owner in zip(rows, owners, strict=True)
    )


def _surroundings(pieces: Sequence[Piece], kept: set[int]) -> tuple[list[Piece], dict[int, list[str]], list[str]]:
    """Return what comes first (to the header), what stands before each kept row (by its line), and what comes last."""
    top = next((place + 1 for place, piece in enumerate(pieces) if piece.is_header), 0)
    before: dict[int, list[str]] = {}
    waiting: list[str] = []
    for piece in pieces[top:]:
        if piece.bout is None:
            waiting.append(piece.text)
        elif piece.line in kept:
            before[piece.line], waiting = waiting, []
    return list(pieces[:top]), before, waiting


def _header(document: Document, columns: tuple[str, ...], piece: Piece) -> str:
    added = [column for column in columns if column not in document.columns]
    return _extended(piece.text, [_line([column], document.delimiter) for column in added], document.delimiter)


def _row(row: Bout, owner: Piece | None, columns: tuple[str, ...], document: Document) -> str:
    if owner is None or owner.bout != row:
        return _line(_cells(row, columns, document.decimal), document.delimiter) + document.line_end
    added = len(columns) - owner.cells if columns != document.columns else 0
    return _extended(owner.text, [""] * added, document.delimiter)


def _extended(text: str, cells: list[str], delimiter: str) -> str:
    """Return a row's text with these cells added, in front of its line end."""
    body = text.rstrip("\r\n")
    return body + "".join(delimiter + cell for cell in cells) + text[len(body) :]


def _cells(row: Bout, columns: Iterable[str], decimal: str) -> list[str]:
    known = {
        LABEL: row.label,
        START: number_text(row.start, decimal),
        END: number_text(row.end, decimal),
        SUBJECT: row.subject,
        SCORE: "" if row.score is None else number_text(row.score, decimal),
        COMMENT: row.comment,
    }
    cells = dict(row.extra) | known
    return [cells.get(column, "") for column in columns]


def _line(cells: Iterable[str], delimiter: str) -> str:
    """Return a row's text without its line end. A first cell with # stands in quotes, so that it is no remark."""
    first, *rest = cells
    line = _quoted([first, *rest], delimiter)
    if not line.lstrip(" ").startswith("#"):
        return line
    return delimiter.join(['"' + first.replace('"', '""') + '"', *([_quoted(rest, delimiter)] if rest else [])])


def _quoted(cells: Iterable[str], delimiter: str) -> str:
    lines: list[str] = []
    csv.writer(_Lines(lines), delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return "".join(lines)[:-2]


class _Lines:
    """The least that csv.writer writes to."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _join(texts: Sequence[str], line_end: str) -> str:
    """Join the pieces; one without a line end (the last of the old file) gets one where something follows."""
    ended = [text if text.endswith(("\r", "\n")) else text + line_end for text in texts[:-1]]
    return "".join([*ended, *texts[-1:]])
