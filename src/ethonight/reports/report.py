"""The report on a model: one page that holds all it shows, for a biologist first and a reviewer second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from ethonight.files import replace_atomically
from ethonight.metrics.evaluated import Evaluated
from ethonight.reports.about import About
from ethonight.reports.appendix import appendix
from ethonight.reports.behaviours import behaviours, comparison
from ethonight.reports.coders import coders
from ethonight.reports.curves import confusion, curves
from ethonight.reports.headline import headline, split, warnings
from ethonight.reports.markup import escape
from ethonight.reports.palette import label_colours
from ethonight.reports.reach import Tree, branch
from ethonight.reports.recordings import mistakes, strips
from ethonight.reports.style import STYLE
from ethonight.reports.timing import timing
from ethonight.reports.totals import totals
from ethonight.reports.training import training

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
$body
<footer>Made by Ethonight. This page holds all that it shows; it can be moved, sent and printed.</footer>
</body>
</html>
""")

_CONTENTS = {
    "split": "Videos",
    "behaviours": "Each behaviour",
    "baselines": "Compared with",
    "coders": "How people agree",
    "recordings": "Over time",
    "mistakes": "Where to look",
    "confusion": "Confusion",
    "timing": "Beginnings and ends",
    "totals": "Totals",
    "curves": "Curves",
    "training": "Training",
    "again": "To do it again",
    "words": "Words",
}


def write_report(path: Path, metrics: Tree, recordings: Sequence[Evaluated], about: About) -> None:
    """Write the page to ``path``, whole or not at all.

    ``metrics`` as :mod:`ethonight.metrics.summary` describes them; whatever is missing there is left out here.
    Raises OSError when the file cannot be written.
    """
    replace_atomically(path, report_page(metrics, recordings, about).encode("utf-8"))


def report_page(metrics: Tree, recordings: Sequence[Evaluated], about: About) -> str:
    """Return the page as HTML; see ``write_report``."""
    colours = label_colours(about.labels)
    tested = bool(recordings) and bool(branch(metrics, "frames"))
    parts = [
        split(about),
        *(_results(metrics, recordings, colours) if tested else ()),
        training(about.training_log),
        appendix(about, colours),
    ]
    body = headline(metrics, about) + warnings(metrics, about) + _contents(parts) + "".join(parts)
    return _PAGE.substitute(title=escape(f"{about.model}: report"), style=STYLE, body=body)


def _results(metrics: Tree, recordings: Sequence[Evaluated], colours: dict[str, str]) -> tuple[str, ...]:
    return (
        behaviours(metrics, colours),
        comparison(metrics),
        coders(metrics, colours),
        strips(metrics, recordings, colours),
        mistakes(metrics, recordings, colours),
        confusion(metrics, colours),
        timing(metrics, recordings, colours),
        totals(metrics, colours),
        curves(metrics, recordings, colours),
    )


def _contents(parts: Sequence[str]) -> str:
    """Return links to the sections that are there."""
    page = "".join(parts)
    links = [f'<a href="#{key}">{name}</a>' for key, name in _CONTENTS.items() if f'<section id="{key}"' in page]
    return f"<nav>{''.join(links)}</nav>"
