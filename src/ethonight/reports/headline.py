"""The top of the page: what a biologist needs to know, what to beware of, and what was tested on what."""

from __future__ import annotations

from collections.abc import Sequence

from ethonight.reports.about import About
from ethonight.reports.markup import NOTHING, between, escape, lasting, paragraph, ratio, whole
from ethonight.reports.reach import Tree, interval, items, number
from ethonight.words import count, duration

_MANY = 40
_FEW, _MANY_SENTENCES = 3, 8
"""More sentences are set smaller; still more, in two columns."""
_UNKNOWN = "Nothing was held out, so nothing is known about how well this model does."


def headline(metrics: Tree, about: About) -> str:
    """Return the title, the sentences and the figures."""
    sentences = [str(sentence) for sentence in items(metrics, "sentences")]
    lead = "".join(paragraph(sentence, "lead") for sentence in sentences)
    return (
        '<header><p class="eyebrow">How well does the model find behaviour?</p>'
        f"<h1>{escape(about.model)}</h1>"
        f'<p class="meta">{escape(_tested(metrics))} Made on {about.made:%d %B %Y, %H:%M}.</p></header>'
        + f'<div class="{_kind(len(sentences))}">{lead or paragraph(_UNKNOWN, "lead")}</div>'
        + _tiles(metrics)
    )


def _kind(sentences: int) -> str:
    return "many" if sentences > _MANY_SENTENCES else "several" if sentences > _FEW else "few"


def warnings(metrics: Tree, about: About) -> str:
    """Return the warnings, each once, then the notes; nothing where there are none."""
    urgent = list(dict.fromkeys([*about.warnings, *(str(text) for text in items(metrics, "warnings"))]))
    blocks = []
    if urgent:
        title = "Before you believe these numbers"
        blocks.append(f'<section class="box warn"><h2>{title}</h2>{_list(urgent)}</section>')
    if about.notes:
        blocks.append(f'<section class="box note"><h2>Good to know</h2>{_list(about.notes)}</section>')
    return "".join(blocks)


def split(about: About) -> str:
    """Return which videos were used for what."""
    if not about.split and not about.parts:
        return ""
    rows = "".join(
        f"<dt>{escape(use)} <span class=dim>({len(videos)})</span></dt><dd>{_videos(videos)}</dd>"
        for use, videos in about.parts
    )
    return (
        '<section id="split"><h2>Which videos were used for what</h2>'
        + (paragraph(about.split) if about.split else "")
        + (f'<dl class="parts">{rows}</dl>' if rows else "")
        + "</section>"
    )


def _tested(metrics: Tree) -> str:
    videos, seconds = number(metrics, "data", "videos"), number(metrics, "data", "seconds")
    if not videos or seconds is None:
        return "Not tested on any video."
    subjects = number(metrics, "data", "subjects") or videos
    animals = f", {count(int(subjects), 'subject')}" if subjects > videos else ""
    return f"Tested on {count(int(videos), 'video')}{animals}, {duration(seconds)} that a person watched."


def _tiles(metrics: Tree) -> str:
    shown = [
        ("Bouts, F1@50", ("bouts", "macro", "f1", "50"), "mean over behaviours", "bouts.macro_f1.50"),
        ("Time steps, F1", ("frames", "macro", "f1"), "mean over behaviours", "frames.macro_f1"),
        (f"mAP, tIoU 0.3{NOTHING}0.7", ("bouts", "map_30_70"), "ranking of bouts by score", ""),
        ("Edit score", ("bouts", "edit"), "order of bouts", ""),
    ]
    tiles = [
        f'<div class="tile"><b>{ratio(value)}</b>{between(interval(metrics, "uncertainty", *keys))}'
        f"<span>{title}</span><small>{_beside(metrics, chance) or remark}</small></div>"
        for title, keys, remark, chance in shown
        if (value := number(metrics, *keys)) is not None
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>' if tiles else ""


def _beside(metrics: Tree, keys: str) -> str:
    chance = number(metrics, "baselines", "chance", *keys.split(".")) if keys else None
    return "" if chance is None else f"mean over behaviours; chance {ratio(chance)}"


def _list(texts: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def _videos(videos: Sequence[str]) -> str:
    shown = ", ".join(f"<span class=name>{escape(video)}</span>" for video in videos[:_MANY])
    more = f", and {whole(len(videos) - _MANY)} more" if len(videos) > _MANY else ""
    return shown + more if videos else '<span class="dim">none</span>'


def tested_for(metrics: Tree) -> str:
    """Return for how long a person watched what was tested, and what was left out; for captions."""
    watched, unwatched = number(metrics, "data", "seconds"), number(metrics, "data", "unscored_seconds")
    left_out = f"; {lasting(unwatched)} that nobody watched is left out everywhere" if unwatched else ""
    return f"{lasting(watched)} of watched time{left_out}."
