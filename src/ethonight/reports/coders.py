"""How people agree with each other on the same videos: as well as any model can be asked to do."""

from __future__ import annotations

from ethonight.reports.markup import Column, escape, labelled, lasting, paragraph, ratio, table, whole
from ethonight.reports.reach import Tree, branch, items, number, text

_CLASSES = (
    Column("Behaviour", kind="text"),
    Column("kappa", "Person against person", about="Cohen's kappa over time steps; 0: chance, 1: always the same"),
    Column("alpha", "Person against person", about="Krippendorff's alpha over time steps, all coders together"),
    Column("time F1", "Person against person"),
    Column("bouts F1@50", "Person against person"),
    Column("time F1", "Model against person"),
    Column("bouts F1@50", "Model against person"),
)
_PAIRS = (
    Column("Coders", kind="text"),
    Column("videos"),
    Column("both watched"),
    Column("kappa"),
    Column("time F1"),
    Column("bouts F1@50"),
    Column("edit score"),
)
_INTRO = (
    "How well people agree who marked the same videos is as well as any model can be asked to do. The same measures, "
    "one person against another, beside those of the model."
)


def coders(metrics: Tree, colours: dict[str, str]) -> str:
    """Return the section; nothing where no two people marked the same video."""
    tree = branch(metrics, "coders")
    if not items(tree, "pairs"):
        return ""
    rows = [_row(metrics, tree, label, labelled(label, colours)) for label in colours]
    pairs = [_pair(pair) for pair in items(tree, "pairs")]
    return (
        '<section id="coders"><h2>How people agree</h2>'
        + paragraph(_INTRO)
        + table(_CLASSES, [*rows, _together(metrics, tree)], [len(rows)])
        + table(_PAIRS, pairs, kind="small")
        + "</section>"
    )


def _row(metrics: Tree, tree: Tree, label: str, name: str) -> list[str]:
    people = branch(tree, "mean", "classes", label)
    return [
        name,
        ratio(number(people, "kappa")),
        ratio(number(tree, "alpha_classes", label)),
        ratio(number(people, "frame_f1")),
        ratio(number(people, "bout_f1", "50")),
        ratio(number(metrics, "frames", "classes", label, "f1")),
        ratio(number(metrics, "bouts", "classes", label, "f1", "50")),
    ]


def _together(metrics: Tree, tree: Tree) -> list[str]:
    return [
        "All, mean over behaviours",
        ratio(number(tree, "mean", "kappa")),
        ratio(number(tree, "alpha")),
        ratio(number(tree, "mean", "macro_frame_f1")),
        ratio(number(tree, "mean", "macro_bout_f1", "50")),
        ratio(number(metrics, "frames", "macro", "f1")),
        ratio(number(metrics, "bouts", "macro", "f1", "50")),
    ]


def _pair(pair: object) -> list[str]:
    return [
        escape(f"{text(pair, 'first')} and {text(pair, 'second')}"),
        whole(number(pair, "videos")),
        lasting(number(pair, "seconds")),
        ratio(number(pair, "kappa")),
        ratio(number(pair, "macro_frame_f1")),
        ratio(number(pair, "macro_bout_f1", "50")),
        ratio(number(pair, "edit")),
    ]
