"""BORIS's tables of events (``.tsv``, ``.csv``): one row per start, stop and point, or one row per bout.

Columns are found by their names, which differ between versions; older versions write some lines above the header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.numbers import DECIMALS, number_text, parse_number
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.apart import united
from ethonight.interchange.boris_cells import BorisCells, BorisRow, cells_of, is_header, read_cells
from ethonight.interchange.label import label_text
from ethonight.interchange.losses import Part, losses
from ethonight.interchange.modifiers import modifiers_of, plain, without_modifiers
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.pairing import POINT, START, STOP, Event, Pairs, paired
from ethonight.interchange.seen import ethogram_seen

_STATE = "STATE"
_NOBODY = "no focal subject"
_CARRIED = {Part.SUBJECTS, Part.POINTS, Part.COMMENTS}
_COLUMNS = (
    "Observation id",
    "Source",
    "Media duration (s)",
    "FPS",
    "Subject",
    "Behavior",
    "Modifiers",
    "Behavior type",
    "Time",
    "Comment",
)


class _BorisTable:
    """Rows of an observation that the ``Observation id`` column, or the lines above the header, names."""

    name = "boris-table"
    title = "BORIS table"
    endings: tuple[str, ...] = (".tsv", ".csv")
    counts_frames = False

    def recognises(self, path: Path, head: str) -> bool:
        return any(is_header(cells_of(line)) for line in head.splitlines())

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read all observations of a table, with times in seconds of the media."""
        table = read_cells(path)
        found: dict[str, _Found] = {}
        for row in table.rows:
            name = row.cells.get("observation", table.above.get("observation id", ""))
            found.setdefault(name, _Found(table, name)).take(row)
        nothing = () if found else (Observation(table.above.get("observation id", ""), table.players),)
        observations = (*nothing, *(one.observation() for one in found.values()))
        notes = [note for one in found.values() for note in one.notes]
        return Imported(observations, ethogram_seen(bout for one in observations for bout in one.bouts), tuple(notes))

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write a table of starts, stops and points; with tabs between the cells, or commas in a ``.csv``."""
        lines = StringIO(newline="")
        writer = csv.writer(lines, delimiter="," if path.suffix.lower() == ".csv" else "\t", lineterminator="\n")
        writer.writerow(_COLUMNS)
        lost: list[str] = []
        for observation in observations:
            apart = united(
                (plain(bout) for bout in observation.bouts if bout.label != SCORED and not bout.is_point),
                lambda second: round(second, DECIMALS),
            )
            points = [bout for bout in observation.bouts if bout.label != SCORED and bout.is_point]
            rows = _rows(observation, [*apart.bouts, *points])
            writer.writerows(rows)
            if not rows and len(observations) > 1:
                lost.append(f"'{observation.name}' has no bouts, so that nothing in the table names it.")
            lost += [*losses(without_modifiers(observation), self.title, _CARRIED), *apart.lost]
        replace_atomically(path, lines.getvalue().encode())
        return tuple(dict.fromkeys(lost))


@dataclass
class _Found:
    """What a table says of one observation."""

    table: BorisCells
    name: str
    events: list[Event] = field(default_factory=list)
    whole: list[tuple[Event, float, str]] = field(default_factory=list)
    """Bouts that stand in one row: how they began, when they end, what is said of the end."""
    first: BorisRow | None = None
    media: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def take(self, row: BorisRow) -> None:
        self.first = self.first or row
        self.media |= dict.fromkeys(_media(row.cells.get("source", "")))
        which = row.cells.get("status", "").upper()
        if which not in (START, STOP, POINT, _STATE):
            raise self._wrong(row, f"expected START, STOP, POINT or STATE, found '{which}'")
        column = "start" if "start" in self.table.meanings else "time"
        second = self.table.number(row, column)
        if second is None:
            raise self._wrong(row, f"there is no time in the column '{column}'")
        event = self._event(row, second - self._offset(row), START if which == _STATE else which)
        stop = self.table.number(row, "stop")
        if which == _STATE and stop is not None:
            if stop < second:
                raise self._wrong(row, "the bout stops before it starts")
            self.whole.append((event, round(stop - self._offset(row), DECIMALS), row.cells.get("comment stop", "")))
        else:
            self.events.append(event)

    def observation(self) -> Observation:
        """Return the observation, with what has no other end set aside."""
        pairs: Pairs = paired(self.events)
        for begun, end, comment in self.whole:
            pairs.add(begun, end, comment)
        pairs.finish()
        self.notes += pairs.notes(self.name)
        media = self.table.players or tuple(self.media)
        return Observation(
            self.name, media, tuple(pairs.bouts), tuple(pairs.unpaired), self._first_number("fps"), self._length()
        )

    def _event(self, row: BorisRow, second: float, which: str) -> Event:
        if "behaviour" not in row.cells:
            raise self._wrong(row, "there is no behaviour")
        subject = row.cells.get("subject", "")
        return Event(
            round(second, DECIMALS),
            label_text(row.cells["behaviour"]),
            "" if subject.lower() == _NOBODY else subject,
            row.modifiers,
            row.cells.get("comment", ""),
            which,
            f"line {row.line}",
        )

    def _offset(self, row: BorisRow) -> float:
        above = self.table.above.get("time offset (s)", "")
        return self.table.number(row, "offset") or parse_number(above) or 0.0

    def _first_number(self, meaning: str) -> float | None:
        """Return the first number of ``25.000;25.000|25.000``: that of the first file of the first player."""
        text = self.first.cells.get(meaning, "") if self.first else ""
        return parse_number(text.partition("|")[0].partition(";")[0]) or None

    def _length(self) -> float | None:
        """Return the seconds of the first player's files together, None where one is not known."""
        text = self.first.cells.get("length", "") if self.first else ""
        numbers = [parse_number(part) for part in text.partition("|")[0].split(";")]
        known = [number for number in numbers if number is not None]
        return sum(known) or None if len(known) == len(numbers) else None

    def _wrong(self, row: BorisRow, message: str) -> FormatError:
        return FormatError(f"{self.table.path.name}, line {row.line}: {message}.")


def _media(source: str) -> Iterable[str]:
    """Return the files of ``player #1:a.mp4;b.mp4|player #2:c.mp4`` that the first player shows; or the one file."""
    own = source.partition("|player #")[0]
    listed = own.partition(":")[2] if own.lower().startswith("player #") else own
    return [name.strip() for name in listed.split(";") if name.strip()]


def _rows(observation: Observation, bouts: Sequence[Bout]) -> list[list[str]]:
    """Return the rows of the bouts in the order of time; at one moment, a bout's stop stands before the next start."""
    source = f"player #1:{';'.join(observation.media)}" if observation.media else ""
    length = number_text(observation.duration) if observation.duration else ""
    fps = number_text(observation.fps) if observation.fps else ""
    timed: list[tuple[float, list[str]]] = []
    for bout in sorted(bouts, key=lambda one: (one.start, one.end)):
        about = [observation.name, source, length, fps, bout.subject, bout.label, modifiers_of(bout)]
        ends = [(POINT, bout.start)] if bout.is_point else [(START, bout.start), (STOP, bout.end)]
        timed += [
            (second, [*about, which, number_text(second), bout.comment if which != STOP else ""])
            for which, second in ends
        ]
    return [cells for _, cells in sorted(timed, key=lambda one: one[0])]


BORIS_TABLE: Format = _BorisTable()
