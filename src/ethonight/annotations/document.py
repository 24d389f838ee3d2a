"""What a bouts file holds besides its bouts, kept so that writing it again loses nothing."""

from __future__ import annotations

from dataclasses import dataclass

from ethonight.annotations.bouts import Bout

LABEL, START, END, SUBJECT, SCORE, COMMENT = "labelId", "timestamp", "endTimestamp", "subject", "score", "comment"
REQUIRED = (LABEL, START, END)
KNOWN = (*REQUIRED, SUBJECT, SCORE, COMMENT)


@dataclass(frozen=True)
class Piece:
    """Some lines of the file that belong together, with their line ends: a row, the header, a remark, a blank line.

    ``line`` is the 1-based number of the first line. ``bout`` is what a row says. ``cells`` counts the cells of a row
    or the header.
    """

    text: str
    line: int
    bout: Bout | None = None
    cells: int = 0

    @property
    def is_header(self) -> bool:
        return self.bout is None and self.cells > 0


@dataclass(frozen=True)
class Document:
    """How a file is written. The defaults are for a file that does not exist yet.

    ``encoding`` is as in ``delimited.decode``. ``columns`` are in the file's order, known ones with their proper
    names, others with unique ones. ``source`` is the whole file as it was read.
    """

    encoding: str = "ascii"
    delimiter: str = ","
    decimal: str = "."
    line_end: str = "\n"
    columns: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    source: bytes = b""
