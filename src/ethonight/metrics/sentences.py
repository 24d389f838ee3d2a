"""What the numbers say, in sentences for a biologist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ethonight.words import count

_OVERLAP = "50"
_MANY = 30
"""From so many bouts on, shares are told as "of 100"."""
_FEW = 10
"""With fewer true bouts a number says little."""
_WIDE = 0.3
"""An interval wider than this says little."""


def sentences(metrics: Mapping[str, Any], unseen: bool = True) -> list[str]:
    """Return a sentence for each label that is in the test, then one on how sure that is.

    ``metrics`` is what :func:`ethonight.metrics.summary.evaluate` returns; ``unseen``: whether the model had not seen
    these videos when it was made.
    """
    seen = [label for label in metrics["labels"] if metrics["bouts"]["classes"][label]["truth"]]
    said = [_sentence(metrics, label, unseen) for label in seen]
    if said:
        said.append("A bout counts as found when it and the true one share at least half of the time that they cover.")
    return said


def warnings(metrics: Mapping[str, Any]) -> list[str]:
    """Return what makes the numbers doubtful, one sentence each."""
    said = _of_data(metrics)
    for label in metrics["labels"]:
        said += _of_label(metrics, label)
    return said


def _sentence(metrics: Mapping[str, Any], label: str, unseen: bool) -> str:
    videos = metrics["data"]["videos"]
    these = "this video" if videos == 1 else f"these {videos} videos"
    where = ("On a video it has not seen" if videos == 1 else "On videos it has not seen") if unseen else f"On {these}"
    own = metrics["bouts"]["classes"][label]
    found, number = own["found"][_OVERLAP], own["truth"]
    false = 1 - own["precision"][_OVERLAP] if own["precision"][_OVERLAP] is not None else None
    finds = f"it finds {_of(own['recall'][_OVERLAP], found, number)} {_noun(label, number)}"
    if false is None:
        return f"{where}, {finds}, and reports none."
    wrong = _of(false, round(false * own["predicted"]), own["predicted"])
    verb = "is" if wrong.startswith("1 ") else "are"
    return f"{where}, {finds}, and {wrong} it reports {verb} none."


def _noun(label: str, number: int) -> str:
    return f"{label} bout" if number == 1 else f"{label} bouts"


def _of(share: float | None, part: int, whole: int) -> str:
    """Return ``87 of 100`` where that is fair, else the counts themselves. Only all are told as 100."""
    if share is not None and whole >= _MANY:
        hundredths = round(share * 100)
        return f"{hundredths if share in (0.0, 1.0) else min(max(hundredths, 1), 99)} of 100"
    return f"{part} of the {whole}" if whole > 1 else f"{part} of the one"


def _of_data(metrics: Mapping[str, Any]) -> list[str]:
    units, unit = metrics["uncertainty"]["units"], metrics["uncertainty"]["unit"]
    if units == 1:
        return [f"There is only one {unit} in the test: nothing tells how much the numbers vary between {unit}s."]
    if units < 5:
        return [f"There are only {count(units, unit)} in the test: the intervals are rough."]
    return []


def _of_label(metrics: Mapping[str, Any], label: str) -> list[str]:
    own = metrics["bouts"]["classes"][label]
    if not own["truth"]:
        more = f"; the model reports {count(own['predicted'], 'bout')} of it" if own["predicted"] else ""
        return [f"'{label}' does not occur in the test: nothing is known about how well it is found{more}."]
    said = []
    if own["truth"] < _FEW:
        said.append(f"There are only {count(own['truth'], 'true bout')} of '{label}' in the test.")
    interval = metrics["uncertainty"]["bouts"]["classes"][label]["f1"][_OVERLAP]
    if interval and interval[1] - interval[0] > _WIDE:
        low, high = (f"{value:.2f}" for value in interval)
        said.append(f"F1 of '{label}' bouts is uncertain: between {low} and {high}.")
    chance = metrics["baselines"]["chance"]["frames"]["classes"][label]
    if chance is not None and (metrics["frames"]["classes"][label]["f1"] or 0.0) <= chance:
        said.append(f"'{label}' is found no better than by chance.")
    return said
