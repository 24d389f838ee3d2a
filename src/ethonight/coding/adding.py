"""Bouts that come from elsewhere: an import, or predictions that a person accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.bouts_csv import parse_annotation
from ethonight.annotations.bouts_writing import render_annotation
from ethonight.annotations.intervals import Interval
from ethonight.annotations.problems import AnnotationError
from ethonight.coding.draft import Draft
from ethonight.coding.errors import EditError
from ethonight.coding.likeness import filled, said
from ethonight.coding.marks import marks_of
from ethonight.coding.scoring import switch_on


def arrived(bouts: Iterable[Bout], scored: Sequence[Interval]) -> list[Bout]:
    """Return bouts, and stretches that were watched (seconds) as rows, as they will be read from a file.

    Raises EditError for what no file can hold.
    """
    try:
        rows = (*bouts, *(Bout(SCORED, start, end) for start, end in scored))
        read = parse_annotation(render_annotation(Annotation(rows)), "what is added").rows
    except (AnnotationError, ValueError) as error:
        raise EditError(f"These bouts cannot be saved: {error}") from error
    return [replace(row, extra=filled(row), line=None) for row in read]


def add(draft: Draft, bouts: Sequence[Bout], by_rules: bool, all_watched: bool) -> None:
    """Put bouts into the draft, with their own times; those that are there already are left out.

    ``by_rules``: they unite with their like and win over their rivals. ``all_watched``: the whole video counts as
    watched, and not only because there is nothing yet; then no stretch is marked, which would take the rest away.
    """
    there = {said(mark.bout) for mark in draft.board.marks.values()}
    new = [bout for bout in dict.fromkeys(bouts) if said(bout) not in there]
    for mark in marks_of(new, draft.ids, draft.edges):
        if mark.bout.label != SCORED:
            (draft.settle if by_rules else draft.put)(mark)
        elif not all_watched and mark.first < mark.stop:
            switch_on(draft, mark.first, mark.stop, mark.bout.subject)
