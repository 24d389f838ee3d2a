"""Solomon Coder's CSV files: one row per step of time, one column per set of exclusive states."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl

from ethonight.annotations.bouts import SCORED, Bout, in_order
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.numbers import number_text, parse_number
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.columns import Columns, delimiter_of, header_of, read_columns
from ethonight.interchange.label import label_text
from ethonight.interchange.lanes import base_name, free_name, subject_lanes
from ethonight.interchange.losses import Part, losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.per_frame import without_frames
from ethonight.interchange.solomon_rows import COLUMN, TIME, on_rows, row_edges, row_times, state_columns, states

_EVEN = 0.1
"""By how much the first steps may differ, as a part of one, in a file that is recognised."""


class _Solomon:
    """A bout lasts from its first row to the row behind its last one. Columns with states in common are subjects."""

    name = "solomon"
    title = "Solomon Coder"
    endings: tuple[str, ...] = (".csv",)
    counts_frames = False

    def recognises(self, path: Path, head: str) -> bool:
        if header_of(head)[0].lower() != TIME.lower():
            return False
        delimiter = delimiter_of(head.partition("\n")[0])
        rows = [line for line in head.split("\n")[1:6] if line.strip()]
        times = [time for row in rows if (time := parse_number(row.split(delimiter)[0].strip())) is not None]
        steps = [later - earlier for earlier, later in pairwise(times)]
        return len(times) == len(rows) > 1 and min(steps) > 0 and max(steps) - min(steps) <= _EVEN * steps[0]

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read one recording. See the protocol."""
        table = read_columns(path, TIME.lower())
        if table.header[0].lower() != TIME.lower():
            found = ", ".join(table.header[:8])
            raise FormatError(f"{path.name}: the first column must be 'Time' (found: {found}).")
        starts, ends = row_times(table)
        lanes = _lanes(table)
        labels = {name: _labels(table, places) for name, places in lanes.items()}
        subjects = subject_lanes(labels)
        bouts: list[Bout] = []
        for lane, places in lanes.items():
            subject = lane if lane in subjects else ""
            extra = ((COLUMN, lane),) if not subject and labels[lane] != [lane] else ()
            for place in places:
                runs = states(table.column(place), starts, ends)
                bouts += [Bout(label_text(state), start, end, subject, extra=extra) for state, start, end in runs]
        observation = Observation(path.stem, bouts=tuple(in_order(bouts)), duration=float(ends[-1]))
        notes = (f"Columns are read as subjects: {', '.join(sorted(subjects))}.",) if subjects else ()
        return Imported((observation,), _ethogram(labels, subjects), notes)

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write one recording, a row per frame; of a fixed step where ``edges`` are None or uneven."""
        observation = sole(observations, self.title)
        bouts = in_order(bout for bout in observation.bouts if bout.label != SCORED)
        rows = row_edges(observation, edges)
        if rows is not edges:
            bouts = on_rows(bouts, rows)
        times = pl.Series(TIME, [number_text(second) for second in rows[:-1].tolist()])
        table = times.to_frame().hstack(state_columns(bouts, rows))
        replace_atomically(path, table.write_csv().encode())
        told = list(losses(observation, self.title, {Part.SUBJECTS, Part.EXTRA}))
        if any(bout.subject for bout in bouts):
            told.append("Solomon Coder has no subjects: columns are named after them.")
        if any(name != COLUMN and text for bout in bouts for name, text in bout.extra):
            told.append("Solomon Coder has no place for modifiers and other columns: they are left out.")
        if rows is not edges:
            told.append(f"Times are rounded to rows of {number_text(float(rows[1] - rows[0]))} s.")
        return (*told, *without_frames(bouts, rows))


def _lanes(table: Columns) -> dict[str, list[int]]:
    """Return the places of the columns of each lane: ``name`` and ``name (2)`` are one."""
    names: list[str] = []
    for place, cell in enumerate(table.header[1:], 2):
        names.append(free_name(cell or f"column {place}", names))
    lanes: dict[str, list[int]] = {}
    for place, name in enumerate(names, 1):
        lanes.setdefault(base_name(name, names), []).append(place)
    return lanes


def _labels(table: Columns, places: Sequence[int]) -> list[str]:
    found = (state for place in places for state in table.column(place).unique(maintain_order=True))
    return list(dict.fromkeys(label_text(state) for state in found if state))


def _ethogram(labels: Mapping[str, Collection[str]], subjects: Collection[str]) -> Ethogram:
    """Return the behaviours; those of a column exclude one another."""
    group = {label: lane for lane, own in labels.items() for label in own if len(own) > 1 and lane not in subjects}
    known = Ethogram(subjects=tuple(sorted(subjects))).with_labels(label for own in labels.values() for label in own)
    behaviours = (replace(one, group=group[one.label]) if one.label in group else one for one in known.behaviours)
    return replace(known, behaviours=tuple(behaviours))


SOLOMON: Format = _Solomon()
