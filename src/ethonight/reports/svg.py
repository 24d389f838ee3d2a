"""Small charts as inline SVG: crisp at every size, set in the page's own letters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ethonight.reports.markup import escape, minus
from ethonight.reports.palette import DIM, LINE

Point = tuple[float, float]
Tick = tuple[float, str]


@dataclass(frozen=True)
class Axis:
    """What an axis shows: from ``low`` to ``high``, with marks."""

    low: float
    high: float
    title: str = ""
    ticks: Sequence[Tick] = ()

    def place(self, value: float) -> float:
        """Return where a value lies between the ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low or 1.0)


def unit_axis(title: str) -> Axis:
    """Return an axis from 0 to 1."""
    return Axis(0, 1, title, [(0, "0"), (0.25, ""), (0.5, "0.5"), (0.75, ""), (1, "1")])


def round_axis(low: float, high: float, title: str, most: int = 5, *, whole: bool = False) -> Axis:
    """Return an axis whose ends and marks are round (``whole``: also whole) numbers around ``low`` and ``high``."""
    if not high > low:
        low, high = low - 0.5, high + 0.5
    step = _round_step((high - low) / most)
    if whole:
        step = float(max(1, math.ceil(step)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [(place * step, minus(f"{place * step:,.10g}")) for place in range(first, last + 1)]
    return Axis(first * step, last * step, title, ticks)


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= least * (1 - 1e-9))


@dataclass
class Chart:
    """Axes, and marks in the units of the axes. Marks are drawn in the order in which they are added."""

    across: Axis
    up: Axis
    width: int = 440
    height: int = 270
    title: str = ""
    """What the chart shows, for those who cannot see it."""
    left: int = 0
    """Pixels left of the drawing; 0: as many as the marks of the axis need."""
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        longest = max((len(text) for _, text in self.up.ticks), default=0)
        self.left = self.left or max(46 if self.up.title else 34, (28 if self.up.title else 14) + round(6.3 * longest))

    def x(self, value: float) -> float:
        return self.left + self.across.place(value) * (self.width - self.left - 14)

    def y(self, value: float) -> float:
        bottom = self.height - (40 if self.across.title else 24)
        return bottom - self.up.place(value) * (bottom - 12)

    def line(self, points: Iterable[Point], colour: str, width: float = 1.8, dash: str = "", about: str = "") -> None:
        """Draw a line through the points; ``dash`` as in SVG."""
        places = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="{width}"'
            f' stroke-linejoin="round"{dashes}>{_about(about)}</polyline>'
        )

    def dot(self, point: Point, colour: str, about: str = "", radius: float = 3.6) -> None:
        """Draw a dot; ``about`` is shown when the pointer rests on it."""
        self.parts.append(
            f'<circle cx="{self.x(point[0]):.1f}" cy="{self.y(point[1]):.1f}" r="{radius}" fill="{colour}"'
            f' fill-opacity="0.85" stroke="#fff" stroke-width="0.8">{_about(about)}</circle>'
        )

    def box(self, low: Point, high: Point, colour: str, about: str = "", opacity: float = 1.0) -> None:
        """Draw a rectangle between two corners."""
        x, y = self.x(low[0]), self.y(high[1])
        width, height = max(self.x(high[0]) - x, 0), max(self.y(low[1]) - y, 0)
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"'
            f' fill-opacity="{opacity:g}">{_about(about)}</rect>'
        )

    def note(self, point: Point, text: str, colour: str = DIM, anchor: str = "start", shift: Point = (4, -4)) -> None:
        """Write a text beside a point; ``shift`` in pixels."""
        x, y = self.x(point[0]) + shift[0], self.y(point[1]) + shift[1]
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>')

    def svg(self) -> str:
        """Return the chart."""
        return (
            f'<svg class="chart" viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
            f' role="img" aria-label="{escape(self.title)}">{self._grid()}{"".join(self.parts)}{self._titles()}</svg>'
        )

    def _grid(self) -> str:
        left, right = self.x(self.across.low), self.x(self.across.high)
        bottom, top = self.y(self.up.low), self.y(self.up.high)
        lines = [_rule(left, self.y(value), right, self.y(value)) for value, _ in self.up.ticks]
        lines += [_rule(self.x(value), bottom, self.x(value), top) for value, _ in self.across.ticks]
        lines += [_words(left - 7, self.y(value) + 3.5, text, "end") for value, text in self.up.ticks if text]
        lines += [_words(self.x(value), bottom + 15, text, "middle") for value, text in self.across.ticks if text]
        return "".join(lines)

    def _titles(self) -> str:
        middle = (self.y(self.up.low) + self.y(self.up.high)) / 2
        across = _words((self.x(self.across.low) + self.x(self.across.high)) / 2, self.height - 6, self.across.title)
        up = f'<g transform="translate(12 {middle:.1f}) rotate(-90)">{_words(0, 0, self.up.title)}</g>'
        return (across if self.across.title else "") + (up if self.up.title else "")


def _rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{LINE}" stroke-width="0.8"/>'


def _words(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{DIM}" text-anchor="{anchor}">{escape(text)}</text>'


def _about(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""
