"""Ethograms of the held-out recordings, marked above found, and the places where the model is most wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ethonight.metrics.evaluated import Evaluated
from ethonight.reports.clock import clock, time_marks
from ethonight.reports.headline import tested_for
from ethonight.reports.lane import Lane, column_edges
from ethonight.reports.markup import Column, data_url, escape, labelled, paragraph, ratio, table
from ethonight.reports.palette import DIM, LINE, PAPER, rgb
from ethonight.reports.reach import Tree, items, number, text
from ethonight.reports.strips import Heights, Pixels, row_pixels

MOST = 60
"""Recordings whose ethograms are shown."""
_ROOM = 3_000_000
"""Bytes that all ethograms together may take, as PNG."""
_WIDTHS = (1400, 1000, 700)
_GAP = 5
_HEIGHTS = Heights(9, 1, 9)
_CONTEXT = 5.0
"""Seconds shown before and after a mistake."""


def strips(metrics: Tree, recordings: Sequence[Evaluated], colours: dict[str, str]) -> str:
    """Return a picture per recording."""
    if not recordings:
        return ""
    shown = recordings[:MOST]
    pictures, scores = _within_room(shown, colours)
    drawn = [_strip(one, png, list(colours)) for one, png in zip(shown, pictures, strict=True)]
    more = len(recordings) - len(shown)
    rest = paragraph(f"{more} more recordings are in the numbers and not shown here.", "caption") if more else ""
    return (
        '<section id="recordings"><h2>Marked and found, over time</h2>'
        + paragraph(
            "Each row: above, what a person marked (hatched: nobody watched); below, what the model found"
            f"{', over its faint score' if scores else ''}. {tested_for(metrics)}"
        )
        + "".join(drawn)
        + rest
        + "</section>"
    )


def _within_room(recordings: Sequence[Evaluated], colours: dict[str, str]) -> tuple[list[bytes], bool]:
    """Return the recordings' pictures, as fine as the page has room for, and whether scores are in them."""
    pictures: list[bytes] = []
    for scores in (True, False):
        for width in _WIDTHS:
            pictures = [_picture(one, colours, width, scores) for one in recordings]
            if sum(map(len, pictures)) <= _ROOM:
                return pictures, scores
    return pictures, False


def _picture(one: Evaluated, colours: dict[str, str], width: int, scores: bool) -> bytes:
    lane = Lane.of(one)
    if not scores:
        lane = Lane(lane.subject, lane.edges, lane.predicted, lane.truth, lane.scored)
    columns = column_edges(lane.start, lane.end, width)
    between = np.full((_GAP, width, 3), rgb(PAPER), np.uint8)
    rows: list[Pixels] = []
    for place, colour in enumerate(colours.values()):
        rows += [row_pixels(lane, place, colour, columns, _HEIGHTS), between]
    return encoded(np.concatenate(rows[:-1]))


def encoded(pixels: Pixels) -> bytes:
    """Return pixels (h, w, 3) RGB as a PNG file."""
    import cv2

    flags = [cv2.IMWRITE_PNG_COMPRESSION, 6]
    return bytes(cv2.imencode(".png", np.ascontiguousarray(pixels[:, :, ::-1]), flags)[1])


def _strip(one: Evaluated, png: bytes, labels: list[str]) -> str:
    """Return one recording: its name, the labels, the picture, and the axis of time."""
    row = _HEIGHTS.truth + _HEIGHTS.between + _HEIGHTS.predicted + _GAP
    left = 24 + round(6.4 * min(28, max(len(label) for label in labels)))
    width, high = 1000 - left - 30, row * len(labels) - _GAP
    start, span = float(one.edges[0]), float(one.edges[-1] - one.edges[0])
    names = "".join(
        f'<text x="{left - 8}" y="{place * row + 13}" text-anchor="end" fill="#1f242d">{escape(_short(label))}</text>'
        for place, label in enumerate(labels)
    )
    marks = "".join(
        _mark(left + (time - start) / span * width, high, words)
        for time, words in time_marks(start, float(one.edges[-1]), 9)
    )
    image = (
        f'<image href="{data_url(png)}" x="{left}" y="0" width="{width}" height="{high}" preserveAspectRatio="none"'
        ' style="image-rendering:pixelated"/>'
    )
    return (
        f'<figure class="strip"><h4>{_recording(one.video, one.subject)}</h4>'
        f'<svg viewBox="0 0 1000 {high + 24}" role="img" aria-label="ethogram">{image}{marks}{names}</svg></figure>'
    )


def _mark(x: float, high: int, words: str) -> str:
    return (
        f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{high + 5}" stroke="#101820" stroke-opacity="0.16"/>'
        f'<text x="{x:.1f}" y="{high + 18}" text-anchor="middle" fill="{DIM}">{words}</text>'
    )


def _recording(video: str, subject: str) -> str:
    return escape(video) + (f' <span class="dim">· {escape(subject)}</span>' if subject else "")


def _short(label: str) -> str:
    return label if len(label) <= 28 else label[:27] + "…"


@dataclass(frozen=True)
class _Mistake:
    video: str
    subject: str
    label: str
    start: float
    end: float
    score: float | None
    overlap: float | None


def mistakes(metrics: Tree, recordings: Sequence[Evaluated], colours: dict[str, str]) -> str:
    """Return the worst false reports and misses, with a picture of the seconds around each."""
    false = _mistakes(metrics, "false_positives")
    missed = _mistakes(metrics, "false_negatives")
    if not false and not missed:
        return ""
    by_name = {(one.video, one.subject): Lane.of(one) for one in recordings}
    return (
        '<section id="mistakes"><h2>Where to look first</h2>'
        + paragraph(_HOW)
        + _listing("Reported, but not marked", false, by_name, colours)
        + _listing("Marked, but not found", missed, by_name, colours)
        + "</section>"
    )


_HOW = (
    "The mistakes that say most, worst first. To see one, open the video in a player and jump to a few seconds before "
    "it (VLC: Ctrl+T, then type the time). Often the model is right and the marking is not: a bout that was "
    "overlooked, or another name for the same thing. Correct the marking, and train again."
)


def _mistakes(metrics: Tree, key: str) -> list[_Mistake]:
    found = []
    for entry in items(metrics, "errors", key):
        start, end = number(entry, "start"), number(entry, "end")
        if start is not None and end is not None:
            names = text(entry, "video"), text(entry, "subject"), text(entry, "label")
            found.append(_Mistake(*names, start, end, number(entry, "score"), number(entry, "overlap")))
    return found


def _listing(title: str, mistakes: list[_Mistake], lanes: dict[tuple[str, str], Lane], colours: dict[str, str]) -> str:
    if not mistakes:
        return f"<h3>{title}</h3>" + paragraph("None.")
    columns = [
        Column("Behaviour", kind="text"),
        Column("Video", kind="text"),
        Column("from", kind="text"),
        Column("to", kind="text"),
        Column("lasts"),
        Column("score", about="the model's certainty, 0 to 1; of a bout that was missed, the highest in it"),
        Column("overlap", about="with the nearest bout on the other side"),
        Column(f"{_CONTEXT:g} s before to {_CONTEXT:g} s after", kind="text"),
    ]
    rows = [
        [
            labelled(one.label, colours),
            f'<span class="name">{_recording(one.video, one.subject)}</span>',
            clock(one.start, 1),
            clock(one.end, 1),
            f"{one.end - one.start:.1f} s",
            ratio(one.score),
            "none" if not one.overlap else f"{one.overlap * 100:.0f} %",
            _around(one, lanes.get((one.video, one.subject)), colours),
        ]
        for one in mistakes
    ]
    return f"<h3>{title}</h3>" + table(columns, rows, kind="mistakes")


def _around(one: _Mistake, lane: Lane | None, colours: dict[str, str]) -> str:
    """Return a picture of the label's row around a mistake, with a line under the mistake itself."""
    if lane is None or one.label not in colours:
        return ""
    start, end = max(lane.start, one.start - _CONTEXT), min(lane.end, one.end + _CONTEXT)
    if end <= start:
        return ""
    near = lane.between(start, end)
    pixels = row_pixels(
        near, list(colours).index(one.label), colours[one.label], column_edges(start, end, 220), _HEIGHTS
    )
    low, high = ((time - start) / (end - start) * 220 for time in (one.start, one.end))
    return (
        f'<svg class="around" viewBox="0 0 220 25" width="220" height="25"><image href="{data_url(encoded(pixels))}"'
        f' width="220" height="19"/><rect x="{low:.1f}" y="22" width="{max(high - low, 2):.1f}" height="2.5"'
        f' fill="#1f242d"/><line x1="0" x2="220" y1="21" y2="21" stroke="{LINE}" stroke-width="0.5"/></svg>'
    )
