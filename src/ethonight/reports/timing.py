"""How exactly bouts begin and end, and whether their number and total duration are right in each recording."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics.evaluated import Evaluated
from ethonight.metrics.marked import compared, watched_time
from ethonight.metrics.timing import errors as errors_of
from ethonight.reports.markup import NOTHING, Column, beside, figure, labelled, lasting, minus, paragraph, table, whole
from ethonight.reports.palette import INK
from ethonight.reports.reach import Tree, branch, number
from ethonight.reports.svg import Axis, Chart, round_axis

_BINS = 31
Numbers = NDArray[np.float64]


def timing(metrics: Tree, recordings: Sequence[Evaluated], colours: dict[str, str]) -> str:
    """Return how far beginnings and ends of the bouts that were found are from where a person marked them."""
    errors = boundary_errors(recordings, list(colours))
    onsets = np.concatenate([onset for onset, _ in errors] or [np.empty(0)])
    offsets = np.concatenate([offset for _, offset in errors] or [np.empty(0)])
    if not len(onsets):
        return ""
    reach = _reach(np.abs(np.concatenate([onsets, offsets])))
    charts = [
        figure(
            histogram([onset for onset, _ in errors], colours, reach),
            "Found minus marked: right of 0, too late. Outermost bars: all that is beyond.",
            "Beginnings",
        ),
        figure(
            histogram([offset for _, offset in errors], colours, reach),
            "Found minus marked: right of 0, too late. Outermost bars: all that is beyond.",
            "Ends",
        ),
    ]
    return (
        '<section id="timing"><h2>How exactly bouts begin and end</h2>'
        + paragraph(f"For the {whole(len(onsets))} bouts that were found with an overlap of at least 50 %.")
        + beside(charts)
        + _table(metrics, colours)
        + "</section>"
    )


def boundary_errors(recordings: Sequence[Evaluated], labels: Sequence[str]) -> list[tuple[Numbers, Numbers]]:
    """Return for each label the onset and offset errors (n,) of the bouts that were found: seconds, found - marked."""
    found: list[tuple[list[Numbers], list[Numbers]]] = [([np.empty(0)], [np.empty(0)]) for _ in labels]
    for one in recordings:
        sides = compared(one, labels)
        borders = np.array(watched_time(one.edges, one.scored), np.float64).ravel()
        for (onsets, offsets), truth, predicted in zip(found, sides.truth, sides.predicted, strict=True):
            onset, offset = errors_of(truth, predicted, borders)
            onsets.append(onset)
            offsets.append(offset)
    return [(np.concatenate(onsets), np.concatenate(offsets)) for onsets, offsets in found]


def _reach(sizes: Numbers) -> float:
    """Return how far the histograms go to each side, seconds: nearly all errors are inside."""
    return max(0.1, math.ceil(float(np.quantile(sizes, 0.97)) * 10) / 10)


def histogram(errors: Sequence[Numbers], colours: dict[str, str], reach: float) -> str:
    """Return stacked bars; what lies outside is counted in the outermost ones."""
    edges = np.linspace(-reach, reach, _BINS + 1)
    counts = np.array([np.histogram(np.clip(values, -reach, reach), edges)[0] for values in errors])
    up = round_axis(0, max(1, int(counts.sum(axis=0).max(initial=0))), "bouts", 4, whole=True)
    across = round_axis(-reach, reach, "seconds", 6)
    chart = Chart(Axis(-reach, reach, "seconds", _inside(across, reach)), up, 440, 230, "Errors in seconds")
    base = np.zeros(_BINS)
    for (label, colour), row in zip(colours.items(), counts, strict=True):
        for place in np.flatnonzero(row):
            low, high = (edges[place], base[place]), (edges[place + 1], base[place] + row[place])
            chart.box(low, high, colour, f"{label}: {row[place]}")
        base += row
    chart.line([(0, up.low), (0, up.high)], INK, 1, "3 3")
    return chart.svg()


def _inside(axis: Axis, reach: float) -> list[tuple[float, str]]:
    return [(value, text) for value, text in axis.ticks if abs(value) <= reach * 1.0001]


def _table(metrics: Tree, colours: dict[str, str]) -> str:
    if not branch(metrics, "timing"):
        return ""
    columns = [Column("Behaviour", kind="text"), Column("bouts found")]
    for side in ("Beginnings", "Ends"):
        columns += [
            Column("median error", side, about="below 0: too early"),
            Column("half within", side, about="half of the errors are smaller than this, early or late"),
            Column("90 % within", side, about="nine of ten errors are smaller than this, early or late"),
        ]
    rows = [_row(branch(metrics, "timing", "classes", label), labelled(label, colours)) for label in colours]
    rows.append(_row(branch(metrics, "timing", "all"), "All together"))
    return table(columns, rows, [len(rows) - 1])


def _row(tree: Tree, name: str) -> list[str]:
    cells = [name, whole(number(tree, "onset", "bouts"))]
    for side in ("onset", "offset"):
        cells += [_signed(number(tree, side, "median"))]
        cells += [lasting(number(tree, side, key)) for key in ("absolute_50", "absolute_90")]
    return cells


def _plus(value: float) -> str:
    return minus(f"{value:+.2f}") if abs(value) >= 0.005 else "0.00"


def _signed(value: float | None) -> str:
    return NOTHING if value is None else f"{_plus(value)} s"
