"""The text of a BENTO ``.annot`` file: its header, and the rows of each channel and behaviour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ethonight.interchange.observation import FormatError

RULE = "-" * 10
"""What follows a channel's name above its rows."""

_MOVIES = re.compile(r"\S.*?\.\w{2,5}(?=\s|$)")
_START, _STOP, _RATE = "annotation start", "annotation stop", "annotation framerate"


@dataclass(frozen=True)
class Span:
    """One row: a bout's first and last frame, counted from 1, or its times."""

    channel: str
    label: str
    start: float
    stop: float


@dataclass
class BentoText:
    """What a file says, in its own numbers."""

    movies: tuple[str, ...] = ()
    start: float | None = None
    stop: float | None = None
    ends_in_seconds: bool = False
    """Whether ``start`` and ``stop`` are times, not frames."""
    rate: float | None = None
    channels: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @cached_property
    def in_seconds(self) -> bool:
        """Whether the rows are seconds: BENTO decides so when any of them is no whole number."""
        return any(span.start % 1 or span.stop % 1 for span in self.spans)


def parse_bento(text: str, name: str) -> BentoText:
    """Take the text of a file apart; ``name`` is the file's, for messages. Raises FormatError with the line."""
    found = BentoText()
    lines = list(enumerate((line.strip() for line in text.split("\n")), 1))
    rest = iter(lines)
    channel = label = ""
    for number, line in rest:
        head, _, value = line.partition(":")
        if not line or line.lower().split() == ["start", "stop", "duration"]:
            continue
        if line.endswith(RULE) and (line.removesuffix(RULE) in found.channels or not line.startswith(">")):
            channel, label = line.removesuffix(RULE), ""
        elif channel and line.startswith(">"):
            label = line[1:].strip()
        elif channel:
            found.spans.append(_span(channel, label, line, f"{name}, line {number}"))
        elif head.lower().startswith("list of channels"):
            found.channels = list(_until_blank(rest))
        elif head.lower().startswith("list of annotations"):
            found.labels = list(_until_blank(rest))
        else:
            _header(found, head.lower(), value.strip(), f"{name}, line {number}")
    return found


def _until_blank(rest: Iterator[tuple[int, str]]) -> Iterator[str]:
    for _, line in rest:
        if not line:
            return
        yield line


def _header(found: BentoText, head: str, value: str, where: str) -> None:
    if head.startswith("movie file"):
        found.movies = tuple(_MOVIES.findall(value))
    elif head.startswith(_START):
        found.start, found.ends_in_seconds = _number(value, where), "time" in head
    elif head.startswith(_STOP):
        found.stop = _number(value, where)
    elif head.startswith(_RATE):
        found.rate = _number(value, where)


def _span(channel: str, label: str, line: str, where: str) -> Span:
    cells: Sequence[str] = line.split()
    if not label:
        raise FormatError(f"{where}: expected '>' and the name of a behaviour, found '{line[:30]}'.")
    if len(cells) < 2:
        raise FormatError(f"{where}: expected Start, Stop and Duration, found '{line[:30]}'.")
    start, stop = (_number(cell, where) for cell in cells[:2])
    if stop < start:
        raise FormatError(f"{where}: the bout of '{label}' stops at {cells[1]}, before it starts at {cells[0]}.")
    return Span(channel, label, start, stop)


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise FormatError(f"{where}: expected a number, found '{text[:30]}'.") from None
    if not 0 <= number < float("inf"):
        raise FormatError(f"{where}: expected a number that is not negative, found '{text[:30]}'.")
    return number
