"""How training went: a chart per kind of number in the training log."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from ethonight.reports.markup import beside, figure, legend
from ethonight.reports.palette import colour_at
from ethonight.reports.svg import Axis, Chart, Point, round_axis

_LEFT_OUT = frozenset(
    {"epoch", "epochs", "seed", "seeds", "seconds", "remaining", "time", "rate", "lr", "batch", "step"}
)
_NAMES = {"f1": "F1 of time steps", "precision": "average precision of time steps", "loss": "loss"}
_MOST = 12
Curves = dict[str, list[list[Point]]]
"""Name of a column -> its lines, one per seed."""


def training(log: Path | None) -> str:
    """Return the section; nothing without a log that can be read."""
    curves = read_log(log) if log is not None else {}
    losses = {name: points for name, points in curves.items() if "loss" in name.lower()}
    others = {name: points for name, points in curves.items() if name not in losses}
    figures = [
        figure(legend(colours, colours) + _chart(group, colours, title), _seeds(group), title)
        for title, group in (("Loss", losses), ("On the videos that choose when to stop", others))
        if group and (colours := {name: colour_at(place) for place, name in enumerate(group)})
    ]
    return f'<section id="training"><h2>How training went</h2>{beside(figures)}</section>' if figures else ""


def read_log(path: Path) -> Curves:
    """Return each column's numbers over the epochs; empty where the file cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row]
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    names = [name for name in (rows[0] if rows else {}) if name and not _left_out(name)]
    seeds = list(dict.fromkeys(row.get("seed") for row in rows))
    curves = {
        _NAMES.get(name, name.replace("_", " ")): [line for seed in seeds if (line := _line(rows, name, seed))]
        for name in names[:_MOST]
    }
    return {name: lines for name, lines in curves.items() if lines}


def _line(rows: Sequence[Mapping[str, str | None]], name: str, seed: str | None) -> list[Point]:
    """Return a column's numbers over the epochs (else the rows' numbers) of one seed."""
    points = []
    for place, row in enumerate((row for row in rows if row.get("seed") == seed), 1):
        epoch, value = _number(row.get("epoch")), _number(row.get(name))
        if value is not None:
            points.append((float(place) if epoch is None else epoch, value))
    return points


def _seeds(curves: Curves) -> str:
    most = max(len(lines) for lines in curves.values())
    return f"{most} lines of each: {most} networks, from different starts." if most > 1 else ""


def _left_out(name: str) -> bool:
    return not _LEFT_OUT.isdisjoint(name.lower().split("_"))


def _number(text: object) -> float | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _chart(curves: Curves, colours: dict[str, str], title: str) -> str:
    every = [(name, line) for name, lines in curves.items() for line in lines]
    values = [value for _, line in every for _, value in line]
    up = round_axis(min(0.0, *values), max(values), "", 4)
    chart = Chart(_epochs([epoch for _, line in every for epoch, _ in line]), up, title=title)
    for name, line in every:
        chart.line(line, colours[name], 1.5, about=name)
        if len(line) == 1:
            chart.dot(line[0], colours[name], name)
    return chart.svg()


def _epochs(found: Sequence[float]) -> Axis:
    axis = round_axis(0, max(found), "epoch", 6, whole=True)
    return Axis(0, max(found), axis.title, [(value, text) for value, text in axis.ticks if value <= max(found)])
