"""Number and total duration of bouts in each recording: what a paper usually reports, found against marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ethonight.reports.markup import (
    NOTHING,
    Column,
    beside,
    figure,
    labelled,
    legend,
    minus,
    paragraph,
    ratio,
    table,
    whole,
)
from ethonight.reports.palette import DIM, INK
from ethonight.reports.reach import Tree, branch, items, number, text
from ethonight.reports.svg import Chart, round_axis

_LONG = 1200.0
"""Seconds from which on totals are told in minutes."""
_FEWEST = 3
"""Recordings from which on limits of agreement are drawn."""


@dataclass(frozen=True)
class _Pair:
    """One label in one recording, marked and found."""

    label: str
    name: str
    truth: float
    predicted: float


def totals(metrics: Tree, colours: dict[str, str]) -> str:
    """Return scatter plots, Bland-Altman plots and the table of agreement."""
    bouts, seconds = _pairs(metrics, "bouts"), _pairs(metrics, "seconds")
    if not bouts:
        return ""
    longest = max((max(pair.truth, pair.predicted) for pair in seconds), default=0.0)
    unit, scale = ("minutes", 60.0) if longest > _LONG else ("seconds", 1.0)
    lasting = [replace(pair, truth=pair.truth / scale, predicted=pair.predicted / scale) for pair in seconds]
    scatters = [
        figure(scatter(bouts, colours, "bouts"), title="Number of bouts"),
        figure(scatter(lasting, colours, unit), title="Total duration"),
    ]
    return (
        '<section id="totals"><h2>Totals of each recording</h2>'
        + paragraph("A dot is one behaviour in one recording; on the line, what was found equals what was marked.")
        + legend(colours, colours)
        + beside(scatters)
        + _agreements(metrics, bouts, lasting, (unit, scale), colours)
        + _table(metrics, colours)
        + "</section>"
    )


def _pairs(metrics: Tree, key: str) -> list[_Pair]:
    pairs = []
    for entry in items(metrics, "totals", "recordings"):
        truth, predicted = number(entry, "truth", key), number(entry, "predicted", key)
        if truth is not None and predicted is not None:
            name = " · ".join(filter(None, [text(entry, "video"), text(entry, "subject")]))
            pairs.append(_Pair(text(entry, "label"), name, truth, predicted))
    return pairs


def scatter(pairs: Sequence[_Pair], colours: dict[str, str], unit: str) -> str:
    """Return found over marked."""
    highest = max([1.0, *(max(pair.truth, pair.predicted) for pair in pairs)])
    across, up = round_axis(0, highest, f"marked ({unit})"), round_axis(0, highest, f"found ({unit})")
    chart = Chart(across, up, 440, 330, f"Found over marked, {unit}")
    chart.line([(0, 0), (across.high, up.high)], DIM, 1, "4 4")
    for pair in pairs:
        about = f"{pair.label}, {pair.name}: marked {pair.truth:.4g}, found {pair.predicted:.4g} {unit}"
        chart.dot((pair.truth, pair.predicted), colours.get(pair.label, INK), about)
    return chart.svg()


def _agreements(
    metrics: Tree, bouts: list[_Pair], lasting: list[_Pair], unit: tuple[str, float], colours: dict[str, str]
) -> str:
    """Return small Bland-Altman plots, two per label."""
    figures = []
    for label in colours:
        for key, pairs, name, scale in (("bouts", bouts, "bouts", 1), ("seconds", lasting, *unit)):
            own = [pair for pair in pairs if pair.label == label]
            limits = branch(metrics, "totals", "agreement", label, key)
            if len(own) >= _FEWEST and any(pair.truth or pair.predicted for pair in own):
                figures.append(figure(bland_altman(own, limits, scale, colours[label], name), title=f"{label}, {name}"))
    if not figures:
        return paragraph(f"Limits of agreement (Bland-Altman) need {_FEWEST} recordings or more.", "caption")
    head = "<h3>Limits of agreement (Bland-Altman)</h3>"
    note = "Found minus marked over the mean of both. Line: mean difference; dashed: limits of agreement (95 %)."
    return head + beside(figures, "small") + paragraph(note, "caption")


def bland_altman(pairs: Sequence[_Pair], limits: Tree, scale: float, colour: str, unit: str) -> str:
    """Return the differences over the means of one label; ``limits`` holds bias, low and high times ``scale``."""
    points = [((pair.truth + pair.predicted) / 2, pair.predicted - pair.truth, pair.name) for pair in pairs]
    lines = [(number(limits, key), dash) for key, dash in (("bias", ""), ("low", "4 3"), ("high", "4 3"))]
    heights = [value / scale for value, _ in lines if value is not None]
    reached = [0.0, *(y for _, y, _ in points), *heights]
    across = round_axis(0, max(x for x, _, _ in points) * 1.05 or 1.0, f"mean ({unit})", 4)
    chart = Chart(across, round_axis(min(reached), max(reached), "", 4), 228, 170, "Bland-Altman")
    chart.line([(across.low, 0), (across.high, 0)], DIM, 0.8)
    for value, dash in lines:
        if value is not None:
            chart.line([(across.low, value / scale), (across.high, value / scale)], INK, 1.2, dash)
    for x, y, name in points:
        chart.dot((x, y), colour, f"{name}: {y:+.3g}", 3)
    return chart.svg()


def _table(metrics: Tree, colours: dict[str, str]) -> str:
    measures = (("bouts", "Number of bouts", 1.0), ("seconds", "Total seconds", 1.0), ("latency", "Latency, s", 1.0))
    columns = [Column("Behaviour", kind="text"), Column("recordings")]
    for _, name, _ in measures:
        columns += [
            Column("difference", name, about="found minus marked, mean over recordings"),
            Column("limits", name, about="95 % limits of agreement (Bland-Altman)"),
            Column("CCC", name, about="Lin's concordance correlation: 1 where every recording agrees"),
        ]
    rows = []
    for label in colours:
        tree = branch(metrics, "totals", "agreement", label)
        cells = [labelled(label, colours), whole(number(tree, "bouts", "recordings"))]
        for key, _, _ in measures:
            cells += [
                _plus(number(tree, key, "bias")),
                _limits(branch(tree, key)),
                ratio(number(tree, key, "concordance")),
            ]
        rows.append(cells)
    return table(columns, rows, kind="tight") if branch(metrics, "totals", "agreement") else ""


def _plus(value: float | None) -> str:
    return NOTHING if value is None else minus(f"{value:+.1f}") if abs(value) >= 0.05 else "0.0"


def _limits(tree: Tree) -> str:
    low, high = number(tree, "low"), number(tree, "high")
    return NOTHING if low is None or high is None else f'<span class="nowrap">{_plus(low)} to {_plus(high)}</span>'
