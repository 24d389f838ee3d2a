"""Charts over all held-out time: overlap, ranking, calibration, confusion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ethonight.metrics.evaluated import Evaluated
from ethonight.reports.markup import NOTHING, beside, escape, figure, legend, ratio, swatch, whole
from ethonight.reports.palette import DIM, INK, mixed, text_on
from ethonight.reports.reach import Tree, branch, items, number
from ethonight.reports.svg import Axis, Chart, Point, unit_axis

_LEVELS = 1000
_FEW_STEPS = 20
"""A bin of the calibration chart with fewer steps says nothing."""


def curves(metrics: Tree, recordings: Sequence[Evaluated], colours: dict[str, str]) -> str:
    """Return the section with the charts."""
    charts = [
        figure(over_overlap(metrics, colours), "Bouts, for each overlap that counts as found. Dashed: mean.", "F1@k"),
        figure(over_map(metrics), "Mean over behaviours, for each overlap.", "Average precision of bouts"),
        figure(
            precision_recall(recordings, colours),
            "Time steps. Line: over all thresholds of the score; dot: as decoded into bouts.",
            "Precision and recall",
        ),
        figure(calibration(metrics, colours), _calibrated(metrics), "Calibration"),
    ]
    return (
        '<section id="curves"><h2>From loose to strict</h2>' + legend(colours, colours) + beside(charts) + "</section>"
    )


def over_overlap(metrics: Tree, colours: dict[str, str]) -> str:
    """Return F1 of bouts at an overlap of 10, 25 and 50 %."""
    ticks = [(place, f"{overlap} %") for place, overlap in enumerate(("10", "25", "50"))]
    chart = Chart(Axis(-0.25, 2.25, "least overlap", ticks), unit_axis("F1"), title="F1 over the overlap of bouts")
    for label, colour in colours.items():
        _overlap_line(chart, branch(metrics, "bouts", "classes", label, "f1"), colour, label)
    _overlap_line(chart, branch(metrics, "bouts", "macro", "f1"), INK, "mean", "5 4")
    return chart.svg()


def _overlap_line(chart: Chart, scores: Tree, colour: str, name: str, dash: str = "") -> None:
    found = [(float(place), number(scores, overlap)) for place, overlap in enumerate(("10", "25", "50"))]
    points = [(place, value) for place, value in found if value is not None]
    if points:
        chart.line(points, colour, dash=dash)
    for point in points:
        chart.dot(point, colour, f"{name}: {ratio(point[1])}", 3 if dash else 3.6)


def over_map(metrics: Tree) -> str:
    """Return the mean average precision over tIoU thresholds."""
    ticks = [(place / 10, f"{place / 10:.1f}") for place in (1, 3, 5, 7, 9)]
    chart = Chart(Axis(0.05, 0.95, "least overlap (tIoU)", ticks), unit_axis("AP"), title="Average precision of bouts")
    found = [(float(key), number(metrics, "bouts", "map", key)) for key in branch(metrics, "bouts", "map")]
    points = sorted((place, value) for place, value in found if value is not None)
    chart.line(points, INK)
    for point in points:
        chart.dot(point, INK, f"tIoU {point[0]:.1f}: {ratio(point[1])}")
    return chart.svg()


def precision_recall(recordings: Sequence[Evaluated], colours: dict[str, str]) -> str:
    """Return precision over recall of the time steps, a line per behaviour; the dot is where bouts were decoded."""
    chart = Chart(unit_axis("recall"), unit_axis("precision"), title="Precision over recall")
    for place, (label, colour) in enumerate(colours.items()):
        points = precision_recall_points(recordings, place)
        if points:
            chart.line(points, colour, about=label)
        if (decoded := _decoded_point(recordings, place)) is not None:
            chart.dot(decoded, colour, f"{label}, as decoded: precision {decoded[1]:.2f}, recall {decoded[0]:.2f}")
    return chart.svg()


def precision_recall_points(recordings: Sequence[Evaluated], place: int) -> list[Point]:
    """Return recall and precision of one label over falling thresholds; empty where it never happens."""
    true, every = np.zeros(_LEVELS + 1, np.int64), np.zeros(_LEVELS + 1, np.int64)
    for one in recordings:
        levels = _levels(one.scores[one.scored, place])
        every += np.bincount(levels, minlength=_LEVELS + 1)
        true += np.bincount(levels[one.truth[one.scored, place]], minlength=_LEVELS + 1)
    hits, reported = np.cumsum(true[::-1]), np.cumsum(every[::-1])
    if not hits[-1]:
        return []
    used = np.flatnonzero(np.diff(reported, prepend=0))
    recall, precision = hits[used] / hits[-1], hits[used] / reported[used]
    return _thinned([(float(x), float(y)) for x, y in zip(recall, precision, strict=True)])


def _levels(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.asarray(np.rint(np.nan_to_num(scores).clip(0, 1) * _LEVELS), np.int64)


def _thinned(points: list[Point], most: int = 160) -> list[Point]:
    """Return at most about ``most`` of the points, the first and last among them."""
    chosen = np.unique(np.linspace(0, len(points) - 1, most).round().astype(int)) if len(points) > most else None
    return points if chosen is None else [points[place] for place in chosen]


def _decoded_point(recordings: Sequence[Evaluated], place: int) -> Point | None:
    truth = sum(int(one.truth[one.scored, place].sum()) for one in recordings)
    reported = sum(int(one.predicted[one.scored, place].sum()) for one in recordings)
    both = sum(int((one.truth & one.predicted)[one.scored, place].sum()) for one in recordings)
    return (both / truth, both / reported) if truth and reported else None


def calibration(metrics: Tree, colours: dict[str, str]) -> str:
    """Return how often a behaviour happens where its score is so high; on the line, scores are probabilities."""
    chart = Chart(unit_axis("score"), unit_axis("how often true"), title="Calibration")
    chart.line([(0, 0), (1, 1)], DIM, 1, "4 4")
    for label, colour in colours.items():
        chart.line(_bins(branch(metrics, "calibration", "classes", label)), colour, 1.3, about=label)
    points = _bins(branch(metrics, "calibration", "all"))
    chart.line(points, INK, 2, "5 4")
    return chart.svg()


def _bins(tree: Tree) -> list[Point]:
    found = [
        (number(entry, "score"), number(entry, "frequency"))
        for entry in items(tree, "bins")
        if (number(entry, "steps") or 0) >= _FEW_STEPS
    ]
    return [(x, y) for x, y in found if x is not None and y is not None]


def _calibrated(metrics: Tree) -> str:
    error = number(metrics, "calibration", "all", "ece")
    said = "" if error is None else f" Expected calibration error: {error:.3f}."
    return f"On the grey line a score is a probability. Dashed: all behaviours.{said}"


def confusion(metrics: Tree, colours: dict[str, str]) -> str:
    """Return the confusion matrix of time steps, rows true, columns found; shaded by the share of the row."""
    names = [str(name) for name in items(metrics, "frames", "confusion", "labels")]
    matrix = [
        [number({"x": cell}, "x") or 0.0 for cell in row] if isinstance(row, (list, tuple)) else []
        for row in items(metrics, "frames", "confusion", "matrix")
    ]
    if not names or len(matrix) != len(names):
        return ""
    heads = "".join(f"<th class=turn><span>{_name(name, colours)}</span></th>" for name in names)
    body = "".join(
        f"<tr><th>{_name(name, colours)}</th>{''.join(_cell(value, sum(row)) for value in row)}</tr>"
        for name, row in zip(names, matrix, strict=True)
    )
    return (
        '<section id="confusion"><h2>What is taken for what</h2><div class="wide"><table class="confusion">'
        f'<thead><tr><th class="corner">marked ↓ &nbsp; found →</th>{heads}</tr></thead><tbody>{body}</tbody></table>'
        '</div><p class="caption">Time steps, in percent of each row. Pointing at a cell shows how many. “none”: no '
        "behaviour of the list.</p></section>"
    )


def _name(name: str, colours: dict[str, str]) -> str:
    return (swatch(colours[name]) if name in colours else "") + escape(name)


def _cell(value: float, total: float) -> str:
    if not total:
        return f"<td>{NOTHING}</td>"
    share = value / total
    back = mixed("#ffffff", "#0a5a96", min(share, 1) ** 0.7 * 0.9)
    shown = f"{share * 100:.0f}" if share >= 0.005 else '<span class="dim">·</span>'
    return f'<td style="background:{back};color:{text_on(back)}" title="{whole(value)} of {whole(total)}">{shown}</td>'
