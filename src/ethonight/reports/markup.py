"""Pieces of HTML. What comes from a person or a file goes through ``escape`` before it is put together."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape as _escape

from ethonight.reports.reach import Interval

NOTHING = "\u2013"
"""Stands where there is no number."""


def escape(text: object) -> str:
    """Return the text as HTML that shows it, also inside a quoted attribute."""
    return _escape(str(text), quote=True)


def minus(text: str) -> str:
    """Return a number's text with a real minus sign."""
    return text.replace("-", "\u2212")


def ratio(value: float | None, decimals: int = 2) -> str:
    """Return a number between 0 and 1 as ``0.87``."""
    return NOTHING if value is None else minus(f"{value:.{decimals}f}")


def whole(value: float | None) -> str:
    """Return a count as ``12,345``; fractions keep one digit."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.1f}"


def lasting(seconds: float | None) -> str:
    """Return a length of time of any size: ``0.12 s``, ``48.3 s``, ``12.5 min``, ``3.2 h``; signs are kept."""
    if seconds is None:
        return NOTHING
    size = abs(seconds)
    if size < 120:
        return f"{seconds:.2f} s" if size < 10 else f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if size < 7200 else f"{seconds / 3600:.1f} h"


def between(limits: Interval | None, decimals: int = 2) -> str:
    """Return the small text under a number that gives its interval; nothing where there is none."""
    if limits is None:
        return ""
    return f'<span class="ci">{limits[0]:.{decimals}f}{NOTHING}{limits[1]:.{decimals}f}</span>'


def swatch(colour: str) -> str:
    """Return a small square of the colour."""
    return f'<i class="swatch" style="background:{colour}"></i>'


def labelled(label: str, colours: dict[str, str]) -> str:
    """Return a label's colour and name."""
    return f'<span class="label">{swatch(colours[label])}{escape(label)}</span>' if label in colours else escape(label)


def legend(labels: Iterable[str], colours: dict[str, str]) -> str:
    """Return the labels and their colours in a line."""
    return '<p class="legend">' + " ".join(labelled(label, colours) for label in labels) + "</p>"


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, the heading over several columns (repeated), and how cells are set."""

    title: str
    group: str = ""
    kind: str = "number"
    """number, or text."""
    about: str = ""
    """Shown when the pointer rests on the heading."""


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], marked: Iterable[int] = (), kind: str = "") -> str:
    """Return a table. Cells are HTML; ``marked`` are the places of rows set apart from those above, such as means."""
    apart = set(marked)
    body = "".join(
        f"<tr{' class=apart' if place in apart else ''}>"
        + "".join(f'<td class="{column.kind}">{cell}</td>' for column, cell in zip(columns, row, strict=True))
        + "</tr>"
        for place, row in enumerate(rows)
    )
    return f'<div class="wide"><table class="{kind}"><thead>{_head(columns)}</thead><tbody>{body}</tbody></table></div>'


def _head(columns: Sequence[Column]) -> str:
    titles = "".join(_title(column) for column in columns)
    if not any(column.group for column in columns):
        return f"<tr>{titles}</tr>"
    groups: list[tuple[str, int]] = []
    for column in columns:
        if groups and groups[-1][0] == column.group:
            groups[-1] = (column.group, groups[-1][1] + 1)
        else:
            groups.append((column.group, 1))
    above = "".join(f'<th class="group" colspan="{width}">{escape(name)}</th>' for name, width in groups)
    return f'<tr class="groups">{above}</tr><tr>{titles}</tr>'


def _title(column: Column) -> str:
    about = f' title="{escape(column.about)}"' if column.about else ""
    return f'<th class="{column.kind}"{about}>{escape(column.title)}</th>'


def figure(content: str, caption: str = "", title: str = "") -> str:
    """Return content (HTML) with a title above and a caption below (texts)."""
    head = f"<h4>{escape(title)}</h4>" if title else ""
    foot = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{head}{content}{foot}</figure>"


def beside(figures: Iterable[str], kind: str = "") -> str:
    """Return figures side by side, as many as fit."""
    return f'<div class="beside {kind}">{"".join(figures)}</div>'


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of plain text."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def data_url(png: bytes) -> str:
    """Return a picture as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
