"""Reading bouts: CSV files in seconds, one row per bout, in whatever dialect they were saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.document import COMMENT, END, KNOWN, LABEL, REQUIRED, SCORE, START, SUBJECT, Document, Piece
from ethonight.annotations.numbers import decimal_sign, parse_number, why_no_number
from ethonight.annotations.pieces import Lines, Record, column_name, take_apart
from ethonight.annotations.problems import AnnotationError, Problem, refuse
from ethonight.delimited import decode, not_text
from ethonight.suggest import closest

MARKER = START.lower()
"""The word of the header by which UTF-16 without a mark is found."""

_OTHER_NAMES = {
    LABEL: ("label", "behavior", "behaviour", "type", "event", "class"),
    START: ("start", "from", "onset", "begin", "start (s)", "start_time", "time"),
    END: ("end", "to", "stop", "offset", "stop (s)", "end (s)", "end_time"),
}


def read_annotation(path: Path, name: str = "") -> Annotation:
    """Read a bouts file: ``labelId,timestamp,endTimestamp`` in seconds, then optional ``subject, score, comment``.

    ``name`` is the file's name in messages (default: the path). Raises AnnotationError with everything that is wrong
    in the file, or when it cannot be opened.
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise AnnotationError(shown, [Problem("there is no such file.")]) from None
    except OSError as error:
        raise AnnotationError(shown, [Problem(f"cannot be read: {error.strerror}.")]) from error
    return parse_annotation(data, shown)


def parse_annotation(data: bytes, name: str = "annotation") -> Annotation:
    """Read the bytes of a bouts file; see ``read_annotation``."""
    if kind := not_text(data):
        refuse(name, [Problem(f"was saved as {kind}, not as CSV. Open it and save it as CSV (text).")])
    text, encoding = decode(data, MARKER)
    lines = take_apart(text)
    if not lines.records:
        refuse(name, lines.problems or [Problem(f"is empty: expected a first line {','.join(REQUIRED)}.")])
    header, *rows = lines.records
    columns = _columns(header, lines, name)
    reader = _Rows(columns, lines.delimiter)
    pieces = [*(Piece(record.text, record.line) for record in lines.above), _piece(header)]
    pieces += [_piece(record, reader.bout(record)) for record in rows]
    refuse(name, [*reader.problems, *lines.problems])
    decimal = reader.decimal or ("," if lines.delimiter == ";" else ".")
    document = Document(encoding, lines.delimiter, decimal, lines.line_end, columns, tuple(pieces), data)
    return Annotation(tuple(piece.bout for piece in pieces if piece.bout), document, name)


def _piece(record: Record, bout: Bout | None = None) -> Piece:
    return Piece(record.text, record.line, bout, len(record.cells))


def _columns(header: Record, lines: Lines, name: str) -> tuple[str, ...]:
    """Return the unique names of all columns. Raises AnnotationError when the header is not one of a bouts file."""
    names: list[str] = []
    problems: list[Problem] = []
    for place, cell in enumerate(header.cells, 1):
        known = column_name(cell)
        if known in names:
            problems.append(Problem(f"two columns are named '{known}'; rename one.", header.line))
        names.append(_unique(known or cell or f"column {place}", names))
    found = [cell.strip() for cell in header.cells if cell.strip()]
    problems += [_missing(column, found, header.line) for column in REQUIRED if column not in names]
    refuse(name, [*problems, *(lines.problems if problems else ())])
    return tuple(names)


def _unique(name: str, taken: Sequence[str]) -> str:
    candidate, count = name, 2
    while candidate in taken or (candidate == name and name not in KNOWN and column_name(name)):
        candidate = f"{name} ({count})"
        count += 1
    return candidate


def _missing(column: str, found: Sequence[str], line: int) -> Problem:
    others = [cell for cell in found if cell.lower() in _OTHER_NAMES[column]]
    free = [cell for cell in found if column_name(cell) is None]
    meant = others[0] if others else closest(column, free)
    hint = f" If '{meant}' is that column, rename it to '{column}'." if meant else ""
    shown = ", ".join(cell[:30] for cell in found[:8])
    return Problem(f"no column is named '{column}' (found: {shown}).{hint}", line)


@dataclass
class _Rows:
    """Turns rows into bouts and collects what is wrong with them."""

    columns: tuple[str, ...]
    delimiter: str
    decimal: str = ""
    decimal_line: int = 0
    problems: list[Problem] = field(default_factory=list)

    def bout(self, record: Record) -> Bout | None:
        """Return the bout in a row; None for remarks and blank lines, and where there is a problem."""
        if not record.cells:
            return None
        before = len(self.problems)
        self._check_width(record)
        cells = dict.fromkeys(self.columns, "") | dict(zip(self.columns, record.cells, strict=False))
        label = self._label(cells[LABEL].strip(), record.line)
        times = self._times(cells[START].strip(), cells[END].strip(), record.line)
        score = self._score(cells.get(SCORE, "").strip(), record.line)
        if len(self.problems) > before or times is None:
            return None
        if label == SCORED and times[0] == times[1]:
            self._wrong(record.line, END, f"a stretch that was watched ({SCORED}) must end after it starts.")
            return None
        extra = tuple((column, cells[column]) for column in self.columns if column not in KNOWN)
        subject, comment = cells.get(SUBJECT, "").strip(), cells.get(COMMENT, "")
        return Bout(label, *times, subject, score, comment, extra, record.line)

    def _wrong(self, line: int, column: str, message: str) -> None:
        self.problems.append(Problem(message, line, column))

    def _check_width(self, record: Record) -> None:
        if any(cell.strip() for cell in record.cells[len(self.columns) :]):
            found = f"{len(record.cells)} cells, but the header names {len(self.columns)} columns."
            hint = " Numbers with a decimal comma must stand in quotes here." if self.delimiter == "," else ""
            self._wrong(record.line, "", found + hint)

    def _label(self, label: str, line: int) -> str:
        if not label:
            self._wrong(line, LABEL, "expected the name of a behaviour, found an empty cell.")
        elif label.startswith("#"):
            self._wrong(
                line, LABEL, f"found '{label}', but what begins with # is a remark. Name the behaviour differently."
            )
        elif label.lower() == SCORED and label != SCORED:
            self._wrong(
                line, LABEL, f"found '{label}'; time that was watched completely is '{SCORED}', in small letters."
            )
        return label

    def _times(self, start_text: str, end_text: str, line: int) -> tuple[float, float] | None:
        start, end = self._seconds(start_text, line, START), self._seconds(end_text, line, END)
        if start is None or end is None:
            return None
        if end < start:
            self._wrong(line, END, f"the bout ends at {end_text}, before it starts at {start_text}.")
        return start, end

    def _seconds(self, text: str, line: int, column: str) -> float | None:
        seconds = self._number(text, line, column, "seconds")
        if seconds is not None and seconds < 0:
            self._wrong(line, column, f"expected seconds from the start of the video, found {text}, a time before it.")
            return None
        return seconds

    def _score(self, text: str, line: int) -> float | None:
        return self._number(text, line, SCORE, "a number or nothing") if text else None

    def _number(self, text: str, line: int, column: str, expected: str) -> float | None:
        number = parse_number(text)
        if number is None:
            found = f"'{text[:30]}'" if text else "an empty cell"
            hint = why_no_number(text) if column != SCORE else ""
            self._wrong(line, column, f"expected {expected}, found {found}. {hint}".rstrip())
        elif sign := decimal_sign(text):
            if not self.decimal:
                self.decimal, self.decimal_line = sign, line
            elif sign != self.decimal:
                usual = f"the decimal sign '{self.decimal}' as in line {self.decimal_line}"
                self._wrong(line, column, f"expected {usual}, found '{text[:30]}'.")
        return number
