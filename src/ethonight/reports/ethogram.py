"""The ethogram of a recording as a PNG: a row per subject and label, bouts over time. Loads matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from ethonight.files import replace_atomically
from ethonight.reports.clock import time_marks
from ethonight.reports.lane import Lane, column_edges
from ethonight.reports.palette import DIM, INK, LIGHT, LINE, label_colours, mixed
from ethonight.reports.strips import GAP, UNSCORED, Heights, Pixels, row_pixels

WIDTH = 1800
"""Pixels of the whole picture."""
_DPI = 150
_MARGIN = 28
_LONGEST = 32
_ROOMY = 32
"""Up to so many rows are drawn high; more rows are drawn flat."""
_SCRIPTS = (
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "Hiragino Sans",
    "Arial Unicode MS",
)


def draw_ethogram(path: Path, labels: Sequence[str], lanes: Sequence[Lane], title: str = "") -> None:
    """Write the ethogram of one recording to ``path``, whole or not at all. ``lanes``: one per subject.

    Long recordings are drawn by how much of each pixel's time a bout takes; the shortest bout leaves a mark.
    Raises ValueError without any lane, OSError when the file cannot be written.
    """
    if not lanes:
        raise ValueError("an ethogram needs at least one subject")
    replace_atomically(path, ethogram_png(labels, lanes, title))


def ethogram_png(labels: Sequence[str], lanes: Sequence[Lane], title: str = "") -> bytes:
    """Return the picture as the bytes of a PNG file; see ``draw_ethogram``."""
    layout = _Layout.of(labels, lanes, title)
    drawing = _Drawing(layout)
    drawing.head(title)
    drawing.legend(lanes)
    drawing.rows(labels, lanes)
    drawing.axis()
    return drawing.png()


@dataclass(frozen=True)
class _Layout:
    """Where things are, in pixels from the upper left."""

    left: int
    head: int
    body: int
    heights: Heights
    gap: int
    header: int
    """Height of a subject's name above its rows; 0 without names."""
    size: float
    """Of letters, points."""
    start: float
    end: float

    @classmethod
    def of(cls, labels: Sequence[str], lanes: Sequence[Lane], title: str) -> _Layout:
        roomy = len(labels) * len(lanes) <= _ROOMY
        both = any(lane.truth is not None for lane in lanes)
        high = (13, 13) if both else (0, 20)
        flat = (8, 8) if both else (0, 14)
        truth, predicted = high if roomy else flat
        heights = Heights(truth, 1, predicted)
        header = 34 if any(lane.subject for lane in lanes) else 0
        gap = 6 if roomy else 3
        rows = sum(header + len(labels) * (heights.row(lane) + gap) for lane in lanes)
        size = 8.5 if roomy else 6.5
        left = _MARGIN + 14 + max((_text_width(shortened(label), size) for label in labels), default=0)
        start, end = min(lane.start for lane in lanes), max(lane.end for lane in lanes)
        return cls(left, 92 if title else 54, rows, heights, gap, header, size, start, end)

    @property
    def columns(self) -> int:
        return WIDTH - self.left - _MARGIN - 24

    @property
    def height(self) -> int:
        return self.head + self.body + 64


@dataclass(frozen=True)
class _Style:
    align: Literal["left", "center", "right"] = "left"
    bold: bool = False


_PLAIN, _BOLD, _RIGHT, _CENTER = _Style(), _Style(bold=True), _Style("right"), _Style("center")


class _Drawing:
    """A figure with a coordinate system of pixels, y downwards."""

    def __init__(self, layout: _Layout) -> None:
        self.layout = layout
        self.figure = Figure(figsize=(WIDTH / _DPI, layout.height / _DPI), dpi=_DPI, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.fonts = _fonts()

    def head(self, title: str) -> None:
        if title:
            self.text(_MARGIN, 34, shortened(title, 110), 11, style=_BOLD)

    def legend(self, lanes: Sequence[Lane]) -> None:
        """Say what is what, of that which is there."""
        x, y, grey = float(self.layout.left), self.layout.head - 22, "#6b7280"
        scores = any(lane.scores is not None for lane in lanes)
        gaps = any(lane.found is not None and not lane.found.all() for lane in lanes)
        for there, text, colour in (
            (True, "bout", grey),
            (scores, "score", mixed(grey, "#ffffff", 0.62)),
            (gaps, "subject not seen", GAP),
        ):
            if there:
                self.box(x, y - 6, 22, 12, colour, colour)
                x = self.text(x + 30, y, text, 7, DIM) + 26
        if self.layout.heights.truth:
            self.box(x, y - 6, 22, 12, LIGHT, UNSCORED, hatch="//////")
            x = self.text(x + 30, y, "not watched", 7, DIM) + 26
            self.text(x, y, "upper half: marked by a person; lower half: found by the model", 7, DIM)

    def rows(self, labels: Sequence[str], lanes: Sequence[Lane]) -> None:
        layout = self.layout
        edges = column_edges(layout.start, layout.end, layout.columns)
        colours = label_colours(labels)
        y = layout.head
        for lane in lanes:
            if layout.header:
                self.text(_MARGIN, y + 20, shortened(lane.subject, 60), layout.size + 1, style=_BOLD)
                y += layout.header
            for place, label in enumerate(labels):
                pixels = row_pixels(lane, place, colours[label], edges, layout.heights)
                self.pixels(layout.left, y, pixels)
                middle = y + len(pixels) / 2
                self.text(layout.left - 12, middle, shortened(label), layout.size, style=_RIGHT)
                y += len(pixels) + layout.gap

    def axis(self) -> None:
        layout = self.layout
        bottom = layout.head + layout.body
        span = layout.end - layout.start or 1.0
        right = layout.left + layout.columns
        self.line(layout.left, bottom, right, bottom, "#9aa1ad")
        for time, text in time_marks(layout.start, layout.end, 12):
            x = layout.left + (time - layout.start) / span * layout.columns
            self.line(x, layout.head, x, bottom, "#10182030")
            self.line(x, bottom, x, bottom + 6, "#9aa1ad")
            self.text(x, bottom + 22, text, 7.5, DIM, style=_CENTER)

    def text(self, x: float, y: float, words: str, size: float, colour: str = INK, style: _Style = _PLAIN) -> float:
        """Write with its middle at the height ``y``; return where it ends. ``x`` is where its ``align`` is."""
        artist = Text(
            x / WIDTH,
            1 - y / self.layout.height,
            words,
            color=colour,
            fontsize=size,
            family=self.fonts,
            fontweight="bold" if style.bold else "normal",
            horizontalalignment=style.align,
            verticalalignment="center_baseline",
            transform=self.figure.transFigure,
            parse_math=False,
        )
        self.figure.add_artist(artist)
        return x + _text_width(words, size)

    def box(self, x: float, y: float, width: float, height: float, colour: str, edge: str, hatch: str = "") -> None:
        place = x / WIDTH, 1 - (y + height) / self.layout.height
        size = width / WIDTH, height / self.layout.height
        patch = Rectangle(place, *size, facecolor=colour, edgecolor=edge, linewidth=0.6, hatch=hatch or None)
        patch.set_transform(self.figure.transFigure)
        self.figure.add_artist(patch)

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str = LINE) -> None:
        xs, ys = (x0 / WIDTH, x1 / WIDTH), (1 - y0 / self.layout.height, 1 - y1 / self.layout.height)
        self.figure.add_artist(Line2D(xs, ys, color=colour, linewidth=0.7, transform=self.figure.transFigure))

    def pixels(self, x: int, y: int, pixels: Pixels) -> None:
        self.figure.figimage(np.ascontiguousarray(pixels), x, self.layout.height - y - len(pixels), origin="upper")

    def png(self) -> bytes:
        stream = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a letter that no font has is drawn as a box
            self.figure.savefig(stream, format="png", dpi=_DPI)
        return stream.getvalue()


def shortened(text: str, longest: int = _LONGEST) -> str:
    """Return the text on one line, cut with an ellipsis where it is longer than ``longest`` letters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


@cache
def _fonts() -> list[str]:
    there = set(font_manager.fontManager.get_font_names())
    return [name for name in _SCRIPTS if name in there] or ["sans-serif"]


def _text_width(text: str, size: float) -> int:
    """Return how wide the text is, in pixels."""
    renderer = RendererAgg(1, 1, _DPI)  # type: ignore[no-untyped-call]
    letters = font_manager.FontProperties(family=_fonts(), size=size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return int(np.ceil(renderer.get_text_width_height_descent(text, letters, ismath=False)[0]))  # type: ignore[no-untyped-call]
