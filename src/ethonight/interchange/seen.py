"""The ethogram that bouts show by themselves, for files that have no list of behaviours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import POINT, Ethogram


def ethogram_seen(bouts: Iterable[Bout], known: Ethogram | None = None) -> Ethogram:
    """Return ``known`` with the labels and subjects of the bouts added; a label that only has points is a point."""
    own = [bout for bout in bouts if bout.label != SCORED]
    lasting = {bout.label for bout in own if not bout.is_point}
    before = known or Ethogram()
    found = before.with_labels(bout.label for bout in own)
    behaviours = tuple(
        one if one.label in lasting or one.label in before.labels else replace(one, kind=POINT)
        for one in found.behaviours
    )
    subjects = dict.fromkeys((*before.subjects, *(bout.subject for bout in own if bout.subject)))
    return Ethogram(behaviours, tuple(subjects))
