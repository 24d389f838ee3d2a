"""What is wrong with annotations: where it stands, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ethonight.errors import EthonightError
from ethonight.words import count

LISTED = 20
"""How many problems of one file are listed in a message; the others are counted."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. ``line`` is 1-based; None, and ``column`` "", where it is the whole file."""

    message: str
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else ""
        where = ", ".join(filter(None, (place, self.column)))
        return f"{where}: {self.message}" if where else self.message


class AnnotationError(EthonightError):
    """Bouts that cannot be used. ``problems`` are all that were found, in the order of the file."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        lines = [f"{name}{', ' if problem.line is not None else ': '}{problem}" for problem in problems[:LISTED]]
        if len(problems) > LISTED:
            lines.append(f"{name}: {count(len(problems) - LISTED, 'more problem')}.")
        super().__init__("\n".join(lines))
        self.name = name
        self.problems = tuple(problems)


def refuse(name: str, problems: Sequence[Problem]) -> None:
    """Raise AnnotationError for the file ``name`` when there are any problems."""
    if problems:
        raise AnnotationError(name, problems)
