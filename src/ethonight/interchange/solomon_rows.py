"""Rows at a fixed step of time, and columns of exclusive states, as Solomon Coder has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ethonight.annotations.bouts import Bout
from ethonight.annotations.frames import frames_of
from ethonight.frame_times import ROUNDING, Edges
from ethonight.interchange.columns import Columns
from ethonight.interchange.lanes import free_name
from ethonight.interchange.observation import FormatError, Observation

TIME = "Time"
COLUMN = "column"
"""The name of the column that a bout stood in, among the bout's other cells."""
_USUAL_STEP = 0.04
_EVEN = 0.01
"""By how much frames may differ in length, as a part of it, and still make rows of one step."""


def row_times(table: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return when each row starts and ends, in seconds; a row before a gap in time lasts one step.

    Raises FormatError for times that do not increase.
    """
    starts = table.numbers(0)
    steps = np.diff(starts)
    if not len(steps):
        raise FormatError(f"{table.path.name} has only one row, so that the step of time is not known.")
    if (steps <= 0).any():
        where = table.where(0, int((steps <= 0).argmax()) + 1)
        raise FormatError(f"{where}: the time is not later than in the row above.")
    step = float(np.median(steps))
    return starts, starts + np.append(np.where(steps > 1.5 * step, step, steps), step)


def states(
    column: pl.Series, starts: NDArray[np.float64], ends: NDArray[np.float64]
) -> Iterator[tuple[str, float, float]]:
    """Yield each run of one state in a column, with its start and end in seconds; blank cells are none."""
    changes = (column != column.shift(1)).fill_null(True).to_numpy()
    changes[1:] |= starts[1:] != ends[:-1]
    firsts = np.flatnonzero(changes)
    lasts = np.append(firsts[1:], len(changes)) - 1
    for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
        if state := column[first]:
            yield state, float(starts[first]), float(ends[last])


def row_edges(observation: Observation, edges: Edges | None) -> Edges:
    """Return the edges of rows: the frames where they last equally long, else rows of a fixed step up to the end.

    That step is half of the shortest frame, so that no frame is lost, but a millisecond at least.
    """
    if edges is None:
        start, end, step = 0.0, observation.duration or 0.0, 1 / (observation.fps or 1 / _USUAL_STEP)
    else:
        durations = np.diff(edges)
        if np.ptp(durations) <= _EVEN * np.median(durations):
            return edges
        start, end, step = (
            float(edges[0]),
            float(edges[-1]),
            max(float(np.floor(durations.min() * 500 + 1e-6)) / 1000, 0.001),
        )
    end = max([end, *(bout.end for bout in observation.bouts)])
    return start + np.arange(int(np.ceil((end - start) / step)) + 2, dtype=np.float64) * step


def on_rows(bouts: Sequence[Bout], rows: Edges) -> list[Bout]:
    """Return the bouts with each time moved back to the start of the row in which it lies."""
    times = np.array([bout.interval for bout in bouts], dtype=np.float64).reshape(-1, 2)
    places = np.maximum(np.searchsorted(rows, times + ROUNDING, side="right") - 1, 0)
    moved: list[list[float]] = rows[places].tolist()
    return [replace(bout, start=start, end=end) for bout, (start, end) in zip(bouts, moved, strict=True)]


def state_columns(bouts: Iterable[Bout], edges: Edges) -> pl.DataFrame:
    """Return the columns of states, one row for each row of time; blank where there is none.

    A column belongs to a subject, else it is the one that the bout came from, else the behaviour's own. What overlaps
    or touches there, so that it would become one bout, goes to a column ``name (2)``.
    """
    labels = [""]
    columns: dict[str, NDArray[np.int32]] = {}
    for bout in bouts:
        at = frames_of(bout, edges)
        if bout.label not in labels:
            labels.append(bout.label)
        lane = bout.subject or dict(bout.extra).get(COLUMN) or bout.label
        passed = [TIME]
        while True:
            name = free_name(lane, passed)
            cells = columns.setdefault(name, np.zeros(len(edges) - 1, dtype=np.int32))
            if _is_free(cells, at, labels.index(bout.label)):
                break
            passed.append(name)
        cells[at] = labels.index(bout.label)
    names = np.array(labels, dtype=np.object_)
    return pl.DataFrame({name: pl.Series(names[cells], dtype=pl.String) for name, cells in columns.items()})


def _is_free(cells: NDArray[np.int32], at: slice, label: int) -> bool:
    touching = (cells[max(at.start - 1, 0) : at.start] == label).any() or (cells[at.stop : at.stop + 1] == label).any()
    return not touching and not cells[at].any()
