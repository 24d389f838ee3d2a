"""The numbers of each behaviour, and what they are to be compared with."""

from __future__ import annotations

from ethonight.reports.markup import (
    NOTHING,
    Column,
    between,
    escape,
    figure,
    labelled,
    paragraph,
    ratio,
    table,
    whole,
)
from ethonight.reports.palette import DIM
from ethonight.reports.reach import Tree, branch, interval, number, text
from ethonight.reports.svg import Axis, Chart, unit_axis
from ethonight.words import count

_SCORES = ("precision", "recall", "f1")
_COLUMNS = (
    Column("Behaviour", kind="text"),
    Column("marked", "Bouts", about="bouts that a person marked"),
    Column("found", "Bouts", about="of these, how many the model found, with an overlap of at least 50 %"),
    Column("reported", "Bouts", about="bouts that the model reports, without parts of those that are mostly unwatched"),
    Column("precision", "Bouts, overlap ≥ 50 %", about="share of the reported bouts that are right"),
    Column("recall", "Bouts, overlap ≥ 50 %", about="share of the marked bouts that were found"),
    Column("F1@50", "Bouts, overlap ≥ 50 %"),
    Column("precision", "Time steps", about="share of the reported time that is right"),
    Column("recall", "Time steps", about="share of the marked time that was found"),
    Column("F1", "Time steps"),
    Column("AP", "Time steps", about="average precision: over all thresholds of the score"),
    Column("share", "Time steps", about="share of the watched time in which it happens"),
)


def behaviours(metrics: Tree, colours: dict[str, str]) -> str:
    """Return the picture and the table of each behaviour's numbers."""
    rows = [_row(metrics, label, labelled(label, colours)) for label in colours]
    means = [_mean(metrics, key, name) for key, name in _MEANS if branch(metrics, "frames", key)]
    return (
        '<section id="behaviours"><h2>Each behaviour</h2>'
        + figure(forest(metrics, list(colours), colours), _FOREST)
        + table(_COLUMNS, rows + means, range(len(rows), len(rows) + len(means)), "classes")
        + paragraph(_below(metrics), "caption")
        + "</section>"
    )


_MEANS = (
    ("macro", "Mean over behaviours"),
    ("macro_with_none", "Mean, with “none” as a class"),
    ("micro", "All together"),
)
_FOREST = (
    "F1 of bouts that overlap by half or more (large dot) and of time steps (small dot), from 0 (nothing right) to 1 "
    "(everything right). Lines: 95 % intervals. Open diamond: what guessing would give for bouts."
)


def _below(metrics: Tree) -> str:
    """Return what the small numbers are."""
    units, unit = number(metrics, "uncertainty", "units"), text(metrics, "uncertainty", "unit")
    known = units is not None and units > 1 and unit
    drawn = f"Small numbers: 95 % intervals, from drawing {count(int(units or 0), unit)} again and again with repeats. "
    average = "AP: average precision, over all thresholds of the score."
    return f"{drawn if known else ''}{average}{_strictly(metrics)}"


def _strictly(metrics: Tree) -> str:
    """Return what the numbers of bouts would be if short ones were compared as they are."""
    least, strict = number(metrics, "bouts", "least_seconds"), branch(metrics, "bouts", "strict")
    mean = number(strict, "macro", "f1", "50")
    if not least or mean is None:
        return ""
    others = [f", {label} {ratio(f1)}" for label, f1 in _changed(metrics, strict)]
    return (
        f" Bouts shorter than {least:g} s are compared as if they lasted so long. With each bout as long as it is, "
        f"the mean F1@50 is {ratio(mean)}{''.join(others) or ': the same for every behaviour'}."
    )


def _changed(metrics: Tree, strict: Tree) -> list[tuple[str, float]]:
    """Return the behaviours that have another F1@50 strictly, and which."""
    found = []
    for label in branch(strict, "classes"):
        usual = number(metrics, "bouts", "classes", label, "f1", "50")
        strictly = number(strict, "classes", label, "f1", "50")
        if strictly is not None and strictly != usual:
            found.append((label, strictly))
    return found


def _row(metrics: Tree, label: str, name: str) -> list[str]:
    bouts = branch(metrics, "bouts", "classes", label)
    frames = branch(metrics, "frames", "classes", label)
    sure = branch(metrics, "uncertainty", "bouts", "classes", label)
    surely = branch(metrics, "uncertainty", "frames", "classes", label)
    return [
        name,
        whole(number(bouts, "truth")),
        whole(number(bouts, "found", "50")),
        whole(number(bouts, "predicted")),
        *(ratio(number(bouts, key, "50")) + between(interval(sure, key, "50")) for key in _SCORES),
        *(ratio(number(frames, key)) + between(interval(surely, key)) for key in _SCORES),
        ratio(number(frames, "average_precision")),
        _percent(number(frames, "prevalence")),
    ]


def _mean(metrics: Tree, key: str, name: str) -> list[str]:
    bouts, frames = branch(metrics, "bouts", key), branch(metrics, "frames", key)
    sure, surely = branch(metrics, "uncertainty", "bouts", key), branch(metrics, "uncertainty", "frames", key)
    return [
        escape(name),
        *("", "", ""),
        *(_maybe(number(bouts, score, "50"), interval(sure, score, "50")) for score in _SCORES),
        *(_maybe(number(frames, score), interval(surely, score)) for score in _SCORES),
        _maybe(number(frames, "average_precision"), None),
        "",
    ]


def _maybe(value: float | None, limits: tuple[float, float] | None) -> str:
    return "" if value is None else ratio(value) + between(limits)


def _percent(value: float | None) -> str:
    return NOTHING if value is None else f"{value * 100:.1f} %"


def forest(metrics: Tree, labels: list[str], colours: dict[str, str]) -> str:
    """Return a row per behaviour with its F1, intervals and chance."""
    height = 34 * len(labels) + 52
    names = [(len(labels) - 1 - place, label) for place, label in enumerate(labels)]
    up = Axis(-0.5, max(len(labels), 1) - 0.5, "", [(at, _short(label)) for at, label in names])
    chart = Chart(unit_axis("F1"), up, 1016, height, "F1 of each behaviour")
    for at, label in names:
        chance = number(metrics, "baselines", "chance", "bouts", "classes", label, "50")
        if chance is not None:
            chart.note((chance, at), "◇", DIM, "middle", (0, 4))
        bouts = number(metrics, "bouts", "classes", label, "f1", "50")
        steps = number(metrics, "frames", "classes", label, "f1")
        above = interval(metrics, "uncertainty", "bouts", "classes", label, "f1", "50")
        below = interval(metrics, "uncertainty", "frames", "classes", label, "f1")
        for value, limits, shift, radius in ((bouts, above, 0.14, 6.0), (steps, below, -0.2, 3.4)):
            if limits:
                chart.line([(limits[0], at + shift), (limits[1], at + shift)], colours[label], radius / 2.6)
            if value is not None:
                chart.dot((value, at + shift), colours[label], f"{label}: {ratio(value)}", radius)
    return chart.svg()


def _short(label: str) -> str:
    return label if len(label) <= 26 else label[:25] + "…"


def comparison(metrics: Tree) -> str:
    """Return the model beside what costs nothing: guessing, always the same, a simple model."""
    named = branch(metrics, "baselines")
    if not named:
        return ""
    columns = [
        Column("", kind="text"),
        Column("F1", "Time steps"),
        *(Column(f"F1@{overlap}", "Bouts") for overlap in ("10", "25", "50")),
        Column("what it does", kind="text"),
    ]
    model = ["<b>This model</b>", ratio(number(metrics, "frames", "macro", "f1"))]
    model += [ratio(number(metrics, "bouts", "macro", "f1", overlap)) for overlap in ("10", "25", "50")]
    rows = [[*model, ""], *(_baseline(name, tree) for name, tree in named.items())]
    intro = "Means over behaviours, on the same videos. A model is worth its hours only well above these."
    return '<section id="baselines"><h2>Compared with</h2>' + paragraph(intro) + table(columns, rows) + "</section>"


_NAMES = {"chance": "Chance", "majority": "Majority", "logistic": "Logistic regression"}


def _baseline(name: str, tree: object) -> list[str]:
    shown = _NAMES.get(name) or name.replace("_", " ").capitalize()
    frames = number(tree, "frames", "macro_f1")
    frames = number(tree, "frames", "macro", "f1") if frames is None else frames
    scores = branch(tree, "bouts", "macro_f1") or branch(tree, "bouts", "macro", "f1")
    bouts = [ratio(number(scores, overlap)) for overlap in ("10", "25", "50")]
    return [escape(shown), ratio(frames), *bouts, f'<span class="dim">{escape(text(tree, "what"))}</span>']
